import { readDate } from "../../test/stand-ins/slack/dates.ts";
import { BOT, type Channel, type SeenMessage, type SeenView, type SlackStandIn } from "../../test/stand-ins/slack.ts";
import {
  type Rendered,
  renderDay,
  renderMessage,
  renderReplies,
  type Shown,
  type Thread,
  type Viewer,
} from "./render-message.ts";
import { type RenderedView, renderHome, renderModal } from "./render-view.ts";

export type Seat = { userId: string; channelId: string };
export type Row = Rendered & { key: string };

const MOST_ROWS = 150;

/** The rows of a channel as one person sees them, from the oldest: messages, what only they see, and days. */
export function channelView(slack: SlackStandIn, { userId, channelId }: Seat, now: number): Row[] {
  const viewer = viewerOf(slack, userId, now);
  const { timeZone } = viewer;
  const seen = [
    ...slack.visible(channelId, { timeZone }).map((message) => messageItem(message, slack, viewer)),
    ...slack.ephemeral(userId, channelId, { timeZone }).map((whisper) => ({
      ...whisper,
      key: `e${whisper.id}`,
      isOnlyForYou: true,
      files: [],
      isMarkedEdited: false,
      author: whisper.from === "app" ? APP : SLACKBOT,
    })),
  ].sort((a, b) => Number(a.ts) - Number(b.ts));
  return rowsOf(seen.slice(-MOST_ROWS), viewer);
}

/** A message and its replies; nothing if there is no such message. */
export function threadView(slack: SlackStandIn, { userId, channelId }: Seat, ts: string, now: number): Row[] {
  const viewer = viewerOf(slack, userId, now);
  const parent = slack.visible(channelId, viewer).find((message) => message.ts === ts);
  if (!parent) return [];
  const replies = slack.replies(channelId, ts, viewer);
  const items = [parent, ...replies].map((message) => ({ ...messageItem(message, slack, viewer), thread: undefined }));
  const [day, first, ...rest] = rowsOf(items, viewer);
  const line = replies.length > 0 && { key: "n", html: renderReplies(replies.length), controls: [] };
  return [day, first, line, ...rest].filter((row) => row !== undefined && row !== false);
}

/** What a person sees of the app beside its messages: its Home tab if they look at it, and its modals. */
export function viewsOf(slack: SlackStandIn, userId: string, now: number, { isHome }: { isHome: boolean }) {
  const viewer = viewerOf(slack, userId, now);
  const home = isHome ? slack.home(userId, viewer) : undefined;
  const modals = slack.modals(userId);
  return {
    home: home && viewRendered(home, viewer, () => renderHome(withSigns(home, slack), viewer)),
    modals: modals.map((modal, index) =>
      viewRendered(modal, viewer, () => renderModal(withSigns(modal, slack), viewer, { isOnTop: index > 0 })),
    ),
  };
}

const viewerOf = (slack: SlackStandIn, userId: string, now: number): Viewer => ({
  timeZone: slack.users.find(({ id }) => id === userId)?.tz ?? "UTC",
  now,
  names: slack.names,
});

type Item = Omit<Shown, "atMs"> & { key: string; ts: string; plain: string };

function messageItem(message: SeenMessage, slack: SlackStandIn, viewer: Viewer): Item {
  const { ts, channelId, userId, threadTs } = message;
  const replies = threadTs ? [] : slack.replies(channelId, ts, viewer);
  const thread: Thread = {
    ts: threadTs ?? ts,
    replies: replies.length,
    lastAtMs: Number(replies.at(-1)?.ts ?? 0) * 1000,
    isReply: threadTs !== undefined,
  };
  return { ...message, key: `m${ts}`, isOnlyForYou: false, author: authorOf(userId, slack), thread };
}

function rowsOf(items: Item[], viewer: Viewer): Row[] {
  const rows: Row[] = [];
  let lastDay = "";
  for (const item of items) {
    const atMs = Number(item.ts) * 1000;
    const day = renderDay(atMs, viewer);
    if (day !== lastDay) rows.push({ key: `d${item.ts}`, html: day, controls: [] });
    lastDay = day;
    rows.push({ key: item.key, ...messageRendered({ ...item, atMs }, item.plain, viewer) });
  }
  return rows;
}

const APP = { name: BOT.name, kind: "app" as const };
const SLACKBOT = { name: "Slackbot", kind: "slackbot" as const };

function authorOf(userId: string, slack: SlackStandIn): Shown["author"] {
  if (slack.names[userId] === SLACKBOT.name && !slack.users.some(({ id }) => id === userId)) return SLACKBOT;
  return userId === BOT.userId
    ? APP
    : { name: slack.names[userId] ?? userId, kind: "person", hue: hueOf(userId, slack) };
}

/** Which of the avatars' colours is a person's. */
export const hueOf = (userId: string, { users }: SlackStandIn) => users.findIndex(({ id }) => id === userId) % 5;

// Rendering is slow and asked for every second. The plain text says the same with the same dates, so it tells if
// anything a reader sees has changed; blocks are never changed in place.
const cache = new WeakMap<object, Map<string, unknown>>();
const MOST_ZONES = 8;

function remembered<T>(blocks: object, parts: unknown[], render: () => T): T {
  const key = JSON.stringify(parts);
  const known = cache.get(blocks) ?? new Map<string, unknown>();
  const made = (known.get(key) as T | undefined) ?? render();
  cache.set(blocks, new Map([...[...known].slice(-MOST_ZONES), [key, made]]));
  return made;
}

function messageRendered(shown: Shown, plain: string, viewer: Viewer): Rendered {
  const { text, atMs, isMarkedEdited, thread, files, blocks } = shown;
  const last = thread && thread.replies > 0 ? readDate(thread.lastAtMs / 1000, "{ago}", viewer) : "";
  const shownFiles = files.map(({ id, title, altText }) => [id, title, altText]);
  const parts = [plain, text, atMs, viewer.timeZone, isMarkedEdited, thread, last, shownFiles];
  return remembered(blocks, parts, () => renderMessage(shown, viewer));
}

function viewRendered(view: SeenView, viewer: Viewer, render: () => RenderedView): RenderedView {
  const { id, blocks, plain, errors, trouble, frame } = view;
  const now = view.controls.map(({ entry, choices }) => [entry, choices]);
  return remembered(blocks, [id, plain, errors, trouble, frame, now, viewer.timeZone], render);
}

/** Channels in a list of choices have the sign that they have everywhere. */
function withSigns(view: SeenView, { channels }: SlackStandIn): SeenView {
  const sign = (id: string) => {
    const kind = channels.find((channel) => channel.id === id)?.kind;
    return kind === "public" ? "# " : kind === "private" ? "🔒 " : "";
  };
  return {
    ...view,
    controls: view.controls.map((control) => ({
      ...control,
      choices: control.choices.map((choice) => ({
        ...choice,
        text: { ...choice.text, text: sign(choice.value) + choice.text.text },
      })),
    })),
  };
}

/** The channels a person sees in the sidebar, and when something was last said there. */
export function placesOf(slack: SlackStandIn, userId: string) {
  const latestIn = (channelId: string) =>
    [...slack.visible(channelId), ...slack.ephemeral(userId, channelId)].reduce(
      (latest, { ts }) => Math.max(latest, Number(ts)),
      0,
    );
  return slack.channels
    .filter(({ members }) => members.includes(userId))
    .map((channel: Channel) => ({
      id: channel.id,
      name: channel.kind === "direct" ? BOT.name : channel.name,
      kind: channel.kind,
      isArchived: channel.isArchived,
      members: channel.members.length,
      latest: latestIn(channel.id),
    }));
}
