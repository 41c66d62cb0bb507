import { equal } from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import { type ClockPlan, shownAt } from "../../demo/clock.ts";
import { runNotifier } from "../../demo/notifier.ts";
import { deliveryFeed } from "../../demo/page/page.ts";
import { startRedis } from "../../scripts/redis.mjs";
import { freePort } from "../free-port.ts";
import { eventually } from "../setup/machine.ts";
import { startSlack } from "../stand-ins/slack.ts";
import { type MeetingBodies, meetingBodies, zoomSender } from "../stand-ins/zoom.ts";
import { SECRET, settings } from "../story/notifier.ts";
import { type Looks, pageOn, settled } from "./open-page.ts";

export const PRODUCT = "C0PRODUCT";
export const SALES = "C0SALES";
/** Private, with the app in it; only Alice is a member. */
export const BOARD = "G0BOARD";
/** Private, without the app; only Alice is a member. */
export const LEADS = "G0LEADS";
export const ALICE = "U0ALICE";
export const BEN = "U0BEN";

const PEOPLE = [
  { id: ALICE, name: "alice", realName: "Alice Ng", tz: "Europe/Zurich", email: "alice@example.com" },
  { id: BEN, name: "ben", realName: "Ben Ito", tz: "America/New_York", email: "ben@example.com" },
];
const CHANNELS = [
  { id: PRODUCT, name: "product" },
  { id: SALES, name: "sales" },
  { id: BOARD, name: "board", isPrivate: true, members: [ALICE] },
  { id: LEADS, name: "leads", isPrivate: true, members: [ALICE], botIsMember: false },
];
const SHORTCUTS = [{ name: "Meetings today", callbackId: "meetings_today" }];

/** The Friday of a week, in the afternoon: 15:00 in Zurich, 09:00 in New York. */
export const FRIDAY = Date.parse("2026-11-20T14:00:00Z");
export const MINUTE = 60_000;
export interface ProductOptions {
  startAt?: number;
  settings?: Record<string, string>;
}

export type Product = Awaited<ReturnType<typeof startProduct>>;

/** The whole notifier, as `npm start` runs it, on a clock of ours, with Zoom, Slack and the page to look at it. */
export async function startProduct({ startAt = FRIDAY, settings: extra = {} }: ProductOptions = {}) {
  const redis = await startRedis();
  let plan = clockFrom(startAt);
  const now = () => Math.floor(shownAt(Date.now(), plan));
  const nobody = "http://127.0.0.1:1/";
  const slack = await startSlack({
    ...{ now, signedAt: now, users: PEOPLE, channels: CHANNELS, limits: false },
    commandUrl: nobody,
  });
  const port = String(await freePort());
  const env = settings({
    redisUrl: redis.url,
    slackApi: slack.apiUrl,
    extra: { PORT: port, SLACK_CHANNEL: "", LOG_LEVEL: "warn", ZOOM_MAX_AGE_S: "3600", ...extra },
  });
  const said: string[] = [];
  const run = () => runNotifier(env, plan, (line) => said.push(line));
  let notifier = run();
  const url = `http://127.0.0.1:${port}`;
  const isReady = () => eventually(async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok);
  await isReady();
  slack.commandUrl = `${url}/slack/events`;
  const feed = deliveryFeed();
  const zoom = zoomSender({ url: `${url}/zoom/webhook`, secret: SECRET, now });

  return {
    ...{ slack, now, said },
    async zoomSends(...bodies: object[]) {
      for (const body of bodies) {
        equal((await zoom.send(body)).status, 200);
        feed.add({ event: (body as { event: string }).event, at: now(), tags: [] });
      }
    },
    /** It is this late now: the notifier stops and is started again by that clock. */
    async startsAgainAt(at: number) {
      await notifier.stop();
      plan = clockFrom(at);
      notifier = run();
      await isReady();
    },
    /** The page on it, for one test. */
    async page(t: TestContext, looks: Looks = {}) {
      const served = await pageOn(t, { slack, clock: { now, speed: 1 }, feed, shortcuts: SHORTCUTS });
      for (const { id } of PEOPLE) if (slack.modal(id)) await slack.closeModal(id, { all: true });
      const page = await served.open(looks);
      return { ...served, page };
    },
    async stop() {
      await notifier.stop();
      await slack.close();
      await redis.stop();
    },
  };
}

/** A clock like any other, which shows this now. */
function clockFrom(startAt: number): ClockPlan {
  return { realStart: Date.now(), startAt, speed: 1, fastUntil: startAt };
}

/** A meeting and its people, who are here from its start. */
export function meetingOf(topic: string, number: string, startedAt: number, ...names: string[]) {
  const bodies = meetingBodies({ startedAt, topic, number, hostEmail: "alice@example.com", bookedMinutes: 30 });
  const [first, ...guests] = names;
  const host = { name: first ?? "", id: bodies.meeting.hostId, email: "alice@example.com" };
  const connections = [...(first === undefined ? [] : [host]), ...guests.map((name) => ({ name }))].map((one) =>
    bodies.connection(one),
  );
  const begins = [bodies.started(), ...connections.map((one) => one.joined(startedAt))];
  return { ...bodies, connections, begins } satisfies MeetingBodies & Record<string, unknown>;
}

/** Opens a channel in the page's sidebar. */
export async function toChannel(page: Page, name: string): Promise<void> {
  await page.locator("#channels").getByRole("button", { name }).click();
  await settled(page);
  await page.locator("#channel-name").getByText(name).waitFor();
}

/** Opens the app: its Home tab, or what it said to who looks. */
export async function toApp(page: Page, tab: "Home" | "Messages" = "Home"): Promise<void> {
  await page.locator("#direct button").click();
  await settled(page);
  await page.getByRole("tab", { name: tab }).click();
  await settled(page);
}
