import { doesNotMatch, equal, match, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { KnownCall } from "../stand-ins/slack.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { ADA, ALICE, BEN, BOARD, EVE, GENERAL, HIDDEN, type Office, SALES, startOffice } from "./office.ts";

const meeting = (topic: string, number: string, email = "") => {
  const startedAt = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
  const bodies = meetingBodies({ startedAt, topic, number });
  return { ...bodies, startedAt, host: bodies.connection({ name: "Host", id: bodies.meeting.hostId, email }) };
};

describe("the Home tab", () => {
  let office: Office;
  const home = (userId: string) => office.slack.home(userId)?.plain ?? "";
  const shows = (userId: string, wanted: RegExp) => office.slack.until(() => wanted.test(home(userId)));
  const press = (userId: string, actionId: string, blockId?: string) =>
    office.slack.pressInView({ userId, actionId, ...(blockId !== undefined && { blockId }) });
  before(async () => {
    office = await startOffice();
  });
  after(() => office.stop());

  test("says that no channel hears of meetings yet, and how to change that", async () => {
    await office.slack.openApp(ALICE);
    await shows(ALICE, /No channel hears of meetings yet/);
    match(home(ALICE), /\[Add a channel\][\s\S]*Zoom: nothing heard yet/);
  });

  test("adds a channel in a form, which stays open where the channel cannot be posted in", async () => {
    await press(ALICE, "home_subscribe");
    await office.slack.until(() => office.slack.modal(ALICE));
    await office.slack.fill({ userId: ALICE, blockId: "channel", actionId: "v" }, HIDDEN);
    await office.slack.submit(ALICE);
    match(office.slack.modal(ALICE)?.plain ?? "", /! I am not in this channel\. Type \/invite @meetings there/);
    await office.slack.fill({ userId: ALICE, blockId: "channel", actionId: "v" }, GENERAL);
    await office.slack.submit(ALICE);
    equal(office.slack.modal(ALICE), undefined);
    await shows(ALICE, /#general/);
    match(home(ALICE), /all meetings/);
  });

  test("shows what is on while somebody looks, and what was theirs today", async () => {
    const sync = meeting("Sync *now* <!channel>", "86400000021", "alice@example.com");
    const other = meeting("Elsewhere", "86400000023", "ben@example.com");
    await office.zoomSends(other.started(), other.host.joined(other.startedAt));
    await office.zoomSends(sync.started(), sync.host.joined(sync.startedAt));
    await shows(ALICE, /Elsewhere, 1 in now/);
    await shows(ALICE, /Sync \*now\* <!channel>, 1 in now/);
    await office.zoomSends(other.ended(other.startedAt + 42_000), sync.ended(sync.startedAt + 43_000));
    await shows(ALICE, /Your day\n• .*Sync \*now\* <!channel>, 43 s, 1 person\n/);
    doesNotMatch(home(ALICE), /Elsewhere/);
  });

  test("shows nobody a channel that they may not read, nor its meetings", async () => {
    await office.asks("subscribe id 864 0000 0022", { channelId: BOARD });
    await office.asks("unsubscribe");
    await office.asks("subscribe topic sync");
    const secret = meeting("Merger", "86400000022");
    await office.zoomSends(secret.started(), secret.host.joined(secret.startedAt));
    await office.slack.until(() => office.seen(BOARD).length === 1);
    for (const userId of [ALICE, BEN, EVE]) await office.slack.openApp(userId);
    await shows(ALICE, /Merger/);
    await shows(BEN, /#general/);
    doesNotMatch(home(BEN), /Merger|board/);
    await office.slack.until(() => home(EVE) !== "");
    doesNotMatch(home(EVE), /Merger|Sync|board|general/);
    match(await office.asks("today all", { userId: ALICE, channelId: SALES }), /Merger/);
    doesNotMatch(await office.asks("today all", { userId: BEN, channelId: SALES }), /Merger/);
    match(
      await office.asks("report Merger", { userId: BEN, channelId: SALES }),
      /I know of no meeting with Merger in its topic/,
    );
    match(await office.asks("today #board", { userId: BEN, channelId: SALES }), /No meetings today so far/);
  });

  test("shows what refuses and why, and looks again when told to", async () => {
    await office.asks("subscribe all", { channelId: SALES });
    office.slack.channel(SALES).isArchived = true;
    const other = meeting("Other", "86400000023");
    await office.zoomSends(other.started());
    await office.slack.until(() => office.seen(office.slack.directMessageWith(ALICE).id).length === 1);
    await office.settled(SALES); // else it is closed after it was opened again
    await office.slack.openApp(ALICE);
    await shows(ALICE, /#sales[\s\S]*This channel is archived\./);
    office.slack.channel(SALES).isArchived = false;
    await press(ALICE, "sub_retry");
    await office.slack.until(() => office.seen(SALES).some((text) => text.includes("Other")));
    await office.slack.openApp(ALICE);
    await office.slack.until(() => !/archived/.test(home(ALICE)));
  });

  test("keeps what somebody chose for themselves", async () => {
    await press(ALICE, "me_settings");
    await office.slack.until(() => office.slack.modal(ALICE));
    await office.slack.fill({ userId: ALICE, blockId: "choices", actionId: "v" }, ["without_me", "my_day"]);
    await office.slack.submit(ALICE);
    await shows(ALICE, /goes live without (you|me)[^\n]*on/i);
  });

  test("is sent once, however often somebody looks", async () => {
    await office.slack.openApp(ADA);
    await office.slack.until(() => home(ADA) !== "");
    const isHers = ({ method, args }: KnownCall) => method === "views.publish" && args.user_id === ADA;
    const published = () => office.slack.calls.filter(isHers).length;
    const before = published();
    await office.slack.openApp(ADA);
    await office.slack.pressInView({ userId: ADA, actionId: "home_refresh" });
    await office.slack.until(() => published() > before);
    equal(published(), before + 1, "only for the button, which asks for it");
  });

  test("is not all there is: a shortcut shows today's meetings too", async () => {
    await office.slack.shortcut({ userId: ALICE, callbackId: "meetings_today" });
    const modal = await office.slack.until(() => office.slack.modal(ALICE));
    match(modal.plain, /^Meetings today[\s\S]*Sync \*now\* <!channel>/);
  });
});

describe("the Home tab of who left a private channel", () => {
  let office: Office;
  before(async () => {
    office = await startOffice();
  });
  after(() => office.stop());

  test("shows that it hears of meetings still, but nothing that others do there", async () => {
    await office.asks("subscribe topic budget", { channelId: BOARD });
    const secret = meeting("Budget cuts", "86400000024");
    await office.zoomSends(secret.started());
    await office.slack.until(() => office.seen(BOARD).length === 1);
    const { members } = office.slack.channel(BOARD);
    members.splice(0, members.length, BEN);
    await office.asks("mute", { userId: BEN, channelId: BOARD });
    await office.slack.openApp(ALICE);
    const home = () => office.slack.home(ALICE)?.plain ?? "";
    await office.slack.until(() => /#board/.test(home()));
    doesNotMatch(home(), /Budget cuts|muted a meeting/);
    members.splice(0, members.length, ALICE);
  });
});

describe("a Home tab that somebody opens for the first time", () => {
  let office: Office;
  before(async () => {
    office = await startOffice();
  });
  after(() => office.stop());

  const troubles = [
    { what: "says to come again later", who: ALICE, method: "views.publish", how: { status: 429, retryAfterS: 1 } },
    { what: "breaks down over it", who: BEN, method: "views.publish", how: { status: 503 } },
    { what: "does not tell who looks", who: ADA, method: "users.info", how: { status: 500 } },
  ];
  for (const { what, who, method, how } of troubles) {
    test(`is not left blank where Slack ${what}`, async () => {
      office.slack.fail({ method, how, times: 1 });
      await office.slack.openApp(who);
      const shown = () => /Live now/.test(office.slack.home(who)?.plain ?? "");
      ok(await office.slack.until(shown));
    });
  }
});

describe("what somebody presses in the Home tab", () => {
  let office: Office;
  before(async () => {
    office = await startOffice({ slack: { limits: false } });
    for (const channelId of [GENERAL, SALES, BOARD]) await office.asks("subscribe all", { channelId });
  });
  after(() => office.stop());
  const home = async (userId: string, wanted: RegExp) => {
    await office.slack.openApp(userId);
    return office.slack.until(() => {
      const { plain = "" } = office.slack.home(userId) ?? {};
      return wanted.test(plain) && plain;
    });
  };
  /** Also what is not offered any more, or stands in a view from before. */
  const chooses = async (userId: string, offered: string, option = offered) => {
    office.slack.distort = (content) => JSON.parse(JSON.stringify(content).replaceAll(offered, option));
    const press = { userId, actionId: "sub_more", option: offered };
    await office.slack.pressInView(press).finally(() => {
      office.slack.distort = undefined;
    });
  };
  const isTold = async (userId: string, wanted: RegExp) => {
    const modal = await office.slack.until(() => office.slack.modal(userId));
    match(modal.plain, wanted);
    await office.slack.closeModal(userId);
  };

  test("does what the words would do: an archived channel may be paused and removed by its members", async () => {
    office.slack.channel(SALES).isArchived = true;
    await home(BEN, /#sales \[⋮ Edit/);
    await chooses(BEN, `pause:${SALES}`);
    await home(BEN, /#sales[^#]*paused until/);
    await chooses(BEN, `edit:${SALES}`);
    await isTold(BEN, /This channel is archived/);
    await chooses(BEN, `resume:${SALES}`);
    await isTold(BEN, /This channel is archived/);
    await chooses(BEN, `remove:${SALES}`);
    await office.slack.until(() => !/#sales/.test(office.slack.home(BEN)?.plain ?? ""));
    match(await office.asks("list"), /#general/);
  });

  test("is refused in the words of the command where it must be", async () => {
    await home(BEN, /#general/);
    for (const ask of ["edit", "pause", "remove", "muted"]) {
      await chooses(BEN, `edit:${GENERAL}`, `${ask}:${BOARD}`);
      await isTold(BEN, /Only members of a channel may change what it hears of\. Join it, then try again\./);
    }
    match(await office.asks("list"), /#board/);
  });

  test("is offered to nobody for whom it is certain to be refused", async () => {
    await home(ALICE, /#board \[⋮ Edit/);
    await office.slack.leave(BOARD, ALICE);
    await office.slack.until(() => /#board \[⋮ Remove\]/.test(office.slack.home(ALICE)?.plain ?? ""));
    await chooses(ALICE, `remove:${BOARD}`, `edit:${BOARD}`);
    await isTold(ALICE, /Only members of a channel may change/);
    await chooses(ALICE, `remove:${BOARD}`, `pause:${BOARD}`);
    await isTold(ALICE, /Only members of a channel may change/);
    await chooses(ALICE, `remove:${BOARD}`);
    await office.slack.until(() => !/#board/.test(office.slack.home(ALICE)?.plain ?? ""));
  });

  test("is nothing for guests, who are told so where a menu stands there from before", async () => {
    await home(ADA, /#general \[⋮ Edit/);
    const offered = `pause:${GENERAL}`;
    const guests = { ...office.slack.users.find(({ id }) => id === EVE), teamId: undefined, isGuest: true };
    Object.assign(office.slack.users.find(({ id }) => id === EVE) ?? {}, guests);
    office.slack.channel(GENERAL).members.push(EVE);
    const text = await home(EVE, /#general/);
    doesNotMatch(text, /⋮|Add a channel|Check again/);
    office.slack.distort = (content) => JSON.parse(JSON.stringify(content).replaceAll(ADA, EVE));
    await office.slack.pressInView({ userId: ADA, actionId: "sub_more", option: offered });
    office.slack.distort = undefined;
    await isTold(ADA, /Guests cannot change what a channel hears of/); // the stand-in's trigger is hers
    match(await home(ADA, /#general/), /Pause for a day/);
  });

  test("is seen in the list of muted meetings, too", async () => {
    const loud = meeting("Loud", "86400000025");
    await office.zoomSends(loud.started());
    await office.slack.until(() => office.seen(GENERAL).length === 1);
    await office.asks("mute");
    await home(ALICE, /Muted meetings/);
    await chooses(ALICE, `muted:${GENERAL}`);
    await office.slack.until(() => /🔕 Loud \[Post again\]/.test(office.slack.modal(ALICE)?.plain ?? ""));
    office.slack.channel(GENERAL).isArchived = true;
    await office.slack.pressInView({ userId: ALICE, actionId: "sub_unmute" });
    await office.slack.until(() => /This channel is archived/.test(office.slack.modal(ALICE)?.plain ?? ""));
    await office.slack.closeModal(ALICE);
    office.slack.channel(GENERAL).isArchived = false;
    await office.slack.pressInView({ userId: ALICE, actionId: "sub_unmute" });
    await office.slack.until(() => /No meeting is muted/.test(office.slack.modal(ALICE)?.plain ?? ""));
  });
});

describe("what somebody chooses for themselves", () => {
  let office: Office;
  before(async () => {
    office = await startOffice();
  });
  after(() => office.stop());

  test("is not said to be kept while Redis does not answer", async () => {
    await office.slack.openApp(BEN);
    await office.slack.until(() => office.slack.home(BEN));
    await office.slack.pressInView({ userId: BEN, actionId: "me_settings" });
    await office.slack.until(() => office.slack.modal(BEN));
    process.kill(office.redis.pid, "SIGSTOP");
    const { status } = await office.slack.submit(BEN).finally(() => process.kill(office.redis.pid, "SIGCONT"));
    equal(status, 200);
    match(office.slack.modal(BEN)?.plain ?? "", /I cannot keep that just now/);
  });
});
