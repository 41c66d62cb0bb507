import { type Block, BOT, type Channel, type SlackStandIn } from "../../test/stand-ins/slack.ts";
import { type Rendered, renderDay, renderMessage, type Shown, type Viewer } from "./render-message.ts";

export type Seat = { userId: string; channelId: string };
export type Row = Rendered & { key: string };

const MOST_ROWS = 150;

/** The rows of a channel as one person sees them, from the oldest: messages, what only they see, and days. */
export function channelView(slack: SlackStandIn, { userId, channelId }: Seat, now: number) {
  const timeZone = slack.users.find(({ id }) => id === userId)?.tz ?? "UTC";
  const viewer: Viewer = { timeZone, now, names: slack.names };
  const seen = [
    ...slack.visible(channelId, { timeZone }).map((message) => ({
      ...message,
      key: `m${message.ts}`,
      isOnlyForYou: false,
      author: authorOf(message.userId, slack),
    })),
    ...slack.ephemeral(userId, channelId, { timeZone }).map((whisper) => ({
      ...whisper,
      key: `e${whisper.id}`,
      isOnlyForYou: true,
      files: [],
      isMarkedEdited: false,
      author: whisper.from === "app" ? APP : SLACKBOT,
    })),
  ].sort((a, b) => Number(a.ts) - Number(b.ts));

  const rows: Row[] = [];
  let lastDay = "";
  for (const item of seen.slice(-MOST_ROWS)) {
    const atMs = Number(item.ts) * 1000;
    const day = renderDay(atMs, viewer);
    if (day !== lastDay) rows.push({ key: `d${item.ts}`, html: day, controls: [] });
    lastDay = day;
    rows.push({ key: item.key, ...rendered({ ...item, atMs }, item.plain, viewer) });
  }
  return rows;
}

const APP = { name: BOT.name, kind: "app" as const };
const SLACKBOT = { name: "Slackbot", kind: "slackbot" as const };

function authorOf(userId: string, slack: SlackStandIn): Shown["author"] {
  return userId === BOT.userId
    ? APP
    : { name: slack.names[userId] ?? userId, kind: "person", hue: hueOf(userId, slack) };
}

/** Which of the avatars' colours is a person's. */
export const hueOf = (userId: string, { users }: SlackStandIn) => users.findIndex(({ id }) => id === userId) % 5;

// Rendering is slow and asked for every second. The plain text says the same with the same dates, so it tells if
// anything a reader sees has changed; blocks are never changed in place.
const cache = new WeakMap<Block[], Map<string, Rendered>>();

function rendered(shown: Shown, plain: string, viewer: Viewer): Rendered {
  const key = JSON.stringify([plain, shown.text, shown.atMs, viewer.timeZone, shown.isMarkedEdited]);
  const known = cache.get(shown.blocks) ?? new Map<string, Rendered>();
  const made = known.get(key) ?? renderMessage(shown, viewer);
  cache.set(shown.blocks, new Map([...[...known].slice(-MOST_ZONES), [key, made]]));
  return made;
}

const MOST_ZONES = 8;

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
