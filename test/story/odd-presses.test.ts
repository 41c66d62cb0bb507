import { deepEqual, ok } from "node:assert/strict";
import { after, before, beforeEach, describe, mock, test } from "node:test";
import { log } from "../../src/log.ts";
import { meetingBodies } from "../stand-ins/zoom.ts";
import { ALICE, BOARD, GENERAL, type Office, SALES, startOffice } from "./office.ts";

const loud = mock.method(log, "error", () => {});

type Json = { [key: string]: unknown };
type Path = readonly (string | number)[];
/** Without these nobody could say what it is. */
const KIND = new Set(["command", "type"]);
/** What is left of these when they are gone is not looked into: we do not read them either. */
const WHOLE = new Set(["message", "blocks", "text", "title", "submit", "close"]);

/** Every field of a payload, also those within others. */
function fields(said: unknown, path: Path = []): Path[] {
  if (typeof said !== "object" || said === null || WHOLE.has(String(path.at(-1)))) return [];
  return Object.entries(said).flatMap(([key, value]) => {
    const here = [...path, Array.isArray(said) ? Number(key) : key];
    return [here, ...fields(value, here)];
  });
}

/** The same payload, but for one field. */
function without(said: object, path: Path, how: "gone" | "null"): object {
  const copy = structuredClone(said) as Json;
  const inner = path.slice(0, -1).reduce((at, key) => at[key] as Json, copy);
  const key = path.at(-1) ?? "";
  if (how === "null") inner[key] = null;
  else if (Array.isArray(inner)) inner.splice(Number(key), 1);
  else delete inner[key];
  return copy;
}

/** Whether Slack left a way to answer: an address, or the right to open a modal and who it is for. */
function canAnswer(payload: Json): boolean {
  const { response_url, trigger_id, user } = payload as { response_url?: string; trigger_id?: string; user?: Json };
  return Boolean(response_url) || Boolean(trigger_id && (user?.id ?? payload.user_id));
}

