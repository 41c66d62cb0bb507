import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import type { Instant, MeetingFact } from "../src/meeting/fact.ts";
import type { CardId, Channel, PostedCard } from "../src/ports.ts";
import { myDayDate, myDays, type Planned, wishedMyDay } from "../src/post-my-day.ts";
import type { Chooser } from "../src/subscription/chooser.ts";

const ALICE = "slack:U0ALICE";
const BEN = "slack:U0BEN";
const MINUTE_MS = 60_000;
const IDS = new Map([["alice@example.com", "id of Alice"]]);

/** "Mon 10:00" on the clocks of Tokyo: of Monday, 23 November 2026, or the days after it. */
function tokyo(time: string): Instant {
  const [day = "", clock = ""] = time.split(" ");
  return Date.parse(`2026-11-${23 + ["Mon", "Tue", "Wed"].indexOf(day)}T${clock}:00+09:00`);
}

const chooser = (email: string, myDayAt: string | undefined = "08:00"): Chooser => ({
  choices: { whenLiveWithoutMe: false, ...(myDayAt !== undefined && { myDayAt }) },
  email,
  timeZone: "Asia/Tokyo",
});
const alice = chooser("alice@example.com");

function meeting(uuid: string, time: string, minutes: number, about: object): MeetingFact[] {
  const startedAt = tokyo(time);
  const fact = (kind: "started" | "ended", at: Instant): MeetingFact => ({
    kind,
    at,
    timeFrom: "payload",
    heardAt: at,
    about: { uuid, topic: uuid, startedAt, ...about },
  });
  return [fact("started", startedAt), fact("ended", startedAt + minutes * MINUTE_MS)];
}
const sync = meeting("Sync", "Mon 10:00", 47, { hostId: "id of Alice" });
const others = meeting("Somebody else's", "Mon 11:00", 47, { hostId: "id of Ben" });

interface Office {
  people?: Map<Channel, Chooser>;
  planned?: readonly Planned[];
}

/** Facts and cards in memory, and a courier who posts what is due. */
function office(told: MeetingFact[][], { people = new Map([[ALICE, alice]]), planned }: Office = {}) {
  const cards = new Map<string, PostedCard>();
  const due: [Channel, CardId][] = [];
  const posted: string[] = [];
  let [reads, madeDue] = [0, 0];
  const stateOf = async (channel: Channel, card: CardId) => cards.get(`${channel} ${card}`) ?? {};
  const ports = {
    facts: {
      async factsBetween() {
        reads += 1;
        return told;
      },
    },
    desk: {
      stateOf,
      async makeDue(channel: Channel, card: CardId) {
        madeDue += 1;
        due.push([channel, card]);
      },
    },
    ...(planned && {
      planned: async (from: Instant, until: Instant) =>
        planned.filter(({ startsAt }) => startsAt >= from && startsAt < until),
    }),
    hostIds: IDS,
  };
  const process = () => myDays(ports);
  const processes = [process(), process()];
  return {
    posted,
    reads: () => reads,
    madeDue: () => madeDue,
    restart: () => void processes.splice(0, 2, process(), process()),
    async minute(now: Instant) {
      for (const days of processes) await days.makeDue(people, now);
      for (const [channel, card] of due.splice(0)) {
        const state = await stateOf(channel, card);
        const who = people.get(channel);
        if (!who || !processes[0]) continue;
        const wish = await wishedMyDay(processes[0], who, { date: myDayDate(card) ?? "", state }, now);
        if (wish.kind !== "show" || state.message) continue;
        cards.set(`${channel} ${card}`, { message: "1.0" });
        posted.push(`${channel} ${card}: ${wish.card.summary}`);
      }
    },
  };
}

const TUESDAY = `${ALICE} myday:2026-11-24: Your day: no meetings planned, 1 meeting yesterday`;

describe("my day, at 8 in Tokyo,", () => {
  test("comes once, however many processes ask in every minute, and however often they are started", async () => {
    const { minute, posted, restart, madeDue } = office([sync, others]);
    for (let now = tokyo("Tue 07:00"); now < tokyo("Wed 07:59"); now += MINUTE_MS) {
      await minute(now);
      if (now % (7 * MINUTE_MS) === 0) restart();
      deepEqual(posted, now < tokyo("Tue 08:00") ? [] : [TUESDAY]);
    }
    equal(madeDue(), 2); // by each process, before it was posted
  });

  test("tells of what the person hosts today, and of nobody else's", async () => {
    const planned = [
      { startsAt: tokyo("Tue 14:00"), hostId: "id of Alice" },
      { startsAt: tokyo("Tue 15:00"), hostEmail: "alice@example.com" },
      { startsAt: tokyo("Tue 16:00"), hostId: "id of Ben", hostEmail: "ben@example.com" },
      { startsAt: tokyo("Wed 09:00"), hostId: "id of Alice" },
    ];
    const { minute, posted } = office([others], { planned });
    await minute(tokyo("Tue 08:00"));
    deepEqual(posted, [`${ALICE} myday:2026-11-24: Your day: 2 meetings planned, no meetings yesterday`]);
  });

  test("does not come on a day with nothing, and is looked for only once", async () => {
    const { minute, posted, reads } = office([others]);
    for (let now = tokyo("Tue 07:59"); now < tokyo("Tue 13:00"); now += MINUTE_MS) await minute(now);
    deepEqual(posted, []);
    equal(reads(), 2); // by each process
  });

  test("is made up for within four hours, and not later", async () => {
    for (const [time, count] of [
      ["Tue 11:59", 1],
      ["Tue 12:00", 0],
    ] as const) {
      const { minute, posted } = office([sync]);
      await minute(tokyo(time));
      equal(posted.length, count);
    }
  });

  test("late at night is made up for after midnight, and is still that of the day before", async () => {
    const { minute, posted } = office([sync], { people: new Map([[ALICE, chooser("alice@example.com", "23:30")]]) });
    await minute(tokyo("Wed 01:00"));
    deepEqual(posted, [TUESDAY]);
  });

  test("comes to those only who chose it", async () => {
    const none = { ...alice, choices: { whenLiveWithoutMe: true } };
    const people = new Map([
      [ALICE, none],
      [BEN, chooser("ben@example.com")],
    ]);
    const { minute, posted } = office([sync], { people });
    await minute(tokyo("Tue 08:00"));
    deepEqual(posted, []);
  });

  test("that nobody could post all morning is not posted in the afternoon", async () => {
    const days = myDays({
      facts: { factsBetween: async () => [sync] },
      desk: { stateOf: async () => ({}), makeDue: async () => {} },
      hostIds: IDS,
    });
    const at = async (time: string, state: PostedCard) =>
      (await wishedMyDay(days, alice, { date: "2026-11-24", state }, tokyo(time))).kind;
    equal(await at("Tue 11:00", {}), "show");
    equal(await at("Tue 13:00", {}), "nothing");
    equal(await at("Tue 13:00", { posting: { sinceMs: 1, at: tokyo("Tue 11:59"), looked: 0 } }), "show");
  });
});
