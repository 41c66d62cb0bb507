import { doesNotMatch, match } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ALICE, BEN, BOARD, EVE, GENERAL, type Office, SALES, startOffice } from "./office.ts";

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
    doesNotMatch(await shownTo(EVE, "settings #sales"), /Prices|sales/);
    doesNotMatch(await shownTo(EVE, "settings"), /Lunch/);
  });
});
