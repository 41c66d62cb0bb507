import { equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { meetingFrom } from "../../src/meeting/meeting.ts";
import { appearanceOf, isOf } from "../../src/subscription/person-match.ts";
import { joined, started } from "../meeting/facts.ts";

const JO = { email: "jo@example.com" };
const IDS = new Map([["jo@example.com", "id of Jo"]]);

describe("somebody's meetings", () => {
  test("are those that they host, as Zoom names hosts: by address, or by an id that is known", () => {
    equal(isOf(JO, meetingFrom([started("09:00", { hostEmail: "jo@example.com" })])), true);
    const byId = meetingFrom([started("09:00", { hostId: "id of Jo" })]);
    equal(isOf(JO, byId, IDS), true);
    equal(isOf(JO, byId), false);
  });

  test("are those that they were in, by address or id", () => {
    const facts = [started("09:00"), joined("Al P1", "09:00"), joined("Jo P2", "09:01")];
    equal(isOf(JO, meetingFrom(facts), IDS), true);
    equal(isOf(JO, meetingFrom(facts)), false);
    const withAddress = [started("09:00"), joined("Somebody? P2", "09:01", { as: JO })];
    equal(isOf(JO, meetingFrom(withAddress)), true);
  });

  test("are none where no address is known", () => {
    equal(isOf({}, meetingFrom([started("09:00"), joined("Jo P2", "09:01")]), IDS), false);
  });

  test("have them in it when the host is who the meeting says they are", () => {
    const facts = [started("09:00", { hostId: "id of Jo", hostEmail: "jo@example.com" }), joined("Jo P2", "09:01")];
    equal(appearanceOf(JO, meetingFrom(facts))?.name, "Jo");
    equal(appearanceOf(JO, meetingFrom(facts.slice(0, 1))), undefined);
  });
});
