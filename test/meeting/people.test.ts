import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import { inMeeting, meetingFrom } from "../../src/meeting/meeting.ts";
import { readEvent } from "../../src/zoom/event.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { at, bound, ended, joined, left, somebody, started, stays } from "./facts.ts";

/** Who was there, by name and with their stays; in every order of the facts the same. */
function people(...facts: MeetingFact[]): string[] {
  const { people } = meetingFrom(facts);
  deepEqual(meetingFrom(facts.toReversed()).people, people);
  return people.map((person) => [person.name ?? "nameless", ...stays(person)].join(" "));
}

const visit = (who: string, from: string, to: string, extra: Parameters<typeof joined>[2] = {}) => [
  joined(who, from, extra),
  left(who, to, extra),
];

describe("two Zoom users", () => {
  test("are never one person, whatever else they share", () => {
    const shared = { as: { email: "desk@example.com", registrantId: "r1" } };
    equal(people(...visit("Jo P1", "09:00", "09:30", shared), ...visit("Al P2", "09:00", "09:30", shared)).length, 2);
  });

  test("stay two when the phone of a room is bound to one after the other", () => {
    const facts = [
      ...visit("Jo P1", "09:00", "09:30"),
      ...visit("Al P2", "09:30", "10:00"),
      ...visit("Room? P3", "09:05", "09:45"),
      bound("Room? P3", somebody("Jo P1"), "09:06"),
      bound("Room? P3", somebody("Al P2"), "09:31"),
    ];
    deepEqual(
      people(...facts).map((person) => person.slice(0, 2)),
      ["Jo", "Al"],
    );
  });
});

describe("a guest", () => {
  test("whose rejoin was lost is still one", () => {
    deepEqual(
      people(started("09:00"), ...visit("Sam? P1", "09:01", "09:10"), left("Sam? P2", "09:30"), ended("09:30")).length,
      1,
    );
  });

  test("whose leave before a rejoin was lost is still one", () => {
    equal(
      people(started("09:00"), joined("Sam? P1", "09:01"), ...visit("Sam? P2", "09:20", "09:30"), ended("09:30"))
        .length,
      1,
    );
  });

  test("who is together with others of the same name for more than two minutes in all is somebody else", () => {
    const pieces = [1, 3, 5, 7].flatMap((minute) => visit(`Sam? Q${minute}`, `09:0${minute}`, `09:0${minute + 1}`));
    equal(people(...visit("Sam? P1", "09:00", "09:30"), ...pieces).length, 2);
  });
});

describe("one person with two connections", () => {
  test("is known by the Zoom account, also under two names", () => {
    const twice = [...visit("Jo P1", "09:00", "09:30"), ...visit("Jo P2", "09:05", "09:40", { as: { name: "iPad" } })];
    deepEqual(people(...twice), ["iPad 09:00:00–09:40:00"]);
  });

  test("is known by the e-mail, also where one of them does not tell the account", () => {
    const email = "sam@example.com";
    const [one, other] = [{ as: { email, zoomUserId: "id of Sam" } }, { as: { email } }];
    deepEqual(people(...visit("Sam? P1", "09:00", "09:10", one), ...visit("Sam? P2", "09:02", "09:30", other)), [
      "Sam 09:00:00–09:30:00",
    ]);
  });

  test("is known by the e-mail however Zoom writes it", () => {
    const bodies = meetingBodies({ startedAt: at("09:00") });
    const [phone, laptop] = ["Ada@Example.com", "ada@example.COM"].map((email) =>
      bodies.connection({ name: `Ada ${email}`, email }),
    );
    const deliveries = [bodies.started(), phone?.joined(at("09:01")), laptop?.joined(at("09:02"))];
    const facts = deliveries.flatMap((body) => {
      const reading = readEvent(body, at("09:03"), { webinars: false });
      return reading.kind === "fact" ? [reading.fact] : [];
    });
    equal(facts.length, 3);
    deepEqual(
      meetingFrom(facts).people.map(({ email, connections }) => ({ email, connections })),
      [{ email: "ada@example.com", connections: 2 }],
    );
  });

  test("is known by the registration", () => {
    const as = { registrantId: "r1" };
    deepEqual(people(...visit("Sam? P1", "09:00", "09:30", { as }), ...visit("Sammy? P2", "09:05", "09:40", { as })), [
      "Sammy 09:00:00–09:40:00",
    ]);
  });

  test("is somebody else where account, e-mail or registration differ, although the name is the same", () => {
    const as = (email: string) => ({ as: { email } });
    deepEqual(
      people(
        ...visit("Sam? P1", "09:00", "09:10", as("sam@a.example")),
        ...visit("Sam? P2", "09:20", "09:30", as("sam@b.example")),
      ),
      ["Sam 09:00:00–09:10:00", "Sam 09:20:00–09:30:00"],
    );
  });
});