describe("what comes from Slack with a field missing", () => {
  let office: Office;
  let messageTs = "";
  let ephemeralId = "";
  before(async () => {
    office = await startOffice({ slack: { limits: false, retriesAfterMs: [] } });
    await office.asks("subscribe all");
    const startedAt = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
    const sync = meetingBodies({ startedAt, topic: "Sync", number: "86400000071" });
    const host = sync.connection({ name: "Host", id: sync.meeting.hostId });
    await office.zoomSends(sync.started(), host.joined(startedAt));
    await office.shows(GENERAL, "Sync");
    await office.slack.until(() => /In: Host/.test(office.seen()[0] ?? ""));
    messageTs = office.slack.visible(GENERAL)[0]?.ts ?? "";
    const today = await office.answerTo("today");
    ephemeralId = "id" in today ? today.id : "";
    await office.slack.openApp(ALICE);
    await office.slack.until(() => office.slack.home(ALICE));
  });
  after(() => office.stop());
  beforeEach(() => loud.mock.resetCalls());

  /** Everything that a person sees of what we say: answers, modals, their Home tab. */
  const VIEWS = new Set(["views.open", "views.push", "views.update", "views.publish"]);
  const viewsShown = () => office.slack.calls.filter(({ method }) => VIEWS.has(method)).length;

  type Sent = { status: number; body: unknown; answers?: () => readonly unknown[] };

  /** Does the same with each field gone and null, and demands an answer wherever there is a way to give one. */
  async function withEachFieldOdd(act: () => Promise<Sent>): Promise<number> {
    let whole: object = {};
    office.slack.distort = (content) => {
      whole = content;
      return content;
    };
    await act();
    await act(); // what it did the first time may change the payload
    const all = fields(whole).filter(([field, ...inner]) => inner.length > 0 || !KIND.has(String(field)));
    const problems: string[] = [];
    for (const path of all) {
      for (const how of ["gone", "null"] as const) {
        const what = `${path.join(".")} ${how}`;
        let sent = {};
        office.slack.distort = (content) => {
          sent = without(content, path, how);
          return sent;
        };
        const before = viewsShown();
        const { status, body, answers = () => [] } = await act();
        if (status !== 200) problems.push(`${status}: ${what}`);
        const isAnswered = () => answers().length > 0 || viewsShown() > before || (body !== "" && body !== undefined);
        if (canAnswer(sent as Json)) {
          const answered = await office.slack.until(isAnswered, { timeoutMs: 15_000 }).catch(() => false);
          if (!answered) problems.push(`nobody was answered: ${what}`);
        }
        problems.push(
          ...loud.mock.calls.map(({ arguments: [said] }) => `${what}: ${(said as { err?: Error }).err?.stack}`),
        );
        loud.mock.resetCalls();
        await closeModals();
      }
    }
    office.slack.distort = undefined;
    deepEqual(problems, []);
    return all.length;
  }

  const closeModals = async () => {
    while (office.slack.modal(ALICE)) await office.slack.closeModal(ALICE);
  };
  const atHome = async (press: Parameters<Office["slack"]["pressInView"]>[0]) => {
    await closeModals();
    return office.slack.pressInView(press);
  };
  const pressed = (actionId: string, option?: string) =>
    office.slack.press({ userId: ALICE, channelId: GENERAL, actionId, messageTs, ...(option && { option }) });

  test("is answered all the same: a command", async () => {
    ok(
      (await withEachFieldOdd(() =>
        office.slack.command({ userId: ALICE, channelId: GENERAL, text: "/meetings today" }),
      )) > 5,
    );
  });
  test("is answered all the same: a button below a card", async () => {
    ok((await withEachFieldOdd(() => pressed("mtg_people"))) > 20);
  });
  test("is answered all the same: a menu beside it", async () => {
    ok((await withEachFieldOdd(() => pressed("mtg_more", "settings:"))) > 20);
  });
  test("is answered all the same: a button in an answer", async () => {
    const press = { userId: ALICE, channelId: GENERAL, actionId: "mtg_refresh", ephemeralId };
    ok((await withEachFieldOdd(() => office.slack.press(press))) > 15);
  });
  test("is answered all the same: a menu in the Home tab", async () => {
    const press = { userId: ALICE, actionId: "sub_more", option: `edit:${GENERAL}` };
    ok((await withEachFieldOdd(() => atHome(press))) > 20);
  });
  test("is answered all the same: a button in the Home tab", async () => {
    ok((await withEachFieldOdd(() => atHome({ userId: ALICE, actionId: "me_settings" }))) > 20);
  });
  test("is answered all the same: a shortcut", async () => {
    ok((await withEachFieldOdd(() => office.slack.shortcut({ userId: ALICE, callbackId: "meetings_today" }))) > 5);
  });
  test("does no harm: an event", async () => {
    const board = () => office.asks("list", { channelId: BOARD });
    await office.asks("subscribe all", { channelId: BOARD });
    const heard = await board();
    const happen = [
      () => office.slack.openApp(ALICE),
      () => office.slack.rename(GENERAL, "general"),
      () => office.slack.share(SALES),
      () => office.slack.changeId(GENERAL, GENERAL),
      () => office.slack.inviteApp(GENERAL, ALICE),
      () => office.slack.unarchive(GENERAL, ALICE),
    ];
    for (const act of happen) {
      let whole: object = {};
      office.slack.distort = (content) => {
        whole = content;
        return content;
      };
      await act();
      for (const path of fields(whole)) {
        for (const how of ["gone", "null"] as const) {
          office.slack.distort = (content) => ({ ...without(content, path, how), event_id: `Ev${path}${how}` });
          await act();
        }
      }
      office.slack.distort = undefined;
    }
    deepEqual(
      loud.mock.calls.map(({ arguments: [said] }) => String((said as { err?: Error }).err?.stack)),
      [],
    );
    deepEqual(await board(), heard);
  });

  /** Whatever goes wrong, the form itself is opened as it should be. */
  const inForm = async <T>(act: () => Promise<T>): Promise<T> => {
    const { distort } = office.slack;
    office.slack.distort = undefined;
    await closeModals();
    await office.slack.command({ userId: ALICE, channelId: BOARD, text: "/meetings settings" });
    await office.slack.until(() => /Which meetings/.test(office.slack.modal(ALICE)?.plain ?? ""));
    office.slack.distort = distort;
    return act();
  };
  test("is answered all the same: a choice in a form", async () => {
    const choice = { userId: ALICE, blockId: "which", actionId: "sub_which" };
    ok((await withEachFieldOdd(() => inForm(async () => (await office.slack.fill(choice, "some")) as Sent))) > 20);
  });
  test("is answered all the same: a form", async () => {
    const submit = async () => {
      const sent = await office.slack.submit(ALICE);
      // a form that closes was saved
      return { ...sent, answers: () => (office.slack.modal(ALICE) ? [] : ["closed"]) };
    };
    ok((await withEachFieldOdd(() => inForm(submit))) > 40);
  });
});
