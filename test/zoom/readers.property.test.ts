import { doesNotMatch, equal, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { startRedis } from "../../scripts/redis.mjs";
import { agendaCard } from "../../src/card/agenda-card.ts";
import type { Card } from "../../src/card/card.ts";
import { dayOf } from "../../src/card/day.ts";
import { digestCard } from "../../src/card/digest-card.ts";
import { meetingCard } from "../../src/card/meeting-card.ts";
import { peopleCard } from "../../src/card/people-card.ts";
import { periodOf } from "../../src/card/period.ts";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { lastedMs, meetingAsOf } from "../../src/meeting/meeting.ts";
import { planFrom } from "../../src/meeting/plan.ts";
import { presentMs } from "../../src/meeting/stay.ts";
import { slackMessage } from "../../src/slack/message.ts";
import { readEvent } from "../../src/zoom/event.ts";
import { connected, heardIn, openStore, ROOM } from "../redis/store.ts";
import { checkBlocks } from "../stand-ins/slack.ts";
import { anyJson, changedDelivery } from "./any-delivery.ts";

const HOUR = 3_600_000;
const HEARD_AT = Date.parse("2026-11-24T12:00:00Z");
/** More by hand: FUZZ_RUNS=40000. */
const numRuns = Number(process.env.FUZZ_RUNS ?? 800);

const anyBody = fc.oneof({ weight: 3, arbitrary: changedDelivery }, { weight: 1, arbitrary: anyJson });
const KINDS = ["fact", "plan", "validation", "ignored", "unreadable"];

function factsOf(bodies: readonly string[], heardAt = HEARD_AT): MeetingFact[] {
  return bodies.flatMap((body, index) => {
    const reading = readEvent(JSON.parse(body), heardAt + index * 1_000, { webinars: true });
    return reading.kind === "fact" ? [reading.fact] : [];
  });
}

/** All the strings that somebody sent. */
function textOf(json: unknown): string {
  if (typeof json === "string") return json;
  if (json === null || typeof json !== "object") return "";
  return Object.entries(json)
    .map(([key, value]) => `${key} ${textOf(value)}`)
    .join(" ");
}

const OURS_ONLY = /undefined|null|NaN|Invalid|Infinity|\[object|true|false/;

describe("any JSON that Zoom might sign", () => {
  test("is a fact, a validation, ignored or unreadable, and never an exception", () => {
    fc.assert(
      fc.property(anyBody, fc.boolean(), (body, webinars) => {
        const reading = readEvent(JSON.parse(body), HEARD_AT, { webinars });
        ok(KINDS.includes(reading.kind));
        if (reading.kind === "unreadable") doesNotMatch(reading.because, /@|hush|https?:/);
        equal(({} as { polluted?: unknown }).polluted, undefined);
      }),
      { numRuns: numRuns * 3 },
    );
  });

  test("gives facts of a plausible time, that of the fact not before the meeting's start by days", () => {
    fc.assert(
      fc.property(changedDelivery, (body) => {
        for (const { at, timeFrom, about, heardAt } of factsOf([body])) {
          for (const time of [at, about.startedAt ?? at]) {
            ok(Number.isSafeInteger(time), `${time}`);
            ok(time >= Date.UTC(2011, 0, 1) && time <= heardAt + 24 * HOUR, new Date(time).toISOString());
          }
          const { startedAt = at } = about;
          ok(timeFrom === "arrival" || Math.abs(at - startedAt) <= 7 * 24 * HOUR, `${new Date(at)}`);
        }
      }),
      { numRuns },
    );
  });

  test("gives meetings that can be shown: no negative times, nothing that is not a word, nothing Slack refuses", () => {
    fc.assert(
      fc.property(fc.array(anyBody, { maxLength: 8 }), fc.integer({ min: 0, max: 80 }), (bodies, hours) => {
        const now = HEARD_AT + hours * HOUR;
        const foreign = OURS_ONLY.test(bodies.map((body) => textOf(JSON.parse(body))).join(" "));
        const meetings = [...Map.groupBy(factsOf(bodies), ({ about }) => about.uuid).values()].map((facts) =>
          meetingAsOf(now, facts),
        );
        for (const meeting of meetings) {
          ok(lastedMs(meeting, now) >= 0);
          for (const { stays } of meeting.people) {
            ok(presentMs(stays, now) >= 0);
            for (const { from, to } of stays) ok(!to || to.at >= from.at);
          }
          ok(meeting.mostAtOnce <= meeting.people.length && meeting.waiting >= 0);
        }
        const day = dayOf(HEARD_AT, "Europe/Vienna");
        const period = periodOf("today", HEARD_AT, "Europe/Vienna");
        const cards: (Card | undefined)[] = (["names", "counts"] as const).flatMap((people) => [
          ...meetings.flatMap((meeting) => [meetingCard(meeting, { people }), peopleCard(meeting, { people }, now)]),
          agendaCard(period, meetings, { people, scope: "today", isPrivate: true }, now),
          agendaCard(period, meetings, { people, scope: "live", isPrivate: false }, now),
          digestCard(day, meetings),
        ]);
        for (const card of cards) {
          if (!card) continue;
          for (const tables of [true, false]) {
            const { text, blocks } = slackMessage(card, { tables });
            const verdict = checkBlocks(blocks);
            equal(verdict.kind, "fine", JSON.stringify(verdict));
            ok(text.length > 0 && text.length < 4_000);
            doesNotMatch(text, /<(?!!date\^\d+\^)[!@#]/);
            if (!foreign) doesNotMatch(`${text} ${shown(blocks)}`, OURS_ONLY);
          }
        }
      }),
      { numRuns: numRuns / 4 },
    );
  });

  test("gives plans that can be shown, at plausible times", () => {
    fc.assert(
      fc.property(fc.array(changedDelivery, { maxLength: 12 }), (bodies) => {
        const foreign = OURS_ONLY.test(bodies.map((body) => textOf(JSON.parse(body))).join(" "));
        const facts = bodies.flatMap((body) => {
          const reading = readEvent(JSON.parse(body), HEARD_AT, { webinars: true });
          return reading.kind === "plan" ? [reading.fact] : [];
        });
        const planned = [...Map.groupBy(facts, ({ number }) => number).values()].flatMap(planFrom);
        for (const { startsAt, bookedMinutes = 1 } of planned) {
          ok(startsAt >= Date.UTC(2011, 0, 1) && startsAt < Date.UTC(2100, 0, 1) && bookedMinutes > 0);
        }
        const period = periodOf("today", HEARD_AT, "Europe/Vienna");
        const card = agendaCard(period, [], { people: "names", scope: "week", isPrivate: true }, HEARD_AT, planned);
        const { blocks } = slackMessage(card, { tables: true });
        equal(checkBlocks(blocks).kind, "fine");
        if (!foreign) doesNotMatch(shown(blocks), OURS_ONLY);
      }),
      { numRuns },
    );
  });

  test("keeps no meeting live for ever, and none from the future", () => {
    fc.assert(
      fc.property(fc.array(changedDelivery, { minLength: 1, maxLength: 8 }), (bodies) => {
        for (const facts of Map.groupBy(factsOf(bodies), ({ about }) => about.uuid).values()) {
          equal(meetingAsOf(HEARD_AT + (30 + 24 + 1) * HOUR, facts).isLive, false);
        }
      }),
      { numRuns: numRuns / 2 },
    );
  });
});

/** All texts that a reader could see. */
function shown(blocks: unknown): string {
  if (blocks === null || typeof blocks !== "object") return "";
  return Object.entries(blocks)
    .map(([key, value]) => (/^(text|fallback|title)$/.test(key) && typeof value === "string" ? value : shown(value)))
    .join(" ");
}

describe("whatever fact comes of a delivery", () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let client: Awaited<ReturnType<typeof connected>>;
  before(async () => {
    redis = await startRedis();
    client = await connected(redis.url);
  });
  after(async () => {
    client.disconnect();
    await redis.stop();
  });

  test("comes back from Redis as it was, also beside others", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(changedDelivery, { maxLength: 4 }), async (bodies) => {
        const { facts: store } = openStore(client);
        const told = factsOf(bodies);
        for (const fact of told) ok(["new", "known"].includes(await store.keep(fact, heardIn(ROOM))));
        for (const [uuid, facts] of Map.groupBy(told, ({ about }) => about.uuid)) {
          const kept = (await store.factsOf(uuid)).filter(({ kind }) => kind !== "startedAgain");
          const [asKept, asTold] = [kept, facts].map((some) => new Set(some.map((fact) => said(fact))));
          ok(asKept && asTold && asKept.symmetricDifference(asTold).size === 0, `${[...(asKept ?? [])]}`);
        }
      }),
      { numRuns: numRuns / 4 },
    );
  });
});

/** What it says, in any order of keys. When it was heard is no matter, also where that is its only time. */
function said({ heardAt, at, ...fact }: MeetingFact): string {
  return JSON.stringify({ ...fact, ...(fact.timeFrom !== "arrival" && { at }) }, (_, part) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
