import { aloneCard } from "../../src/card/alone-card.ts";
import { dayOf, daysLater, timeOn } from "../../src/card/day.ts";
import type { Instant, MeetingFact } from "../../src/meeting/fact.ts";
import type { Meeting } from "../../src/meeting/meeting.ts";
import type { CardId, Channel } from "../../src/ports.ts";
import { aloneOf, wishedAlone } from "../../src/post-alone.ts";
import { myDayDate, myDayId, myDays } from "../../src/post-my-day.ts";
import type { Chooser } from "../../src/subscription/chooser.ts";
import { appearanceOf } from "../../src/subscription/person-match.ts";
import type { Message } from "./chat.ts";
import { A_CLAIM_MS, type Violation } from "./check.ts";
import { factsOf, type Kept, said } from "./kept.ts";
import type { DayPlan } from "./plan.ts";
import type { PlayedDay } from "./play.ts";
import { HOST_IDS, KEYS } from "./process.ts";
import { CLOCKS_DIFFER_MS } from "./random-day.ts";
import { isToldInReply, mayBeInDoubt } from "./replies.ts";
import type { HeardFact } from "./zoom.ts";

const MINUTE_MS = 60_000;
/** What somebody's day tells of yesterday may have been found out for another person so long before. */
const REMEMBERED_MS = MINUTE_MS + 1_000;

/** People are told what they chose to be told, and nobody else is: once, and what they read is true at the end. */
export async function inPerson(
  plan: DayPlan,
  played: PlayedDay,
  kept: Kept,
  meetings: readonly Meeting[],
): Promise<Violation[]> {
  const people = plan.people ?? {};
  const own = played.messages.filter(({ key }) => aloneOf(key) !== undefined || myDayDate(key) !== undefined);
  const found: Violation[] = [];
  for (const all of Map.groupBy(own, ({ channel, key }) => `${channel} ${key}`).values()) {
    const [first] = all;
    if (first)
      found.push(
        ...(await toldViolations(plan, played, kept, { first, all, chooser: people[first.channel], meetings })),
      );
  }
  const missed = Object.entries(people).map(([channel, chooser]) => missing(plan, played, kept, { channel, chooser }));
  return [...found, ...(await Promise.all(missed)).flat()];
}

interface Told {
  first: Message;
  all: readonly Message[];
  chooser: Chooser | undefined;
  meetings: readonly Meeting[];
}

async function toldViolations(
  plan: DayPlan,
  played: PlayedDay,
  kept: Kept,
  { first, all, chooser, meetings }: Told,
): Promise<Violation[]> {
  const { channel, key: card } = first;
  const told = (kind: Violation["kind"], what: string): Violation[] => [{ kind, channel, card, what }];
  if (!chooser) return told("unasked", "nobody chose that here");
  // nobody may look there whether a post came to stand
  if (all.length > 1 && !mayBeInDoubt(plan)) return told("doubled", "somebody is told twice");
  const calls = played.calls.filter((one) => one.channel === channel && one.card === card && one.what === "post sent");
  const isTime = await anyOf(calls, ({ at }) => mayBeToldAt(played, kept, { channel, card, chooser }, at));
  if (!isTime) return told("unasked", "it was not the time for it, or somebody else's");
  const uuid = aloneOf(card);
  const last = all.find(({ id }) => id === played.redis.data.read(KEYS.card(channel, card), "hash")?.get("message"));
  const meeting = meetings.find((one) => one.uuid === uuid);
  if (!last || !meeting || isToldInReply(played, channel, card)) return [];
  const expected = JSON.stringify(aloneCard(meeting, appearanceOf(chooser, meeting, HOST_IDS)));
  const shows = JSON.stringify(last.card);
  return shows === expected ? [] : told("stale", `shows ${shows}\n      and not ${expected}`);
}

async function anyOf<T>(items: readonly T[], is: (item: T) => Promise<boolean>): Promise<boolean> {
  for (const item of items) if (await is(item)) return true;
  return false;
}

interface Of {
  channel?: Channel;
  card: CardId;
  chooser: Chooser;
}

/** Whether a courier that sent this at an instant may have found a moment before that it is to be told. */
async function mayBeToldAt(
  played: PlayedDay,
  kept: Kept,
  { channel, card, chooser }: Of,
  sentAt: Instant,
): Promise<boolean> {
  const since = sentAt - A_CLAIM_MS - (myDayDate(card) === undefined ? 0 : REMEMBERED_MS);
  const heard = played.heard.flatMap(({ at }) => (at >= since && at <= sentAt ? [at - 1, at] : []));
  const text = JSON.stringify(
    played.said.find((one) => one.channel === channel && one.key === card && one.sentAt === sentAt)?.card,
  );
  return anyOf([since, ...heard, sentAt], (at) =>
    anyOf([at - CLOCKS_DIFFER_MS, sentAt + CLOCKS_DIFFER_MS], async (now) => {
      const wish = await wished(knownBy(played, kept, at), { card, chooser }, now);
      return (
        wish !== undefined && (myDayDate(card) === undefined || text === undefined || JSON.stringify(wish) === text)
      );
    }),
  );
}

