import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { type CardStyle, meetingCard } from "../../src/card/meeting-card.ts";
import type { MeetingFact, MeetingIdentity } from "../../src/meeting/fact.ts";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import { ended, joined, left, started } from "../meeting/facts.ts";
import { cardText } from "./text.ts";

const SYNC: Partial<MeetingIdentity> = { topic: "Weekly product sync", number: "86412345678", hostId: "id of Alice" };

const card = (facts: MeetingFact[], people: CardStyle["people"] = "names") =>
  meetingCard(meetingFrom(facts), { people });
const shown = (facts: MeetingFact[], people?: CardStyle["people"]) => cardText(card(facts, people));

const begun = started("10:02", SYNC);
const alice = joined("Alice P1", "10:02");
const bob = joined("Bob P2", "10:05");
const guest = joined("Chris? P3", "10:06");

describe("the card of a live meeting", () => {
  test("says who is in, since when, and who hosts it", () => {
    deepEqual(shown([begun, alice, bob, guest, left("Bob P2", "10:20")]), [
      "🟢  Weekly product sync  is live",
      "2 in the meeting now  ·  3 joined so far  ·  started 10:02 UTC (at 10:02 UTC)  ·  host Alice",
      "In: Alice, Chris (guest)",
      "[Join] [Who is in] [More]",
    ]);
  });

  test("says nobody, and not 0, before the first person came", () => {
    deepEqual(shown([begun]), [
      "🟢  Weekly product sync  is live",
      "Nobody in the meeting now  ·  started 10:02 UTC (at 10:02 UTC)",
      "[Join] [More]",
    ]);
    equal(card([begun]).summary, "Weekly product sync is live, nobody in");
  });

  test("says how many joined only where that is another number", () => {
    doesNotMatch(shown([begun, alice]).join("\n"), /joined so far/);
    match(
      shown([begun, alice, left("Alice P1", "10:04")]).join("\n"),
      /Nobody in the meeting now {2}· {2}1 joined so far/,
    );
  });

  test("counts one person as one", () => {
    equal(card([begun, alice]).summary, "Weekly product sync is live, 1 person in");
    match(shown([begun, alice])[1] ?? "", /^1 in the meeting now/);
  });

  test("names eight people and counts the others", () => {
    const crowd = Array.from({ length: 60 }, (_, index) => joined(`N${index} P${index}`, "10:03"));
    match(shown([begun, ...crowd])[2] ?? "", /^In: (N\d+, ){8}\+52 more$/);
  });

  test("says that the start is not sure where Zoom did not tell it", () => {
    match(shown([joined("Bob P2", "10:05")])[1] ?? "", /started about 10:05 UTC/);
  });

  test("of a meeting without a topic says so", () => {
    equal(shown([started("10:02")])[0], "🟢  (no topic)  is live");
  });

  test("offers to join with the number and never with a passcode", () => {
    const [join] = card([begun]).buttons;
    deepEqual(join, { kind: "open", label: "Join", url: "https://zoom.us/j/86412345678", isMain: true });
    deepEqual(
      card([started("10:02")]).buttons.map(({ label }) => label),
      ["More"],
    );
  });

  test("offers to be left out here, and what else this channel may hear of", () => {
    const menu = card([begun]).buttons.at(-1);
    deepEqual(menu?.kind === "menu" && menu.options.map(({ ask, about }) => [ask, about]), [
      ["mute", "A"],
      ["settings", ""],
    ]);
  });
});

describe("the card of an ended meeting", () => {
  const came = [begun, alice, bob, left("Bob P2", "10:20"), guest];

  test("says how long it took, who came, and what was booked", () => {
    deepEqual(shown([...came, ended("10:49", { bookedMinutes: 30 })]), [
      "⚪  Weekly product sync  ended after 47 min",
      "2 Mar 10:02 UTC to 10:49 UTC  ·  3 people  ·  host Alice  ·  booked for 30 min, ran 17 min over",
      "[Attendance]",
    ]);
  });

  test("says how many were there at once where not all were", () => {
    match(shown([...came, joined("Dana P4", "10:30"), ended("10:49")])[1] ?? "", /4 people, most at once 3 /);
  });

  test("of seconds was of seconds", () => {
    equal(shown([begun, ended("10:02:43")])[0], "⚪  Weekly product sync  ended after 43 s");
  });

  test("to which nobody came says that nobody was seen", () => {
    match(shown([begun, ended("10:49")])[1] ?? "", /· {2}nobody seen$/);
    equal(card([begun, ended("10:49")]).summary, "Weekly product sync ended after 47 min, nobody seen");
  });

  test("offers no way to join", () => {
    deepEqual(
      card([...came, ended("10:49")]).buttons.map(({ label }) => label),
      ["Attendance"],
    );
  });

  test("says the day of the end too where the time alone would not tell it", () => {
    match(shown([begun, ended("23:02")])[1] ?? "", /^2 Mar 10:02 UTC to 2 Mar 23:02 UTC/);
  });
});

describe("what is not known", () => {
  test("is the length of a meeting of which only the start was ever told", () => {
    const [line] = shown([begun, { ...ended("10:02"), kind: "fellSilent" }]);
    equal(line, "⚪  Weekly product sync  ended after an unknown time");
  });
});

describe("what is not sure", () => {
  const silent = (at: string): MeetingFact => ({ ...ended(at), kind: "fellSilent" });
  const again = (at: string): MeetingFact => ({ ...ended(at), kind: "startedAgain" });
  const unsureEnds: [string, MeetingFact, RegExp][] = [
    ["when nothing more was heard", silent("10:49"), /no end signal from Zoom, nothing heard since/],
    ["when it was started again", again("10:49"), /no end signal from Zoom, it was started again/],
    ["when Zoom did not say when", ended("10:49", { timeFrom: "arrival" }), /Zoom did not say when exactly/],
  ];
  for (const [sentence, end, words] of unsureEnds) {
    test(`is the length of a meeting ${sentence}, and the card says so`, () => {
      const lines = shown([started("10:02", { ...SYNC, bookedMinutes: 30 }), end]);
      match(lines.join("\n"), words);
      match(lines[0] ?? "", / ended after about 47 min$/);
      match(lines[1] ?? "", /booked for 30 min, ran about 17 min over$/);
    });
  }

  test("is not the length of a meeting whose end Zoom told in its summary", () => {
    const lines = shown([begun, { ...ended("10:49"), kind: "summarized" }]);
    equal(lines[0], "⚪  Weekly product sync  ended after 47 min");
    match(lines[1] ?? "", /\(no end signal from Zoom, time from its summary\)/);
  });

  test("is not the length of a meeting whose end Zoom told", () => {
    doesNotMatch(shown([begun, ended("10:49")]).join("\n"), /about|no end signal/);
  });
});

describe("a channel that wants no names", () => {
  const stages: [string, MeetingFact[]][] = [
    ["a live", []],
    ["an ended", [ended("10:49")]],
  ];
  for (const [stage, end] of stages) {
    test(`sees none in ${stage} meeting, not even the host's`, () => {
      const facts = [begun, alice, bob, guest, ...end];
      ok(JSON.stringify(card(facts)).includes("Alice"));
      doesNotMatch(JSON.stringify(card(facts, "counts")), /Alice|Bob|Chris|host/);
      match(shown(facts, "counts").join("\n"), end.length > 0 ? /3 people/ : /3 in the meeting now/);
    });
  }
});
