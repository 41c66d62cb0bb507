import { canonical, type MeetingFact } from "../../src/meeting/fact.ts";
import { redisFacts } from "../../src/redis/facts.ts";
import { answersOf, redisClient } from "./client.ts";
import type { PlayedDay } from "./play.ts";
import { KEYS, RETENTION_MS } from "./process.ts";

/** What is kept of each meeting of the day: facts by what they say. */
export type Kept = Map<string, Map<string, MeetingFact>>;

export async function keptFacts({ heard, redis, endedAt }: PlayedDay): Promise<Kept> {
  const client = redisClient(async (commands) => answersOf(redis, commands));
  const store = redisFacts(client, KEYS, { retentionMs: RETENTION_MS, now: () => endedAt });
  const kept: Kept = new Map();
  for (const uuid of new Set(heard.map(({ fact }) => fact.about.uuid))) {
    const facts = (await store.factsOf(uuid)).filter(({ kind }) => kind !== "startedAgain");
    if (facts.length > 0) kept.set(uuid, new Map(facts.map((fact) => [said(fact), fact])));
  }
  return kept;
}

/** What a fact says, as one string: the same for each time that it is told. */
export function said({ heardAt: _, at, ...fact }: MeetingFact): string {
  return canonical({ ...fact, ...(fact.timeFrom !== "arrival" && { at }) });
}

/** The facts of each meeting, with what follows from its number's other starts. */
export function factsOf(kept: Kept): MeetingFact[][] {
  const meetings = [...kept.values()].map((facts) => [...facts.values()]);
  return meetings.map((facts) => {
    const again = startedAgain(facts, meetings.flat());
    return again ? [...facts, again] : facts;
  });
}

/** A number runs once at a time. */
function startedAgain(facts: readonly MeetingFact[], known: readonly MeetingFact[]): MeetingFact | undefined {
  const [first] = facts;
  const own = Math.min(...facts.map(({ about }) => about.startedAt ?? Number.POSITIVE_INFINITY));
  const others = known.flatMap(({ about }) =>
    about.number === first?.about.number && about.startedAt !== undefined ? [about.startedAt] : [],
  );
  const at = Math.min(...others.filter((start) => start > own));
  if (!first || !Number.isFinite(at)) return undefined;
  return { kind: "startedAgain", at, timeFrom: "payload", heardAt: first.heardAt, about: first.about };
}