describe("guests of one name", () => {
  const together = (until: string) =>
    people(...visit("Sam? P1", "09:00", until), ...visit("Sam? P2", "09:10", "09:30"));

  test("are one person with a new connection while they are in together for up to two minutes", () => {
    deepEqual(together("09:11:59"), ["Sam 09:00:00–09:30:00"]);
    deepEqual(together("09:12:00"), ["Sam 09:00:00–09:30:00"]);
  });

  test("are different people when they are in together for longer", () => {
    deepEqual(together("09:12:01"), ["Sam 09:00:00–09:12:01", "Sam 09:10:00–09:30:00"]);
  });

  test("are one person who left and came back", () => {
    const facts = [...visit("Sam? P1", "09:00", "09:10"), ...visit("Sam? P2", "09:20", "09:30")];
    deepEqual(people(...facts), ["Sam 09:00:00–09:10:00 09:20:00–09:30:00"]);
    deepEqual(
      meetingFrom(facts).people.map(({ connections, matchedByName }) => ({ connections, matchedByName })),
      [{ connections: 2, matchedByName: true }],
    );
  });

  test("are told apart when three of them come and go in turns", () => {
    deepEqual(
      people(
        ...visit("Sam? P1", "09:00", "09:30"),
        ...visit("Sam? P2", "09:05", "09:20"),
        ...visit("Sam? P3", "09:10", "09:40"),
        ...visit("Sam? P4", "09:21", "09:50"), // P2 again: the only one who was out
        ...visit("Sam? P5", "09:45", "09:55"), // P3 again: of the two who are out the one who left last
      ),
      ["Sam 09:00:00–09:30:00", "Sam 09:05:00–09:20:00 09:21:00–09:50:00", "Sam 09:10:00–09:40:00 09:45:00–09:55:00"],
    );
  });

  test("are not taken for a colleague of that name", () => {
    const facts = [...visit("Jo P1", "09:00", "09:10"), ...visit("Jo? P2", "09:20", "09:30")];
    deepEqual(people(...facts), ["Jo 09:00:00–09:10:00", "Jo 09:20:00–09:30:00"]);
    deepEqual(
      meetingFrom(facts).people.map(({ isGuest, matchedByName }) => ({ isGuest, matchedByName })),
      [
        { isGuest: false, matchedByName: false },
        { isGuest: true, matchedByName: false },
      ],
    );
  });

  test("without any name are never one person", () => {
    const facts = [...visit("? P1", "09:00", "09:10"), ...visit("? P2", "09:20", "09:30")];
    deepEqual(people(...facts), ["nameless 09:00:00–09:10:00", "nameless 09:20:00–09:30:00"]);
    equal(new Set(meetingFrom(facts).people.map(({ key }) => key)).size, 2);
    equal(/undefined|null/.test(JSON.stringify(meetingFrom(facts).people)), false);
  });
});

