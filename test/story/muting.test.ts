import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { ALICE, BEN, BOARD, GENERAL, type Office, SALES, startOffice } from "./office.ts";

const meeting = (topic: string, number: string) => {
  const startedAt = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
  const bodies = meetingBodies({ startedAt, topic, number });
  const host = bodies.connection({ name: "Host", id: bodies.meeting.hostId, email: "alice@example.com" });
  return { ...bodies, startedAt, host };
};

describe("a meeting that a channel does not hear of", () => {
  let office: Office;
  const dismissal = meeting("Dismissal of Ben", "86400000061");
  const { uuid } = dismissal.meeting;
  before(async () => {
    office = await startOffice({ slack: { limits: false } });
    await office.asks("subscribe topic weekly");
    await office.asks("subscribe topic dismissal", { channelId: BOARD });
    await office.zoomSends(dismissal.started(), dismissal.host.joined(dismissal.startedAt));
    await office.shows(BOARD, "Dismissal of Ben");
  });
  after(() => office.stop());

  const toldInGeneral = async () => {
    await office.slack.openApp(BEN);
    const home = await office.slack.until(() => office.slack.home(BEN)?.plain);
    return `${home}\n${await office.asks("unmute", { userId: BEN })}`;
  };

  test("is not muted there by who knows of it, so nobody else reads its topic there", async () => {
    match(await office.asks("mute dismissal"), /^#general does not hear of that meeting/);
    match(await office.asks("mute 864 0000 0061"), /^#general does not hear of that meeting/);
    doesNotMatch(await toldInGeneral(), /Dismissal/);
    match(await office.asks("mute dismissal", { userId: BEN }), /^I know of no meeting like dismissal here\./);
  });

  test("nor by a button that says so", async () => {
    const weekly = meeting("Weekly", "86400000062");
    await office.zoomSends(weekly.started());
    await office.shows(GENERAL, "Weekly");
    const messageTs = office.slack.visible(GENERAL)[0]?.ts ?? "";
    const option = `mute:${weekly.meeting.uuid}`;
    const forged = async (value: string) => {
      office.slack.distort = (payload) =>
        JSON.parse(JSON.stringify(payload).replaceAll(JSON.stringify(option), JSON.stringify(value)));
      const press = { userId: ALICE, channelId: GENERAL, actionId: "mtg_more", messageTs, option };
      const asked = await office.slack.press(press);
      office.slack.distort = undefined;
      return (await office.answered(asked)).plain;
    };
    match(await forged(`mute:${uuid}`), /^#general does not hear of that meeting/);
    match(await forged("mute:nothing=="), /^I know nothing about this meeting any more\./);
    doesNotMatch(await toldInGeneral(), /Dismissal/);
    match(await forged(option), /^I do not tell of Weekly in #general any more\./);
  });

  test("is muted where it is heard of, and told of again there only", async () => {
    const muted = await office.answerTo("mute dismissal", { channelId: BOARD });
    match(muted.plain, /^I do not tell of Dismissal of Ben in #board any more\./);
    await office.shows(BOARD);
    const press = {
      ...{ userId: ALICE, channelId: BOARD, actionId: "mtg_unmute" },
      ephemeralId: "id" in muted ? muted.id : "",
    };
    office.slack.distort = (payload) => JSON.parse(JSON.stringify(payload).replaceAll(`${BOARD}:`, `${SALES}:`));
    await office.asks("subscribe all", { channelId: SALES });
    const elsewhere = await office.slack.press(press);
    office.slack.distort = undefined;
    match((await office.answered(elsewhere)).plain, /^No such meeting is muted in #sales\./);
    match(await office.asks("unmute", { channelId: BOARD }), /^I tell of Dismissal of Ben in #board again\./);
    await office.shows(BOARD, "Dismissal of Ben");
  });

  test("is muted also where its card still stands, and where nothing can be posted", async () => {
    await office.settled(BOARD);
    await office.asks("subscribe topic other", { channelId: BOARD });
    await office.asks("unsubscribe topic dismissal", { channelId: BOARD });
    match(await office.asks("mute", { channelId: BOARD }), /^I do not tell of Dismissal of Ben in #board any more\./);
    await office.asks("unmute", { channelId: BOARD });
    await office.asks("subscribe topic dismissal", { channelId: BOARD });
    office.slack.channel(BOARD).isArchived = true;
    match(await office.asks("mute dismissal", { channelId: BOARD }), /^I do not tell of Dismissal of Ben/);
    deepEqual(
      office.seen(GENERAL).filter((text) => /Dismissal/.test(text)),
      [],
    );
    equal(office.slack.channel(BOARD).isArchived, true);
  });
});
