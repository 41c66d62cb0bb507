import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import type { Instant, MeetingFact } from "../src/meeting/fact.ts";
import { meetingFrom } from "../src/meeting/meeting.ts";
import type { CardId, Channel } from "../src/ports.ts";
import { hostsWithout, makeAloneDue, wishedAlone } from "../src/post-alone.ts";
import type { Chooser } from "../src/subscription/chooser.ts";
import { at, ended, joined, left, started } from "./meeting/facts.ts";

const ALICE = "slack:U0ALICE";
const BEN = "slack:U0BEN";
const chooser = (email: string | undefined, whenLiveWithoutMe = true): Chooser => ({
  choices: { whenLiveWithoutMe },
  ...(email !== undefined && { email }),
  timeZone: "UTC",
});
const alice = chooser("alice@example.com");
const people = new Map([
  [ALICE, alice],
  [BEN, chooser("ben@example.com")],
]);
const IDS = new Map([["alice@example.com", "id of Alice"]]);

/** Who is told of this, and from when on if it is news. */
const told = (fact: MeetingFact, hostIds: ReadonlyMap<string, string> = IDS) =>
  hostsWithout({ people }, fact, hostIds).map(({ channel, firstAt, onlyWhatIsThere }) => [
    channel,
    firstAt ?? (onlyWhatIsThere ? "what is there" : "?"),
  ]);

describe("a fact makes a word to the host due", () => {
  test("a minute after somebody joined, for the host alone where it is known who that is", () => {
    const hosted = { hostEmail: "alice@example.com" };
    deepEqual(told(joined("Bob P1", "10:02", hosted)), [[ALICE, at("10:03")]]);
    deepEqual(told(joined("Bob P1", "10:02", { ...hosted, heard: "10:02:40" })), [[ALICE, at("10:03")]]);
    deepEqual(told(joined("Bob P1", "10:02", { ...hosted, heard: "10:20" })), [[ALICE, at("10:20")]]);
  });

  test("no later than a minute from now, also if Zoom's clock is ahead", () => {
    const fact = joined("Bob P1", "22:00", { hostEmail: "alice@example.com", heard: "10:02" });
    deepEqual(told(fact), [[ALICE, at("10:03")]]);
  });

  test("for those of whom it is not known whether they are the host, until that is known", () => {
    deepEqual(told(joined("Bob P1", "10:02", { hostId: "id of Alice" })), [
      [ALICE, at("10:03")],
      [BEN, at("10:03")],
    ]);
    deepEqual(told(joined("Bob P1", "10:02", { hostId: "id of Cy" })), [[BEN, at("10:03")]]);
    deepEqual(told(joined("Bob P1", "10:02", { hostId: "id of Cy" }), new Map([...IDS, ["ben@example.com", "x"]])), []);
  });

  test("of which anything but a join only changes what is there", () => {
    const hosted = { hostEmail: "alice@example.com" };
    const own = joined("Alice P1", "10:02", { ...hosted, as: { email: "alice@example.com" } });
    for (const fact of [started("10:02", hosted), left("Bob P1", "10:02", hosted), ended("10:30", hosted), own]) {
      deepEqual(told(fact), [[ALICE, "what is there"]]);
    }
  });

  test("for nobody who did not choose it or whose address is not known", () => {
    const nobody = new Map([
      [ALICE, chooser("alice@example.com", false)],
      [BEN, chooser(undefined)],
    ]);
    deepEqual(hostsWithout({ people: nobody }, joined("Bob P1", "10:02"), IDS), []);
  });
});

describe("a host", () => {
  const begun = [
    started("10:00", { hostId: "id of Alice", hostEmail: "alice@example.com" }),
    joined("Bob P1", "10:02"),
  ];
  const wish = async (facts: MeetingFact[], now: Instant, state: { message?: string } = {}, who = alice) => {
    const wished = await wishedAlone(
      { facts: { factsOf: async () => facts }, hostIds: IDS },
      who,
      { uuid: "A", state },
      now,
    );
    return wished.kind === "show" ? wished.card.summary : wished.kind === "later" ? wished.inMs : wished;
  };
  const LIVE = "(no topic) is live without you, 1 person in";
  const nothing = (because: string) => ({ kind: "nothing", because });

  test("is told when somebody was in without them for a minute", async () => {
    equal(await wish(begun, at("10:02:20")), 40_000);
    equal(await wish(begun, at("10:03")), LIVE);
  });

  test("is waited for anew when nobody was in meanwhile", async () => {
    const facts = [...begun, left("Bob P1", "10:02:30"), joined("Bob P2", "10:03")];
    deepEqual(await wish(facts.slice(0, 3), at("10:03")), nothing("nobody is in"));
    equal(await wish(facts, at("10:03:20")), 40_000);
  });

  test("is not told of a meeting that they were in, or started", async () => {
    const came = [...begun, joined("Alice P3", "10:00")];
    deepEqual(await wish(came, at("10:03")), nothing("its host came"));
    deepEqual(await wish([...came, left("Alice P3", "10:01")], at("10:03")), nothing("its host came"));
  });

  test("is not told of what is over, no news, or somebody else's", async () => {
    deepEqual(await wish([...begun, ended("10:02:59")], at("10:03")), nothing("it is over"));
    const ben = chooser("ben@example.com");
    deepEqual(await wish(begun, at("10:03"), {}, ben), nothing("somebody else hosts it"));
    deepEqual(await wish([], at("10:03")), nothing("nothing is known of it"));
    const late = begun.map((fact) => ({ ...fact, heardAt: at("14:00") }));
    deepEqual(await wish(late, at("14:00")), nothing("not news"));
  });

  test("who was told is told what became of it", async () => {
    const posted = { message: "1.0" };
    equal(await wish([...begun, joined("Alice P3", "10:05")], at("10:06"), posted), "You joined (no topic)");
    const over = [...begun, ended("10:30")];
    equal(await wish(over, at("10:30"), posted), "(no topic) ended after 30 min, without you");
    const deserted = [...begun, left("Bob P1", "10:10")];
    equal(await wish(deserted, at("10:21"), posted), "(no topic) ended after about 10 min, without you");
  });

  test("hears of the silent end of a meeting only where something stands", async () => {
    const due: [Channel, CardId][] = [];
    const desk = {
      stateOf: async (channel: Channel) => (channel === ALICE ? { message: "1.0" } : {}),
      makeDue: async (channel: Channel, card: CardId) => void due.push([channel, card]),
    };
    await makeAloneDue(desk, people, meetingFrom([started("10:00"), joined("Bob P1", "10:02")]), IDS);
    deepEqual(due, [[ALICE, "alone:A"]]);
  });
});
