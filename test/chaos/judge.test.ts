import { deepEqual, match } from "node:assert/strict";
import { describe, test } from "node:test";
import { type Channel, wrongIn } from "../../scripts/chaos/judge.ts";
import { meetingCard } from "../../src/card/meeting-card.ts";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import { slackMessage } from "../../src/slack/message.ts";
import { at, ended, joined, started } from "../meeting/facts.ts";
import { type Block, plain, type SeenMessage } from "../stand-ins/slack.ts";

const NOW = at("09:30");

/** A message as the stand-in shows it. */
function message(key: string, facts: readonly MeetingFact[]): SeenMessage {
  const { blocks } = slackMessage(meetingCard(meetingFrom(facts), { people: "names" }), { tables: true });
  return {
    plain: plain(blocks as Block[], { timeZone: "UTC", now: NOW }),
    metadata: { event_type: "", event_payload: { key } },
  } as Partial<SeenMessage> as SeenMessage;
}

const wrong = (channel: Omit<Channel, "id">) =>
  wrongIn({ id: "C0NORTH", ...channel }, NOW).map(({ kind, uuid }) => `${kind} ${uuid}`);

describe("what is wrong in a channel", () => {
  const live = [started("09:00"), joined("Jo P1", "09:01")];
  const over = [...live, ended("09:20")];

  test("is nothing when each meeting has one message that says what was told of it", () => {
    deepEqual(wrong({ facts: over, visible: [message("A", over)] }), []);
  });

  test("is a meeting without a message", () => {
    deepEqual(wrong({ facts: over, visible: [] }), ["lost A"]);
  });

  test("is a meeting with two", () => {
    deepEqual(wrong({ facts: over, visible: [message("A", over), message("A", over)] }), ["doubled A"]);
  });

  test("is a message that does not know all that was told", () => {
    deepEqual(wrong({ facts: over, visible: [message("A", live)] }), ["stale A"]);
    const [first] = wrongIn({ id: "C0NORTH", facts: over, visible: [message("A", live)] }, NOW);
    match(first?.because ?? "", /shown:\n🟢.*true:\n⚪/s);
  });

  test("is a message of which nobody told anything", () => {
    deepEqual(wrong({ facts: over, visible: [message("A", over), message("B", live)] }), ["strange B"]);
  });

  test("is a card that is live although its number was started again", () => {
    const first = [started("08:00", { uuid: "A", number: "860" })];
    const second = [started("09:00", { uuid: "B", number: "860" })];
    const facts = [...first, ...second];
    deepEqual(wrong({ facts, visible: [message("A", first), message("B", second)] }), ["stale A"]);
    const { heardAt, about } = first[0] as MeetingFact;
    const again: MeetingFact = { kind: "startedAgain", at: at("09:00"), timeFrom: "payload", heardAt, about };
    deepEqual(wrong({ facts, visible: [message("A", [...first, again]), message("B", second)] }), []);
  });
});
