import type { Card } from "../../src/card/card.ts";
import type { Instant } from "../../src/meeting/fact.ts";
import type { CardId, Channel, ChatPlatform, Refusal } from "../../src/ports.ts";
import { type ChatFault, isDuring, type Method, placeOf } from "./plan.ts";
import type { SimulatedProcess } from "./process.ts";
import type { VirtualTime } from "./virtual-time.ts";

const POST_PACE_MS = 1_000;
const MINUTE_MS = 60_000;
const EDITS_A_MINUTE = 50;
export const TWO_EDITS = "two edits of one card within three seconds";
/** Not Slack's rule but ours, less what a call takes on its way. */
const EDIT_GAP_MS = 2_500;
/** Calls that were under way when the first was refused are nobody's fault. */
const GETS_ABOUT_MS = 2_000;

export interface Message {
  id: string;
  channel: Channel;
  key: CardId;
  card: Card;
  /** The message in whose thread it stands. */
  inThread?: string;
  postedAt: Instant;
  /** From then on it stands in the history. */
  foundFrom: Instant;
  editedAt?: Instant;
  /** When it first showed an end. */
  endedAt?: Instant;
  deletedBy?: "us" | "a person";
}

/** What people in a channel could read from then on, and when the call was made that said so. */
export interface Said {
  at: Instant;
  sentAt: Instant;
  message: string;
  channel: Channel;
  key: CardId;
  card: Card;
}

/** A call to the platform, and what came of it. */
export interface Call {
  at: Instant;
  process: number;
  channel: Channel;
  card: string;
  method: Method;
  what: string;
  details?: object | string;
}

/** A call that Slack had asked not to make yet. */
export interface TooEarly {
  at: Instant;
  channel?: Channel;
  card?: CardId;
  what: string;
}

export interface ChatWire {
  time: VirtualTime;
  faults: readonly ChatFault[];
  random: () => number;
  onCall: (call: Call) => void;
}

export type Chat = ReturnType<typeof faultyChat>;

/**
 * A chat platform that keeps what was posted, has Slack's limits and answers late, wrongly or never when a fault says so.
 */
