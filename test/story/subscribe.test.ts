import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { EVERY_SCOPE } from "../stand-ins/slack.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { ALICE, ATTIC, BEN, BOARD, GENERAL, HIDDEN, type Office, SALES, startOffice } from "./office.ts";

const MINUTE = 60_000;
const soon = () => Math.floor(Date.now() / 1_000) * 1_000 - MINUTE;
const meeting = (topic: string, number: string, email?: string) => {
  const startedAt = soon();
  const bodies = meetingBodies({ startedAt, topic, number });
  const host = bodies.connection({ name: "Host", id: bodies.meeting.hostId, ...(email && { email }) });
  return { ...bodies, startedAt, host };
};

describe("a channel that subscribes", () => {
  let office: Office;
  before(async () => {
    office = await startOffice();
  });
  after(() => office.stop());

  test("hears of nothing before, and of the meetings that are on at once", async () => {
    const sync = meeting("Product sync", "86400000001");
    await office.zoomSends(sync.started(), sync.host.joined(sync.startedAt));
    match(await office.asks("list"), /No channel that you may read hears of meetings yet\./);
    match(
      await office.asks('subscribe topic "product sync"'),
      /^#general hears of meetings with “product sync” in their topic\./,
    );
    await office.shows(GENERAL, "Product sync");
    const other = meeting("Lunch", "86400000002");
    await office.zoomSends(other.started());
    match(await office.asks("subscribe #sales id 864 0000 0002"), /^#sales hears of meeting 864 0000 0002\./);
    await office.shows(SALES, "Lunch");
    deepEqual(office.seen(GENERAL).length, 1);
  });

  test("hears of a host by the address that Slack knows", async () => {
    match(await office.asks("subscribe host @ben"), /meetings hosted by Ben Ito/);
    const bens = meeting("Ben's own", "86400000003", "ben@example.com");
    await office.zoomSends(bens.started(), bens.host.joined(bens.startedAt));
    await office.shows(GENERAL, "Product sync", "Ben's own");
  });

  test("is brought to its end also after it has unsubscribed", async () => {
    match(await office.asks("unsubscribe"), /^#general hears of no meetings any more\./);
    const sync = meeting("Product sync", "86400000009");
    await office.zoomSends(sync.started());
    const [first] = office.seen(GENERAL);
    match(first ?? "", /is live/);
    equal(office.seen(GENERAL).length, 2);
  });

  test("one card comes of rules that overlap", async () => {
    await office.asks('subscribe #sales topic "review", topic design');
    const review = meeting("Design review", "86400000004");
    await office.zoomSends(review.started(), review.host.joined(review.startedAt));
    await office.shows(SALES, "Lunch", "Design review");
    await office.zoomSends(review.ended(review.startedAt + 30_000));
    await office.shows(SALES, "Lunch", "Design review  ended after 30 s");
  });

  test("is told why where it cannot be", async () => {
    match(
      await office.asks("subscribe all", { channelId: HIDDEN }),
      /I am not in this channel|cannot see this channel/,
    );
    match(await office.asks("subscribe all", { channelId: ATTIC }), /archived/);
    match(await office.asks("subscribe all", { userId: BEN }), /^#general hears of all meetings\./);
    match(
      await office.asks("subscribe topic Lunch", { userId: BEN }),
      /^#general hears of all meetings\.\nWhat you asked for is among them\./,
    );
    match(await office.asks("subscribe #board all", { userId: BEN }), /Only members of a channel/);
    match(await office.asks("subscribe please"), /Say what to hear of/);
    const limited = { status: 429, retryAfterS: 1 };
    const mend = office.slack.fail({ method: "conversations.info", how: limited, times: Number.POSITIVE_INFINITY });
    match(
      await office.asks("resume"),
      /^Slack asks us to slow down\.\nI have not done it: please try again in a minute\./,
    );
    mend();
    match(await office.asks("subscrib"), /Did you mean \/meetings subscribe\?/);
  });
});

describe("a channel", () => {
  let office: Office;
  before(async () => {
    office = await startOffice();
    await office.asks("subscribe all");
  });
  after(() => office.stop());

  test("that is paused gets nothing new until it goes on, and then what is on", async () => {
    match(await office.asks("pause 2h"), /^Nothing new is posted in #general until /);
    const sync = meeting("Quiet one", "86400000005");
    await office.zoomSends(sync.started(), sync.host.joined(sync.startedAt));
    const loud = meeting("Elsewhere", "86400000006");
    await office.asks("subscribe all", { channelId: SALES });
    await office.zoomSends(loud.started());
    await office.slack.until(() => office.seen(SALES).length === 2);
    deepEqual(office.seen(GENERAL), []);
    match(await office.asks("resume"), /hears of meetings again\. What is on now is posted\.\n/);
    await office.slack.until(() => office.seen(GENERAL).length === 2);
    await office.zoomSends(loud.ended(soon()), sync.ended(soon()));
    await office.slack.until(() => office.seen(GENERAL).every((one) => /ended/.test(one)));
  });

  test("that mutes a meeting loses its card, and hears of it again after an Undo", async () => {
    const noisy = meeting("Noisy", "86400000007");
    await office.zoomSends(noisy.started(), noisy.host.joined(noisy.startedAt));
    await office.slack.until(() => office.seen(GENERAL).length === 3);
    const answer = await office.answerTo("mute");
    match(answer.plain, /^I do not tell of Noisy in #general any more\./);
    await office.slack.until(() => office.seen(GENERAL).length === 2);
    await office.zoomSends(noisy.ended(noisy.startedAt + 1_000));
    const again = meeting("Noisy", "86400000007");
    await office.zoomSends(again.started());
    await office.slack.until(() => office.seen(SALES).filter((one) => one.includes("Noisy")).length === 2);
    equal(office.seen(GENERAL).length, 2);
    const ephemeralId = "id" in answer ? answer.id : "";
    await office.answered(
      await office.slack.press({ userId: ALICE, channelId: GENERAL, actionId: "mtg_unmute", ephemeralId }),
    );
    await office.slack.until(() => office.seen(GENERAL).length === 3);
  });

  test("that takes a mute back shows the card of the running meeting again", async () => {
    const brief = meeting("Regretted", "86400000017");
    await office.zoomSends(brief.started(), brief.host.joined(brief.startedAt));
    const isThere = () => office.seen(GENERAL).some((text) => text.includes("Regretted"));
    await office.slack.until(isThere);
    await office.asks("mute regretted");
    await office.slack.until(() => !isThere());
    await office.asks("unmute regretted");
    await office.slack.until(isThere);
    await office.zoomSends(brief.ended(brief.startedAt + 30_000));
    await office.slack.until(() => office.seen(GENERAL).some((text) => /Regretted {2}ended after 30 s/.test(text)));
  });

  test("shows with a test that it may be posted in", async () => {
    match(await office.asks("test", { channelId: BOARD }), /I may post in #board, but it hears of no meetings yet/);
    match(office.seen(BOARD)[0] ?? "", /A test {2}by Alice Ng/);
  });
});

test("somebody for whom Slack opens no form is told what to type instead", async () => {
  const office = await startOffice();
  office.slack.fail({ method: "views.open", how: { error: "unknown_method" } });
  match(await office.asks("settings"), /can be typed too, for example:\n• \/meetings subscribe all/);
  await office.stop();
});

describe("a channel that is private about meetings", () => {
  let office: Office;
  before(async () => {
    office = await startOffice();
  });
  after(() => office.stop());

  test("tells no topic and no name, but how long it took", async () => {
    await office.asks("subscribe all", { channelId: BOARD });
    const { fill, submit, modal } = office.slack;
    await office.slack.command({ userId: ALICE, channelId: BOARD, text: "/meetings settings" });
    const view = await office.slack.until(() => modal(ALICE));
    match(view.plain, /Meeting updates/);
    await fill({ userId: ALICE, blockId: "people", actionId: "v" }, "private");
    const submitted = await submit(ALICE);
    equal(submitted.status, 200);
    await office.slack.until(() => modal(ALICE) === undefined);
    const secret = meeting("Secret merger", "86400000008");
    await office.zoomSends(secret.started(), secret.host.joined(secret.startedAt));
    await office.slack.until(() => office.seen(BOARD).some((one) => /A private meeting {2}is live/.test(one)));
    await office.zoomSends(secret.ended(secret.startedAt + 43_000));
    await office.slack.until(() => office.seen(BOARD).some((one) => /ended after 43 s/.test(one)));
    doesNotMatch(office.seen(BOARD).join(), /merger|86400000008|Host/);
  });
});

describe("a channel that refuses later", () => {
  let office: Office;
  before(async () => {
    office = await startOffice();
  });
  after(() => office.stop());

  test("is told once to who subscribed it, in direct messages, and is caught up with when it is mended", async () => {
    await office.asks("subscribe all", { userId: BEN, channelId: SALES });
    await office.slack.archive(SALES, ALICE);
    const [one, other] = [meeting("One", "86400000011"), meeting("Other", "86400000012")];
    await office.zoomSends(one.started());
    const said = () => office.seen(office.slack.directMessageWith(BEN).id);
    await office.slack.until(() => said().length === 1);
    match(
      said()[0] ?? "",
      /^I cannot post about meetings in #sales, which you subscribed\. This channel is archived\./,
    );
    await office.zoomSends(other.started());
    await office.settled(SALES); // else it is closed after it was opened again
    await office.slack.unarchive(SALES, ALICE);
    await office.slack.until(() => office.seen(SALES).length === 2);
    equal(said().length, 1);
    deepEqual(office.seen(office.slack.directMessageWith(ALICE).id), []);
  });

  test("may be unsubscribed also while it refuses", async () => {
    await office.asks("subscribe all");
    await office.slack.archive(GENERAL, ALICE);
    match(await office.asks("pause"), /^Nothing new is posted in #general/);
    match(await office.asks("resume"), /archived/);
    match(await office.asks("unsubscribe"), /^#general hears of no meetings any more/);
    await office.slack.unarchive(GENERAL, ALICE);
  });

  test("is kept where Slack shows it still, though it told that it was deleted", async () => {
    const { channelId, archived } = { channelId: SALES, archived: "channel_archive" };
    office.slack.distort = (content) => JSON.parse(JSON.stringify(content).replaceAll(archived, "channel_deleted"));
    await office.slack.archive(channelId, ALICE);
    office.slack.distort = undefined;
    await office.slack.unarchive(channelId, ALICE);
    await office.slack.until(() =>
      office.slack.calls.some(({ method, args }) => method === "conversations.info" && args.channel === channelId),
    );
    match(await office.asks("list", { userId: BEN }), /#sales {2}all meetings/);
  });

  test("is followed when Slack gives it another id, forgotten when it is deleted", async () => {
    await office.slack.changeId(SALES, "C0SALES2");
    const third = meeting("Third", "86400000013");
    await office.zoomSends(third.started());
    await office.slack.until(() => office.seen("C0SALES2").some((text) => text.includes("Third")));
    match(await office.asks("list", { userId: BEN }), /#sales {2}all meetings/);
    await office.slack.deleteChannel("C0SALES2", ALICE);
    const list = () => office.asks("list", { userId: BEN });
    while (!/No channel that you may read hears of meetings yet/.test(await list())); // Slack is answered first
  });

  test("that cannot be less, or has a time and no digest, is told what is missing", async (t) => {
    const other = await startOffice();
    t.after(() => other.stop());
    await other.asks("subscribe all");
    match(await other.asks("unsubscribe topic sync"), /^#general hears of all meetings still\. To hear of some only,/);
    match(await other.asks("digest 17:30"), /no digest .*\nThe time is kept for .*: \/meetings digest daily\n/);
    const daily = await other.asks("digest daily");
    match(daily, /daily digest 17:30/);
    doesNotMatch(daily, /is kept/);
  });

  test("is found on a page of the list, however many others there are", async (t) => {
    const ids = Array.from({ length: 10 }, (_, index) => `C0ROOM${String(index).padStart(2, "0")}`);
    const channels = [GENERAL, ...ids].map((id) => ({ id, name: id.toLowerCase(), members: [ALICE] }));
    const other = await startOffice({ slack: { channels } });
    t.after(() => other.stop());
    for (const channelId of ids) await other.asks("subscribe all", { channelId });
    const turns = async (actionId: string) => {
      const [shown] = other.slack.ephemeral(ALICE, GENERAL).slice(-1);
      const pressed = { userId: ALICE, channelId: GENERAL, actionId, ephemeralId: shown?.id ?? "" };
      return (await other.answered(await other.slack.press(pressed))).plain;
    };
    match(await other.asks("list"), /1 to 8 of 10\n• #c0room00 [\s\S]*#c0room07 .*\n\[Later\] \[Add a channel\]/);
    match(await turns("mtg_list2"), /9 to 10 of 10\n• #c0room08 .*\n• #c0room09 .*\n\[Earlier\] \[Add a channel\]/);
    match(await turns("mtg_list1"), /1 to 8 of 10/);
  });

  test("keeps its live card when Slack gives it another id, though its history may not be read", async (t) => {
    const scopes = EVERY_SCOPE.filter((scope) => !scope.endsWith(":history"));
    const other = await startOffice({ slack: { scopes } });
    t.after(() => other.stop());
    await other.asks("subscribe all");
    const one = meeting("One", "86400000014");
    await other.zoomSends(one.started());
    await other.shows(GENERAL, "Nobody in the meeting now");
    await other.settled(GENERAL); // a post in doubt cannot be looked for
    await other.slack.changeId(GENERAL, "C0GENERAL2");
    await other.zoomSends(one.host.joined(one.startedAt));
    await other.shows("C0GENERAL2", "1 in the meeting now");
    await other.zoomSends(one.ended(one.startedAt + 43_000));
    await other.shows("C0GENERAL2", "ended after 43 s");
  });

  test("greets who invites the app, and nobody else", async () => {
    await office.slack.inviteApp(HIDDEN, BEN);
    const whisper = await office.slack.until(() => office.slack.ephemeral(BEN, HIDDEN)[0]);
    match(
      whisper.plain,
      /^Thank you for the invitation\. Choose which Zoom meetings #hidden hears of\.\n\[Choose meetings\]/,
    );
    equal(office.slack.ephemeral(ALICE, HIDDEN).length, 0);
  });
});

describe("a host whom Zoom names by their id alone", () => {
  let office: Office;
  before(async () => {
    office = await startOffice();
  });
  after(() => office.stop());

  test("is known at once where somebody subscribes, if a meeting named both", async () => {
    await office.asks("subscribe host @ben", { channelId: SALES });
    const both = meetingBodies({ startedAt: soon(), topic: "Both", hostEmail: "ben@example.com", hostId: "zBen" });
    await office.zoomSends(both.started());
    await office.shows(SALES, "Both");
    const byId = meetingBodies({ startedAt: soon(), topic: "By id", hostId: "zBen" }).started();
    delete byId.payload.object.host_email;
    await office.zoomSends(byId);
    await office.shows(SALES, "Both", "By id");
    await office.asks("subscribe host @ben");
    await office.slack.until(() => office.seen(GENERAL).length === 2);
  });
});

describe("a channel that paused and unsubscribed", () => {
  let office: Office;
  before(async () => {
    office = await startOffice();
  });
  after(() => office.stop());

  test("hears again once somebody subscribes it in the form", async () => {
    for (const words of ["subscribe all", "pause", "unsubscribe"]) await office.asks(words);
    await office.slack.command({ userId: ALICE, channelId: GENERAL, text: "/meetings settings" });
    await office.slack.until(() => office.slack.modal(ALICE));
    await office.slack.submit(ALICE);
    await office.slack.until(() => office.slack.modal(ALICE) === undefined);
    await office.zoomSends(meeting("Back again", "86400000041").started());
    await office.shows(GENERAL, "Back again");
  });
});

test("somebody's own name is one harmless line like any other foreign text", async (t) => {
  const users = [{ id: BEN, name: "ben", realName: "Ben\u202E\n*Ito*\u0000", tz: "UTC", email: "ben@example.com" }];
  const office = await startOffice({ slack: { users, channels: [{ id: GENERAL, name: "general" }] } });
  t.after(() => office.stop());
  await office.asks("test", { userId: BEN });
  match(office.seen()[0] ?? "", /A test {2}by Ben \*Ito\*\n/);
});
