import type bolt from "@slack/bolt";
import type { Card, Line } from "../card/card.ts";
import { helpCard } from "../card/help-card.ts";
import { refusalWords } from "../card/refusal-words.ts";
import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";
import type { Asker, AuditEntry, Channel } from "../ports.ts";
import type { Change } from "../subscription/change.ts";
import type { Choices } from "../subscription/choices.ts";
import { askerIn, changerIn } from "./asker.ts";
import { choicesModal, readChoices } from "./choices-modal.ts";
import { type ChannelAsk, channelAsked, unmuteAsked } from "./home-asks.ts";
import { type HomeChannel, type HomeData, homeView, type LiveMeeting } from "./home-view.ts";
import { inTime } from "./in-time.ts";
import { mutedModal } from "./muted-modal.ts";
import { type OnPress, type Press, unknownPress } from "./presses.ts";
import { type Leave, leaveToChange } from "./rights.ts";
import { openSettings } from "./settings.ts";
import { opened } from "./subscribe-buttons.ts";
import { readableChannels, refusedCard, type Subscribers } from "./subscribing.ts";
import { openView, publishHome, updateView } from "./views.ts";
import { where } from "./where.ts";
import type { Workspace, Workspaces } from "./workspaces.ts";

/** What the notifier knows for somebody's Home tab. */
export interface HomeSide {
  workspaces: Workspaces;
  subscribers: Subscribers;
  now: () => Instant;
  /** What is on, of what this person may see, what they hosted or were in today, and what they still host. */
  today(asker: Asker): Promise<{ live: LiveMeeting[]; day: Line[] }>;
  audit(): Promise<AuditEntry[]>;
  /** Channels that refuse, and why. */
  refusals(): Promise<ReadonlyMap<Channel, string>>;
  /** Somebody may have mended a channel: what waits for it is tried at once. */
  retry(channel: Channel): Promise<void>;
  choices: {
    of(person: Channel): Promise<Choices>;
    choose(person: Channel, choices: Choices, who: { email?: string; timeZone: string }): Promise<void>;
  };
  status(asker: Asker): Promise<Line>;
  /** Something may be due now. */
  onSubscribed: () => void;
}

export interface Home {
  /** Shows somebody their Home tab as it should be now. Nothing is sent that they see already, unless it is blank. */
  show(workspace: Workspace, userId: string, how?: { isBlank: boolean }): Promise<void>;
  /** The same for everybody who looked in the last minutes. */
  refresh(): void;
}

interface Looker {
  address: string;
  userId: string;
  /** When they have most likely gone. */
  until: Instant;
  /** What they see, as far as we know. */
  shows: string;
  /** How often that could not be changed since. */
  failures: number;
}

const NOT_LOOKING = { until: 0, shows: "", failures: 0 };
const AGAIN_AFTER_MS = 1_000;
const MOST_FAILURES = 6;
const LOOKS_FOR_MS = 10 * 60_000;
const MOST_LOOKERS = 200;
/** Many meetings may start within a minute; nobody reads faster. */
const REFRESH_AFTER_MS = 4_000;
const DAY_MS = 24 * 3_600_000;
const MOST_AUDITED = 5;
const NOT_KEPT = { choices: "I cannot keep that just now. Please try again in a minute." };