describe("a phone", () => {
  const screen = { connection: "P1", userId: "user of P1" };
  const phone = { connection: "P2", userId: "user of P2" };
  const atTheScreen = visit("Jo P1", "09:00", "09:20");
  const onThePhone = visit("Phone? P2", "09:10", "09:30", { as: { name: "Phone caller" } });
  const isJo = ["Jo 09:00:00–09:30:00"];

  test("belongs to the person it is bound to, in either direction", () => {
    deepEqual(people(...atTheScreen, ...onThePhone, bound("Phone? P2", screen, "09:11")), isJo);
    deepEqual(people(...atTheScreen, ...onThePhone, bound("Jo P1", phone, "09:11")), isJo);
  });

  test("belongs to the person it is bound to by the number in the meeting alone", () => {
    deepEqual(people(...atTheScreen, ...onThePhone, bound("Phone? P2", { userId: "user of P1" }, "09:11")), isJo);
  });

  test("belongs to the person it is bound to who is in a breakout room by now", () => {
    const legs = [
      ...visit("Jo P1", "09:00", "09:12", { leg: "1" }),
      ...visit("Jo P1", "09:12", "09:20", { leg: "2" }),
      ...onThePhone,
    ];
    deepEqual(people(...legs, bound("Phone? P2", { userId: "1" }, "09:11")), isJo);
    deepEqual(people(...legs, bound("Phone? P2", { userId: "2" }, "09:13")), isJo);
  });

  test("does not give a guest its name, in either direction", () => {
    const guest = visit("Sam? P1", "09:00", "09:20");
    const isSam = ["Sam 09:00:00–09:30:00"];
    deepEqual(people(...guest, ...onThePhone, bound("Phone? P2", screen, "09:11")), isSam);
    deepEqual(people(...guest, ...onThePhone, bound("Sam? P1", phone, "09:11")), isSam);
  });

  test("that is bound to nobody we know is a person of its own", () => {
    const facts = [...atTheScreen, ...onThePhone, bound("Phone? P2", { connection: "P9", userId: "9" }, "09:11")];
    deepEqual(people(...facts), ["Jo 09:00:00–09:20:00", "Phone caller 09:10:00–09:30:00"]);
  });

  test("is nobody's second call: callers without a name are never one person", () => {
    const bodies = meetingBodies({ startedAt: at("09:00") });
    const [first, second] = [bodies, bodies].map(({ connection }) =>
      connection({ name: "43155501**", phone: "4315550163" }),
    );
    const deliveries = [
      first?.joined(at("09:00")),
      first?.left(at("09:10")),
      second?.joined(at("09:20")),
      second?.left(at("09:30")),
    ];
    const facts = deliveries.flatMap((body) => {
      const reading = readEvent(body, at("09:31"), { webinars: false });
      return reading.kind === "fact" ? [reading.fact] : [];
    });
    deepEqual(people(...facts), ["Phone caller 09:00:00–09:10:00", "Phone caller 09:20:00–09:30:00"]);
  });
});

describe("a name", () => {
  test("that is changed during the meeting is the later one", () => {
    const facts = [joined("iPhone? P1", "09:00"), left("iPhone? P1", "09:30", { as: { name: "Sam" } })];
    deepEqual(people(...facts), ["Sam 09:00:00–09:30:00"]);
    deepEqual(people(...facts, ...visit("Sam? P2", "09:40", "09:50")), ["Sam 09:00:00–09:30:00 09:40:00–09:50:00"]);
  });

  test("that a later delivery leaves out is kept", () => {
    deepEqual(people(joined("Sam? P1", "09:00"), left("? P1", "09:30")), ["Sam 09:00:00–09:30:00"]);
  });
});

describe("the host", () => {
  const hosts = (...facts: MeetingFact[]) =>
    meetingFrom(facts)
      .people.filter(({ isHost }) => isHost)
      .map(({ name }) => name);

  test("is who has the account that Zoom names", () => {
    const about = { hostId: "id of Jo" };
    deepEqual(hosts(started("09:00", about), joined("Al P1", "09:00"), joined("Jo P2", "09:01")), ["Jo"]);
  });

  test("is who has the e-mail that Zoom names", () => {
    const about = { hostEmail: "sam@example.com" };
    const as = { email: "sam@example.com" };
    deepEqual(hosts(started("09:00", about), joined("Al? P1", "09:00"), joined("Sam? P2", "09:01", { as })), ["Sam"]);
  });

  test("is nobody where Zoom names none", () => {
    deepEqual(hosts(started("09:00"), joined("Sam? P1", "09:00")), []);
  });
});

test("people are listed as they came, and those who are still in are in", () => {
  const facts = [started("09:00"), joined("Jo P1", "09:02"), joined("Al P2", "09:01"), left("Al P2", "09:10")];
  deepEqual(people(...facts), ["Al 09:01:00–09:10:00", "Jo 09:02:00–"]);
  deepEqual(
    inMeeting(meetingFrom(facts)).map(({ name }) => name),
    ["Jo"],
  );
  deepEqual(inMeeting(meetingFrom([...facts, ended("09:30")])), []);
});
