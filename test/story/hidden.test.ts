import { doesNotMatch, equal, match } from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { CHANNEL, startStory } from "./notifier.ts";
import { ADA, ALICE, BEN, BOARD, EVE, GENERAL, type Office, SALES, startOffice } from "./office.ts";

describe("a form that says what a channel hears of", () => {
  let office: Office;
  const shownTo = async (userId: string, words: string) => {
    await office.slack.command({ userId, channelId: GENERAL, text: `/meetings ${words}` });
    const { plain } = await office.slack.until(() => office.slack.modal(userId));
    await office.slack.closeModal(userId);
    return plain;
  };
  before(async () => {
    office = await startOffice();
    office.slack.channel(GENERAL).members.push(EVE);
    await office.asks("subscribe topic Merger", { channelId: BOARD });
    await office.asks("subscribe topic Prices", { channelId: SALES });
    await office.asks("subscribe topic Lunch", { channelId: GENERAL });
  });
  after(() => office.stop());

  test("tells it to who may read the channel", async () => {
    match(await shownTo(ALICE, "settings #board"), /Merger/);
    match(await shownTo(BEN, "settings #sales"), /Prices/);
    match(await shownTo(BEN, "settings"), /Lunch/);
  });

  test("tells nobody else of it, as if nothing were asked for there", async () => {
    doesNotMatch(await shownTo(BEN, "settings #board"), /Merger|board/);
  });

  test("is not opened by somebody of another company, who is told why instead", async () => {
    for (const words of ["settings", "settings #sales", "subscribe", "subscribe all", "mute lunch"]) {
      const said = await office.asks(words, { userId: EVE });
      equal(
        said,
        "Only people of the company whose meetings these are may change what a channel hears of. Please ask one.",
      );
    }
    equal(office.slack.modal(EVE), undefined);
  });
});

describe("a form where only admins may change channels", () => {
  test("is opened by admins alone, and others are told why it is not", async (t) => {
    const office = await startOffice({ WHO_MAY_CONFIGURE: "admins" });
    t.after(() => office.stop());
    match(
      await office.asks("settings", { userId: BEN }),
      /^Here only admins of the workspace may change what channels hear/,
    );
    equal(office.slack.modal(BEN), undefined);
    await office.slack.command({ userId: ADA, channelId: GENERAL, text: "/meetings settings" });
    match((await office.slack.until(() => office.slack.modal(ADA))).plain, /^Meeting updates/);
  });
});

describe("a form that was open for long", () => {
  let office: Office;
  before(async () => {
    office = await startOffice();
  });
  after(() => office.stop());

  test("is not saved by who left the channel meanwhile", async () => {
    await office.asks("subscribe topic Merger", { channelId: BOARD });
    const { members } = office.slack.channel(BOARD);
    members.push(BEN);
    await office.slack.command({ userId: BEN, channelId: BOARD, text: "/meetings settings" });
    await office.slack.until(() => office.slack.modal(BEN));
    members.splice(members.indexOf(BEN), 1);
    await office.slack.fill({ userId: BEN, blockId: "detail", actionId: "v" }, "end");
    await office.slack.submit(BEN);
    match(office.slack.modal(BEN)?.plain ?? "", /Only members of this channel may change/);
    match(await office.asks("list", { channelId: BOARD }), /one card per meeting/);
  });
});

describe("somebody of whom Slack does not say who they are", () => {
  let office: Office;
  before(async () => {
    office = await startOffice();
    office.slack.channel(SALES).members.push(EVE);
    office.slack.channel(SALES).isShared = true;
    await office.asks("subscribe topic Merger", { channelId: GENERAL });
    const startedAt = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
    const merger = meetingBodies({ startedAt, topic: "Merger", number: "86400000031" });
    await office.zoomSends(merger.started());
    await office.shows(GENERAL, "Merger");
  });
  afterEach(() => office.slack.mend());
  after(() => office.stop());

  for (const error of ["user_not_visible", "user_not_found"]) {
    test(`is told nothing: ${error}`, async () => {
      office.slack.fail({ method: "users.info", times: 1, how: { error } });
      doesNotMatch(await office.asks("today all", { userId: EVE, channelId: SALES }), /Merger/);
    });
  }

  test("is told nothing while Slack does not answer", async () => {
    const inSales = { userId: BEN, channelId: SALES };
    office.slack.fail({ method: "users.info", how: { status: 429, retryAfterS: 1 } });
    match(await office.asks("today all", inSales), /^I cannot look that up just now/);
    match(await office.asks("today all", inSales), /Merger/);
  });

  test("is anybody where we may not know", async () => {
    office.slack.fail({ method: "users.info", how: { error: "missing_scope" } });
    match(await office.asks("today all", { userId: ALICE, channelId: SALES }), /Merger/);
  });
});

describe("a channel of the settings that another company reads", () => {
  test("is told no names from its first card on, whether or not Slack says at once who reads it", async (t) => {
    const { slack, zoomSends, shows, stop } = await startStory({
      beforehand(slack) {
        slack.channel(CHANNEL).isShared = true;
        slack.fail({ method: "conversations.info", how: { status: 500 }, times: 2 });
      },
    });
    t.after(stop);
    const startedAt = Date.now() - 60_000;
    const bodies = meetingBodies({ startedAt, topic: "Stand-up" });
    const mara = bodies.connection({ name: "Mara Lind" });
    await zoomSends(bodies.started(), mara.joined(startedAt));
    await shows("1 in the meeting now");
    await zoomSends(bodies.ended(startedAt + 50_000));
    await shows("ended after 50 s");
    const sent = () => slack.calls.filter(({ method }) => method === "chat.postMessage" || method === "chat.update");
    await slack.until(() => sent().length >= 2);
    for (const { args } of sent()) doesNotMatch(JSON.stringify(args), /Mara/);
    match(JSON.stringify(sent().map(({ args }) => args)), /Stand-up/);
  });
});
