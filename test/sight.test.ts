import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import { meetingFrom } from "../src/meeting/meeting.ts";
import type { Asker } from "../src/ports.ts";
import { type Looking, lookOf, type Reader, type Scope, seen, sightOf } from "../src/sight.ts";
import type { Subscription } from "../src/subscription/subscription.ts";
import { about, joined, started } from "./meeting/facts.ts";
import { subscription } from "./subscriptions.ts";

const GENERAL = "slack:C0GENERAL";
const SALES = "slack:C0SALES";
const SECRET = "slack:G0SECRET";

const meeting = (topic: string, hostEmail = "host@example.com") =>
  meetingFrom(about({ uuid: topic, topic, hostEmail }, [started("09:00"), joined("Jo P1", "09:00")]));
const MEETINGS = [meeting("Sales call"), meeting("Merger"), meeting("Other"), meeting("Mine", "me@example.com")];

const topic = (words: string, said: Partial<Subscription> = {}) =>
  subscription({ rules: [{ of: "topic", words }], ...said });
const SUBSCRIBED = new Map([
  [SALES, topic("sales")],
  [SECRET, topic("merger")],
]);

/** Somebody in #general, who may read every channel but the secret one. */
const asker = (said: Partial<Asker> = {}): Asker => ({
  channel: GENERAL,
  timeZone: "UTC",
  email: "me@example.com",
  isStranger: false,
  isGuest: false,
  mayRead: async (channel) => channel !== SECRET,
  strangersRead: async () => false,
  ...said,
});

async function sees(
  scope: Scope,
  { who = asker(), reader = "asker", channels = SUBSCRIBED, ...said }: Partial<Looking> & Seeing = {},
): Promise<string[]> {
  const book = { channels };
  const looking: Looking = {
    subscriptions: { fresh: async () => book },
    people: "names",
    always: new Set([GENERAL]),
    ...said,
  };
  const sight = await sightOf(looking, who, scope, reader);
  return MEETINGS.flatMap((one) => seen(sight, one)?.topic ?? []);
}

/** Which meetings are left out only because of where and what about it was asked. */
async function only(
  scope: Scope,
  { who = asker(), reader = "asker", channels = SUBSCRIBED, ...said }: Partial<Looking> & Seeing = {},
) {
  const subscriptions = { fresh: async () => ({ channels }) };
  const looking: Looking = { subscriptions, people: "names", always: new Set([GENERAL]), ...said };
  return (await lookOf(looking, who, scope, reader)).only;
}

interface Seeing {
  who?: Asker;
  reader?: Reader;
  channels?: ReadonlyMap<string, Subscription>;
}

const HERE: Scope = { of: "here" };
const ALL: Scope = { of: "all" };

describe("somebody who asks", () => {
  test("sees everything as long as nobody has subscribed, also where the operator's channel hears all", async () => {
    const channels = new Map([[GENERAL, subscription()]]);
    deepEqual(await sees(HERE, { channels }), ["Sales call", "Merger", "Other", "Mine"]);
    deepEqual(await sees(HERE, { channels, who: asker({ channel: "slack:C0ELSEWHERE" }) }), [
      "Sales call",
      "Merger",
      "Other",
      "Mine",
    ]);
  });

  test("sees what the place hears of and their own meetings, once somebody has subscribed", async () => {
    deepEqual(await sees(HERE), ["Mine"]);
    deepEqual(await sees(HERE, { who: asker({ channel: SALES }) }), ["Sales call", "Mine"]);
  });

  test("sees with `all` what every channel hears of that they may read", async () => {
    deepEqual(await sees(ALL), ["Sales call", "Mine"]);
    deepEqual(await sees(ALL, { who: asker({ channel: SECRET }) }), ["Sales call", "Merger", "Mine"]);
    deepEqual(await sees(ALL, { visibility: "everyone" }), ["Sales call", "Merger", "Other", "Mine"]);
    deepEqual(await sees(HERE, { visibility: "everyone" }), ["Mine"]);
  });

  test("sees of one channel what it hears of, if they may read it", async () => {
    deepEqual(await sees({ of: "channel", channel: SALES }), ["Sales call"]);
    deepEqual(await sees({ of: "channel", channel: SECRET }), []);
    deepEqual(await sees({ of: "channel", channel: SECRET }, { who: asker({ channel: SECRET }) }), ["Merger"]);
  });

  test("sees nothing but what is hidden for all where a channel is private about it", async () => {
    const channels = new Map([[SALES, topic("sales", { people: "private" })]]);
    deepEqual(await sees(ALL, { channels }), ["A private meeting", "Mine"]);
  });

  test("of another company sees what is said where they ask, and no names", async () => {
    const who = asker({ channel: SALES, isStranger: true, email: "me@example.com" });
    deepEqual(await sees(ALL, { who }), ["Sales call"]);
    deepEqual(await sees({ of: "channel", channel: "slack:C0OTHER" }, { who }), []);
    const book = { channels: SUBSCRIBED };
    const looking: Looking = { subscriptions: { fresh: async () => book }, people: "names", always: new Set() };
    equal((await sightOf(looking, who, ALL))(meeting("Sales call")), "counts");
    const channels = new Map([[GENERAL, subscription()]]);
    deepEqual(await sees(ALL, { who: asker({ isStranger: true, channel: "slack:C0X" }), channels }), []);
  });
});

describe("an answer that tells of some meetings only because of where it was asked", () => {
  test("knows that, and whether the asker's own are among them", async () => {
    equal(await only(HERE), "here and own");
    equal(await only(HERE, { reader: "place" }), "here");
    equal(await only({ of: "channel", channel: SALES }), "channel");
    equal(await only(HERE, { visibility: "everyone" }), "here and own");
    equal(await only(ALL, { reader: "place" }), "here");
  });

  test("is none where nothing is left out for that", async () => {
    equal(await only(ALL), undefined);
    equal(await only(HERE, { channels: new Map() }), undefined);
    const all = new Map([...SUBSCRIBED, [GENERAL, subscription()]]);
    equal(await only(HERE, { channels: all }), undefined);
    const muting = subscription({ muted: [{ number: "777", topic: "Merger" }] });
    equal(await only(HERE, { channels: new Map([...SUBSCRIBED, [GENERAL, muting]]) }), "here and own");
  });
});

describe("what is shared with everybody in a place", () => {
  test("is what the place hears of, whoever shares it", async () => {
    deepEqual(await sees(ALL, { reader: "place" }), []);
    deepEqual(await sees(ALL, { reader: "place", who: asker({ channel: SALES }) }), ["Sales call"]);
    deepEqual(await sees({ of: "channel", channel: SALES }, { reader: "place" }), []);
  });

  test("is everything where everybody may see everything, unless another company reads it", async () => {
    const channels = new Map([[GENERAL, topic("sales")]]);
    const open = { reader: "place", channels } as const;
    deepEqual(await sees(ALL, open), ["Sales call", "Merger", "Other", "Mine"]);
    deepEqual(await sees(ALL, { ...open, who: asker({ strangersRead: async () => true }) }), ["Sales call"]);
  });
});