export function faultyChat({ time, faults, random, onCall }: ChatWire) {
  const messages: Message[] = [];
  const said: Said[] = [];
  const postsAt = new Map<Channel, Instant>();
  const editsAt: Instant[] = [];
  const tooEarly: TooEarly[] = [];
  /** Since when somebody knows that calls are refused, by fault. */
  const toldAt = new Map<ChatFault, Instant>();

  const platformOf = (process: SimulatedProcess): ChatPlatform => {
    /** One call: refused, or done after a moment and answered after another, unless a fault says otherwise. */
    const call = <T>(
      place: string,
      method: Method,
      card: string,
      work: (sentAt: Instant, isLate: boolean) => T | Refusal,
    ) =>
      new Promise<T | Refusal>((resolve) => {
        const channel = placeOf(`slack:${place}`);
        const sentAt = time.now();
        const tell = (what: string, details?: object | string) =>
          onCall({
            at: time.now(),
            process: process.index,
            channel,
            card,
            method,
            what: `${method} ${what}`,
            ...(details && { details }),
          });
        const answer = (afterMs: number, result: T | Refusal) =>
          time.at(
            time.now() + afterMs,
            "wire",
            () => {
              tell("answered", result as object | string);
              resolve(result);
            },
            process,
          );
        process.makesCall("chat", () => {
          const fault = faults.find(
            (one) =>
              isDuring(one, time.now()) &&
              (one.channel ?? channel) === channel &&
              (one.method ?? method) === method &&
              one.how.is !== "slowHistory",
          );
          const refused = fault && refusal(fault, method, time.now());
          tell("sent", fault?.how);
          if (fault?.how.is === "limited") {
            const since = toldAt.get(fault) ?? time.now();
            toldAt.set(fault, since);
            if (time.now() - since > GETS_ABOUT_MS)
              tooEarly.push({ at: time.now(), what: `${method} before Retry-After` });
          }
          if (refused) {
            answer(20 + random() * 100, refused as T | Refusal);
            return;
          }
          const perform = () => {
            const done = work(sentAt, fault?.how.is === "late");
            tell("done", done as object | string);
            return done;
          };
          const moment = 20 + random() * 200;
          if (fault?.how.is === "lost") {
            if (fault.how.isDone) time.at(time.now() + moment, "wire", perform);
            const afterMs = Math.max(fault.how.answersAfterMs, moment + 1);
            answer(afterMs, { kind: "unknown", because: "no answer" });
          } else if (fault?.how.is === "late") {
            time.at(time.now() + fault.how.doneAfterMs, "wire", () => {
              if (!isArchived(channel)) perform();
            });
            answer(fault.how.answersAfterMs, { kind: "unknown", because: "no answer" });
          } else {
            time.at(time.now() + moment, "wire", () => answer(random() * 200, perform()));
          }
        });
      });

    return {
      post: (place, card, key, { inThread } = {}) =>
        call(place, "post", key, (sentAt, isLate) => {
          const channel = placeOf(`slack:${place}`);
          const now = time.now();
          if (inThread !== undefined && !visible(inThread)) return noSuch("thread_not_found");
          // what was taken in and is done late was counted before
          if (!isLate && now - (postsAt.get(channel) ?? 0) < POST_PACE_MS) {
            tooEarly.push({ at: now, what: "two posts within a second" });
            return limited(POST_PACE_MS);
          }
          if (!isLate) postsAt.set(channel, now);
          const id = `${messages.length + 1}.0`;
          const thread = inThread !== undefined && { inThread };
          const message = { id, channel, key, card, ...thread, postedAt: now, foundFrom: now + lagAt(channel) };
          messages.push(shown(message, card, now));
          said.push({ at: now, sentAt, message: id, channel, key, card });
          return { message: id };
        }),
      update: (place, id, card) =>
        call(place, "update", keyOf(id), (sentAt) => {
          while ((editsAt[0] ?? Infinity) <= time.now() - MINUTE_MS) editsAt.shift();
          if (editsAt.length >= EDITS_A_MINUTE) {
            tooEarly.push({ at: time.now(), what: `more than ${EDITS_A_MINUTE} edits within a minute` });
            return limited((editsAt[0] ?? 0) + MINUTE_MS - time.now());
          }
          editsAt.push(time.now());
          const message = visible(id);
          if (!message) return noSuch("message_not_found");
          if (card.stage === "live" && time.now() - (message.editedAt ?? 0) < EDIT_GAP_MS) {
            tooEarly.push({ at: time.now(), what: TWO_EDITS, card: message.key, channel: message.channel });
          }
          message.editedAt = time.now();
          shown(message, card, time.now());
          said.push({ at: time.now(), sentAt, message: id, channel: message.channel, key: message.key, card });
          return "done" as const;
        }),
      find: (place, key, since, _until, { inThread } = {}) =>
        call(place, "find", key, () =>
          isInPerson(place)
            ? "cannot look"
            : inThread !== undefined && !visible(inThread)
              ? noSuch("thread_not_found")
              : inHistory(place, since, inThread)
                  .filter((one) => one.key === key)
                  .map(({ id }) => id),
        ),
      recall: (place, since) =>
        call(place, "find", "all of the channel", () => {
          if (isInPerson(place)) return "cannot look";
          const byKey = Map.groupBy(inHistory(place, since), ({ key }) => key);
          return new Map([...byKey].map(([key, found]) => [key, found.map(({ id }) => id)]));
        }),
      remove: (place, id) =>
        call(place, "remove", keyOf(id), () => {
          const message = visible(id);
          if (message) message.deletedBy = "us";
          return "done" as const;
        }),
    };
  };
  const inHistory = (place: string, since: Instant, thread?: string) =>
    messages.filter(
      ({ channel, inThread, postedAt, foundFrom, deletedBy }) =>
        channel === placeOf(`slack:${place}`) &&
        inThread === thread &&
        postedAt >= since &&
        foundFrom <= time.now() &&
        !deletedBy,
    );
  const isArchived = (channel: Channel) =>
    faults.some(
      (one) => one.how.is === "archived" && (one.channel ?? channel) === channel && isDuring(one, time.now()),
    );
  const visible = (id: string) => messages.find((one) => one.id === id && !one.deletedBy);
  const keyOf = (id: string) => messages.find((one) => one.id === id)?.key ?? id;
  const lagAt = (channel: Channel) =>
    faults.reduce((most, { how, channel: where = channel, ...when }) => {
      const isHere = how.is === "slowHistory" && where === channel && isDuring(when, time.now());
      return isHere ? Math.max(most, how.byMs) : most;
    }, 0);

  return {
    messages,
    said,
    tooEarly,
    platformOf,
    /** A person deletes what is visible of a card. */
    deleteByPerson(channel: Channel, key: CardId): Message[] {
      const gone = messages.filter((one) => one.channel === channel && one.key === key && !one.deletedBy);
      for (const message of gone) message.deletedBy = "a person";
      return gone;
    },
  };
}

/** What people write to the app may not be read. */
const isInPerson = (place: string) => place.startsWith("U");

function shown(message: Message, card: Card, now: Instant): Message {
  const endedAt = card.stage === "ended" ? (message.endedAt ?? now) : message.endedAt;
  return Object.assign(message, { card, ...(endedAt !== undefined && { endedAt }) });
}

const noSuch = (because: string): Refusal => ({ kind: "never", because, of: "message" });

const limited = (inMs: number): Refusal => ({
  kind: "later",
  because: "ratelimited",
  inMs: Math.ceil(inMs / 1_000) * 1_000,
  of: "calls",
});

/** What is refused outright while the fault lasts. */
function refusal({ how, at, forMs }: ChatFault, method: Method, now: Instant): Refusal | "cannot look" | undefined {
  switch (how.is) {
    case "limited":
      return limited(at + forMs - now);
    case "archived":
      return method === "find" ? undefined : { kind: "never", because: "is_archived", of: "channel" };
    case "noEdits":
      return method === "update" ? { kind: "never", because: "cant_update_message", of: "edits" } : undefined;
    case "cannotLook":
      return method === "find" ? "cannot look" : undefined;
    case "noAccess":
      return { kind: "later", because: "invalid_auth", inMs: 60_000, of: "platform" };
    case "odd":
      return { kind: "later", because: "odd", inMs: how.inMs, of: "message" };
    default:
      return undefined;
  }
}