/** The Home tab: what is on, and everything that can be set. */
export function slackHome(app: bolt.App, onPress: OnPress, side: HomeSide): Home {
  const { subscribers, now, choices } = side;
  const lookers = new Map<string, Looker>();
  const inTurn = new Map<string, Promise<void>>();
  let isDue = false;

  /** Resolves to after how long to try again; undefined where there is no reason to. */
  const show = async (workspace: Workspace, userId: string): Promise<number | undefined> => {
    const key = `${workspace.address}:${userId}`;
    const view = homeView(await dataFor(side, workspace, userId), now());
    const shows = JSON.stringify(view);
    const before = lookers.get(key);
    lookers.delete(key);
    if (lookers.size >= MOST_LOOKERS) lookers.delete(lookers.keys().next().value ?? "");
    lookers.set(key, { ...NOT_LOOKING, ...before, address: workspace.address, userId });
    if (before?.shows === shows) return undefined;
    const answer = await publishHome(workspace.client, userId, view);
    const looker = lookers.get(key);
    if (answer === "done" && looker) Object.assign(looker, { shows, failures: 0 });
    if (typeof answer !== "object") return undefined;
    log.warn({ because: answer.because }, "a Home tab could not be shown");
    return answer.kind === "never" ? undefined : answer.kind === "later" ? answer.inMs : 0;
  };
  /** Who looks at a blank tab has nothing to press: it is tried again by itself, some times. */
  const tryAgain = (workspace: Workspace, userId: string, inMs: number) => {
    const looker = lookers.get(`${workspace.address}:${userId}`);
    if (!looker || looker.until < now() || looker.failures >= MOST_FAILURES) return;
    const waitMs = Math.max(inMs, AGAIN_AFTER_MS * 2 ** looker.failures);
    looker.failures += 1;
    setTimeout(() => void showSafely(workspace, userId), waitMs).unref();
  };
  /** One after another: what was made earlier is not shown later. */
  const showSafely = (workspace: Workspace, userId: string): Promise<void> => {
    const key = `${workspace.address}:${userId}`;
    const shown = (inTurn.get(key) ?? Promise.resolve())
      .then(() => show(workspace, userId))
      .catch((err: unknown) => {
        log.error({ err }, "a Home tab could not be made");
        return 0;
      })
      .then((inMs) => inMs !== undefined && tryAgain(workspace, userId, inMs))
      .then(() => {})
      .finally(() => inTurn.get(key) === shown && inTurn.delete(key));
    inTurn.set(key, shown);
    return shown;
  };
  const showAll = async () => {
    isDue = false;
    for (const [key, { address, userId, until }] of [...lookers]) {
      if (until < now()) lookers.delete(key);
      else {
        const workspace = await side.workspaces.at(address).catch(() => undefined);
        if (workspace) await showSafely(workspace, userId);
      }
    }
  };
  const looked = async (workspace: Workspace, userId: string, { isBlank } = { isBlank: false }) => {
    const key = `${workspace.address}:${userId}`;
    const before = lookers.get(key);
    const shows = isBlank ? "" : (before?.shows ?? "");
    lookers.set(key, { address: workspace.address, userId, until: now() + LOOKS_FOR_MS, shows, failures: 0 });
    await showSafely(workspace, userId);
  };

  onPress("home_subscribe", async ({ workspace, place, triggerId, answer }) => {
    await answer(async () =>
      opened(await openSettings({ subscribers }, workspace, { userId: place.userId }, { triggerId })),
    );
  });
  onPress("home_refresh", async ({ workspace, place }) => looked(workspace, place.userId, { isBlank: true }));
  onPress("home_help", async ({ answer }) => answer(async () => helpCard()));

  onPress("sub_more", async (press) => {
    const asked = channelAsked(press.value);
    await press.answer(async () => (asked ? change(press, asked) : unknownPress));
  });

  async function change(
    { workspace, place: { userId }, triggerId }: Press,
    { ask, channelId }: { ask: ChannelAsk; channelId: string },
  ): Promise<Card | undefined> {
    const command = COMMANDS[ask];
    if (ask === "muted") {
      if (!(await mayRead(workspace, userId, channelId))) return refusedCard(NOT_A_MEMBER, command);
      return shownMuted(workspace, triggerId, channelId);
    }
    const leave = await leaveHere(workspace, userId, channelId, ask);
    if (leave.kind === "refused") return refused(workspace, userId, leave, command);
    if (ask === "edit") {
      return opened(await openSettings({ subscribers }, workspace, { userId }, { triggerId, channelId }));
    }
    const what = {
      pause: { kind: "pause", until: now() + DAY_MS },
      resume: { kind: "resume" },
      remove: { kind: "remove", rules: [] },
    } as const;
    await keepChange(workspace, userId, channelId, what[ask]);
    return undefined;
  }

  async function shownMuted(workspace: Workspace, triggerId: string | undefined, channelId: string) {
    const subscription = (await subscribers.book()).channels.get(`${workspace.address}:${channelId}`);
    const how = await openView(workspace.client, triggerId, mutedModal(channelId, subscription ?? { muted: [] }));
    return how === "too late" ? opened(how) : undefined;
  }

  async function keepChange(workspace: Workspace, userId: string, channelId: string, change: Change): Promise<void> {
    const by = await changerIn(workspace, userId);
    await subscribers.change(`${workspace.address}:${channelId}`, change, by);
    side.onSubscribed();
    await looked(workspace, userId);
  }

  /** What was offered may be offered no more: that is shown, too. */
  async function refused(workspace: Workspace, userId: string, leave: Leave, command: string): Promise<Card> {
    await looked(workspace, userId);
    return refusedCard(leave, command);
  }

  /** As for the command in words. Who subscribed a channel may take that away also after they have left it. */
  async function leaveHere(
    workspace: Workspace,
    userId: string,
    channelId: string,
    ask: ChannelAsk | "unmute",
  ): Promise<Leave> {
    const mustPost = !HEARS_LESS.has(ask);
    const leave = await leaveToChange(workspace, { userId }, channelId, subscribers.whoMay, { mustPost });
    if (leave.kind === "given" || ask !== "remove" || NOBODYS.has(leave.because)) return leave;
    const { by } = (await subscribers.book()).channels.get(`${workspace.address}:${channelId}`) ?? {};
    return by === userId ? { kind: "given", isShared: false } : leave;
  }

  onPress("sub_retry", async ({ workspace, place: { userId }, value: channelId, answer }) => {
    const channel = `${workspace.address}:${channelId}`;
    await answer(async () => {
      if (!(await subscribers.book()).channels.has(channel)) return unknownPress;
      await side.retry(channel);
      await looked(workspace, userId, { isBlank: true });
      const leave = await leaveToChange(workspace, { userId }, channelId, subscribers.whoMay);
      return leave.kind === "refused" ? refusedCard(leave, "settings") : undefined;
    });
  });

  onPress("sub_unmute", async ({ workspace, place: { userId }, value, view, answer }) => {
    const asked = unmuteAsked(value);
    await answer(async () => {
      if (!asked) return unknownPress;
      const { channelId, muted: meeting } = asked;
      const leave = await leaveHere(workspace, userId, channelId, "unmute");
      if (leave.kind === "refused") return refused(workspace, userId, leave, "unmute");
      await keepChange(workspace, userId, channelId, { kind: "unmute", meeting });
      if (view?.type === "modal") await shownAnew(workspace, view.id, channelId);
      return undefined;
    });
  });

  /** The list of what is muted, in which something was pressed. */
  async function shownAnew(workspace: Workspace, viewId: string, channelId: string): Promise<void> {
    const { muted = [] } = (await subscribers.book()).channels.get(`${workspace.address}:${channelId}`) ?? {};
    await updateView(workspace.client, { viewId }, mutedModal(channelId, { muted }));
  }

  onPress("me_settings", async ({ workspace, place: { userId }, triggerId, answer }) => {
    await answer(async () => {
      const mine = await choices.of(`${workspace.address}:${userId}`);
      await openView(workspace.client, triggerId, choicesModal(mine));
      return undefined;
    });
  });
  app.view("me_save", async ({ ack, body, view, context }) => {
    const read = readChoices(view);
    if (read.kind === "wrong") return ack({ response_action: "errors", errors: read.errors });
    const workspace = where(context);
    try {
      await inTime((stillInTime) => keep(workspace, body.user.id, read.choices, stillInTime));
    } catch (err) {
      log.error({ err }, "what somebody chose for themselves could not be kept");
      return ack({ response_action: "errors", errors: NOT_KEPT });
    }
    await ack();
    await looked(workspace, body.user.id);
  });

  async function keep(workspace: Workspace, userId: string, chosen: Choices, stillInTime: () => void): Promise<void> {
    const { email, timeZone } = await workspace.person(userId);
    stillInTime();
    await choices.choose(`${workspace.address}:${userId}`, chosen, { ...(email && { email }), timeZone });
  }

  return {
    show: looked,
    refresh() {
      if (isDue || lookers.size === 0) return;
      isDue = true;
      setTimeout(() => void showAll(), REFRESH_AFTER_MS).unref();
    },
  };
}