/** What somebody should be told first, if these were all facts. */
async function wished(all: readonly MeetingFact[][], { card, chooser }: Of, now: Instant) {
  const uuid = aloneOf(card);
  if (uuid === undefined) return daysOf(all).card(chooser, myDayDate(card) ?? "", now);
  const facts = { factsOf: async () => all.find(([first]) => first?.about.uuid === uuid) ?? [] };
  const wish = await wishedAlone({ facts, hostIds: HOST_IDS }, chooser, { uuid, state: {} }, now);
  return wish.kind === "show" ? wish.card : undefined;
}

function daysOf(all: readonly MeetingFact[][]) {
  const desk = { stateOf: async () => ({}), makeDue: async () => {} };
  return myDays({ facts: { factsBetween: async () => [...all] }, desk, hostIds: HOST_IDS });
}

/** What may have been kept by then. */
function knownBy({ heard }: PlayedDay, kept: Kept, at: Instant): MeetingFact[][] {
  // what came before Redis was there again was not kept then
  const isKept = ({ fact }: HeardFact) =>
    fact.heardAt >= (kept.get(fact.about.uuid)?.get(said(fact))?.heardAt ?? Number.POSITIVE_INFINITY);
  const sofar = heard.filter((one) => one.at <= at && isKept(one));
  const known = new Set(sofar.map(({ fact }) => `${fact.about.uuid} ${said(fact)}`));
  const some = [...kept].map(([uuid, facts]): [string, Map<string, MeetingFact>] => [
    uuid,
    new Map([...facts].filter(([key]) => known.has(`${uuid} ${key}`))),
  ]);
  return factsOf(new Map(some.filter(([, facts]) => facts.size > 0)));
}

interface Whom {
  channel: Channel;
  chooser: Chooser;
}

/** What somebody chose to be told and was not, on a day on which nothing goes wrong. */
async function missing({ faults }: DayPlan, played: PlayedDay, kept: Kept, whom: Whom): Promise<Violation[]> {
  if (faults.length > 0) return [];
  return [...(await missedAlone(played, kept, whom)), ...(await missedDays(played, kept, whom))];
}

/** What was on the day before is told in the morning. */
async function missedDays(played: PlayedDay, kept: Kept, { channel, chooser }: Whom): Promise<Violation[]> {
  const { choices, timeZone } = chooser;
  const { myDayAt } = choices;
  if (myDayAt === undefined) return [];
  const begun = played.heard.map(({ fact: { about, at } }) => dayOf(about.startedAt ?? at, timeZone));
  const days = new Map(begun.map((day) => daysLater(day, 1)).map((day) => [day.date, day]));
  const found = [...days.values()].map(async (day): Promise<Violation[]> => {
    const [card, dueAt] = [myDayId(day.date), timeOn(day, myDayAt)];
    const isTold = played.messages.some((one) => one.channel === channel && one.key === card);
    if (isTold || dueAt + 2 * MINUTE_MS > played.endedAt) return [];
    const isToTell = await wished(knownBy(played, kept, dueAt - MINUTE_MS), { card, chooser }, dueAt);
    return isToTell ? [{ kind: "missing", channel, card, what: "nobody told somebody's day" }] : [];
  });
  return (await Promise.all(found)).flat();
}

/** A host is told of a meeting in which somebody waited for a minute. */
async function missedAlone(played: PlayedDay, kept: Kept, { channel, chooser }: Whom): Promise<Violation[]> {
  if (!chooser.choices.whenLiveWithoutMe) return [];
  const joins = played.heard.filter(({ fact }) => fact.kind === "joined");
  const found: Violation[] = [];
  for (const { fact, at } of joins) {
    const card = `alone:${fact.about.uuid}`;
    const toldBy = Math.max(at, Math.min(fact.at, at) + MINUTE_MS) + MINUTE_MS / 4;
    const isCalm = played.heard.every((one) => Math.abs(one.at - toldBy) > MINUTE_MS / 2 || one.at === at);
    const isTold = played.messages.some((one) => one.channel === channel && one.key === card);
    if (isTold || !isCalm || toldBy > played.endedAt) continue;
    const isLongEnough = [-MINUTE_MS / 5, 0].map((ms) =>
      wished(knownBy(played, kept, toldBy), { card, chooser }, toldBy + ms),
    );
    if ((await Promise.all(isLongEnough)).every((one) => one !== undefined)) {
      found.push({ kind: "missing", channel, card, what: "nobody told the host" });
    }
  }
  return found;
}
