import type { Card } from "../../src/card/card.ts";
import { closeSilent } from "../../src/close-silent.ts";
import type { Instant, MeetingFact } from "../../src/meeting/fact.ts";
import type { CardDesk, CardId, Channel, PostedCard } from "../../src/ports.ts";
import { digestDate, digestId, digestOn, makeDigestsDue } from "../../src/post-digest.ts";
import { subscription } from "../subscriptions.ts";

export const CHANNEL: Channel = "slack:C0TEAM";

/** The facts of one meeting, from its start to its end if it has one, each heard at once. */
export function meeting(uuid: string, start: Instant, end?: Instant): MeetingFact[] {
  const fact = (kind: "started" | "ended", at: Instant): MeetingFact => ({
    kind,
    at,
    timeFrom: "payload",
    heardAt: at,
    about: { uuid, topic: uuid, startedAt: start },
  });
  return [fact("started", start), ...(end === undefined ? [] : [fact("ended", end)])];
}

export interface OfficeOptions {
  timeZone?: string;
  at?: string;
  days?: ReadonlySet<number>;
  /** When the channels subscribed. */
  since?: Instant;
  /** When they wanted their digests, if later. */
  digestSince?: Instant;
  channels?: Channel[];
  /** Channels that refuse every message. */
  refusing?: Channel[];
}

/** Facts and cards in memory, and a courier who delivers what is due: a post first, edits after that. */
export function office({
  channels = [CHANNEL],
  refusing = [],
  timeZone = "UTC",
  at = "18:00",
  days,
  since = 0,
  digestSince,
}: OfficeOptions = {}) {
  const wanted = subscription({ timeZone, digestAt: at, since, ...(days && { digestDays: days }) });
  const digest = { ...wanted.digest, ...(digestSince !== undefined && { since: digestSince }) };
  const everything = { channels: new Map(channels.map((channel) => [channel, { ...wanted, digest }])) };
  const told = new Map<string, MeetingFact[]>();
  const over = new Set<string>();
  const cards = new Map<string, PostedCard>();
  const due = new Map<string, [Channel, CardId]>();
  const sent: string[] = [];

  const facts = {
    factsBetween: async () => [...told.values()],
    factsOf: async (uuid: string) => told.get(uuid) ?? [],
    quietSince: async () => [...told.keys()].filter((uuid) => !over.has(uuid)),
    isOver: async (uuid: string) => void over.add(uuid),
  };
  const stateOf = async (channel: Channel, card: CardId) => cards.get(`${channel} ${card}`) ?? {};
  const makeDue = async (channel: Channel, card: CardId) => {
    if (!(await stateOf(channel, card)).gone) due.set(`${channel} ${card}`, [channel, card]);
  };
  const desk: Pick<CardDesk, "stateOf" | "makeDue"> = { stateOf, makeDue };

  const cardOf = (date: string): Card | undefined => {
    const { shows } = cards.get(`${CHANNEL} ${digestId(date)}`) ?? {};
    return shows === undefined ? undefined : JSON.parse(shows);
  };

  /** What is due is posted, or edited if it changed. Cards of meetings are only looked at. */
  async function deliver(now: Instant) {
    for (const [name, [channel, card]] of due) {
      due.delete(name);
      const date = digestDate(card);
      const digest =
        date && (await digestOn(facts, { subscription: subscription(wanted), people: "names" }, date, now));
      const { message, shows } = await stateOf(channel, card);
      if (!date) sent.push(`${name} looked at`);
      if (!digest || shows === JSON.stringify(digest)) continue;
      if (refusing.includes(channel)) {
        sent.push(`${name} refused`);
        continue;
      }
      cards.set(name, { message: name, shows: JSON.stringify(digest) });
      sent.push(`${name} ${message ? "edited" : "posted"}`);
    }
  }

  return {
    facts,
    /** Everything that was done in the channels, in order: "slack:C0TEAM digest:2026-11-24 posted". */
    sent,
    posts: (date: string) => sent.filter((one) => one === `${CHANNEL} ${digestId(date)} posted`).length,
    /** The totals of a digest, as they stand in the channel. */
    shows: (date: string) => cardOf(date)?.summary,
    rows: (date: string) => cardOf(date)?.parts.flatMap((part) => (part.kind === "table" ? part.rows : [])),

    hears(...heard: MeetingFact[]) {
      for (const fact of heard) told.set(fact.about.uuid, [...(told.get(fact.about.uuid) ?? []), fact]);
    },
    /** A minute comes: processes ask at once, then somebody delivers. */
    async minute(now: Instant, processes = 1) {
      const ask = () => makeDigestsDue({ facts, desk, book: everything }, now);
      await Promise.all(Array.from({ length: processes }, ask));
      await deliver(now);
    },
    async closesSilent(now: Instant) {
      await closeSilent({ facts, desk, book: everything }, now);
      await deliver(now);
    },
    deleted: (date: string) => void cards.set(`${CHANNEL} ${digestId(date)}`, { gone: "message_not_found" }),
  };
}