/** Which command in words each of them is. */
const COMMANDS: Record<ChannelAsk, string> = {
  edit: "settings",
  pause: "pause",
  resume: "resume",
  muted: "unmute",
  remove: "unsubscribe",
};
const HEARS_LESS: ReadonlySet<string> = new Set<ChannelAsk>(["pause", "remove"]);
const NOT_A_MEMBER: Leave = { kind: "refused", because: "not_a_member" };
/** Whoever is refused for one of these may change nothing, wherever it is. */
const NOBODYS: ReadonlySet<string> = new Set(["only_admins", "no_guests", "no_strangers"]);

async function mayRead(workspace: Workspace, userId: string, channelId: string): Promise<boolean> {
  return (await askerIn(workspace, { userId })).mayRead(`${workspace.address}:${channelId}`);
}

async function dataFor(side: HomeSide, workspace: Workspace, userId: string): Promise<HomeData> {
  const { subscribers, choices } = side;
  const asker = await askerIn(workspace, { userId });
  const { isAdmin, isGuest } = await workspace.person(userId);
  const mayChangeAny = !isGuest && (isAdmin || subscribers.whoMay === "members");
  const [book, today, audit, refusals, mine, status] = await Promise.all([
    subscribers.book(),
    side.today(asker),
    side.audit(),
    side.refusals(),
    choices.of(`${workspace.address}:${userId}`),
    side.status(asker),
  ]);
  const readable = await readableChannels(book, workspace, asker);
  const own = [...book.channels].flatMap(([channel, subscription]): [string, typeof subscription][] => {
    const [address, id = ""] = channel.split(":");
    const isMine = subscription.by === userId && subscription.rules.length > 0 && address === workspace.address;
    // what others do there is not for who left
    return isMine && !readable.some(([known]) => known === id) ? [[id, { ...subscription, muted: [] }]] : [];
  });
  const channels = await Promise.all(
    [...readable, ...own].map(async ([channelId, subscription]): Promise<HomeChannel> => {
      const because = refusals.get(`${workspace.address}:${channelId}`);
      const words = because === undefined ? undefined : refusalWords(because);
      const isIn = await workspace.channels.hasMember(channelId, userId);
      return {
        channelId,
        subscription,
        ...(words && { refusal: { sentence: [words.sentence], remedy: [words.remedy] } }),
        may: mayChangeAny
          ? mayChange({ isIn: isIn || isAdmin, isTheirs: subscription.by === userId, words })
          : "nothing",
      };
    }),
  );
  const readableIds = new Set(readable.map(([channelId]) => `${workspace.address}:${channelId}`));
  return {
    ...today,
    channels,
    mayAdd: mayChangeAny,
    choices: mine,
    audit: audit
      .filter(({ channel }) => readableIds.has(channel))
      .slice(0, MOST_AUDITED)
      .map(({ by, at, channel, change }) => ({
        by,
        at,
        channelId: channel.slice(workspace.address.length + 1),
        what: [DONE[change]],
      })),
    status,
    ...(asker.isStranger && { isStranger: true }),
  };
}

/** What is certain to be refused is not offered. Who is in a private channel is not known where we are not in it any more. */
function mayChange({ isIn, isTheirs, words }: { isIn: boolean; isTheirs: boolean; words: object | undefined }) {
  if (isIn || (isTheirs && words !== undefined)) return "all";
  return isTheirs ? "removal" : "nothing";
}

const DONE: Record<AuditEntry["change"], string> = {
  save: "changed the settings",
  add: "subscribed",
  remove: "unsubscribed",
  pause: "paused it",
  resume: "resumed it",
  mute: "muted a meeting",
  unmute: "unmuted a meeting",
  digest: "changed the digest",
  share: "shared it",
};
