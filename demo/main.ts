import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import express from "express";
import { startRedis } from "../scripts/redis.mjs";
import type { Channel } from "../src/ports.ts";
import { digestId } from "../src/post-digest.ts";
import { connectRedis, whenReady } from "../src/redis/connect.ts";
import { redisKeys } from "../src/redis/keys.ts";
import { type Channel as Place, startSlack } from "../test/stand-ins/slack.ts";
import { zoomSender } from "../test/stand-ins/zoom.ts";
import { type ClockPlan, realMsUntil, shownAt } from "./clock.ts";
import { type Letter, simulatedDay } from "./day.ts";
import { runNotifier } from "./notifier.ts";
import { type DemoOptions, demoOptions, HELP } from "./options.ts";
import { type DeliveryTag, deliveryFeed, mountPage } from "./page/page.ts";
import { playDay } from "./play.ts";
import { waitsOf } from "./waits.ts";

const CHANNEL = { id: "C0MEETINGS", name: "meetings" };
/** The app has them in its settings at Slack. */
const SHORTCUTS = [{ name: "Meetings today", callbackId: "meetings_today" }];
const ZOOM_SECRET = "a-secret-of-the-demo-only";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Time for a silent meeting to be closed, and for what that changes. */
const AFTERWARDS_MS = 15 * MINUTE_MS;
const SETTLED_WITHIN_MS = 240_000;
const READY_WITHIN_MS = 60_000;

/** The whole notifier between stand-ins of Zoom and Slack, for one simulated day at a time. */
async function startDemo(options: DemoOptions) {
  const folder = mkdtempSync(join(tmpdir(), "meetings-demo-"));
  const logFile = join(folder, "notifier.log");
  const logStream = createWriteStream(logFile);
  const redis = await startRedis({ dir: join(folder, "redis"), appendonly: true });
  const connection = connectRedis(redis.url);
  await whenReady(connection, READY_WITHIN_MS);

  const day = simulatedDay({ day: options.day, timeZone: options.timeZone, seed: options.seed });
  const [first, last] = [day.deliveries[0]?.at ?? 0, day.deliveries.at(-1)?.at ?? 0];
  const standing: ClockPlan = {
    realStart: Number.MAX_SAFE_INTEGER,
    startAt: first - 2 * MINUTE_MS,
    speed: options.speed,
    fastUntil: last + 5 * HOUR_MS, // so that also the last retry comes soon
  };
  let plan = standing;
  const now = () => Math.floor(shownAt(Date.now(), plan));
  let today = new AbortController();
  const until = (at: number, { signal } = today) => sleep(realMsUntil(at, Date.now(), plan), undefined, { signal });

  const colleagues = ["UTC", "America/New_York", "Asia/Tokyo"].map((tz, index) => ({
    tz: index === 0 ? options.timeZone : tz,
    person: day.people[index * 2],
  }));
  const slack = await startSlack({
    now,
    signedAt: now,
    commandUrl: "http://127.0.0.1:1/", // nobody listens there: the app cannot be reached before it is ready
    users: colleagues.flatMap(({ tz, person }, index) =>
      person
        ? [
            {
              id: `U0PERSON${index}`,
              name: person.name.split(" ")[0] ?? "",
              realName: person.name,
              tz,
              email: person.email,
            },
          ]
        : [],
    ),
    channels: [
      CHANNEL,
      { id: "C0GENERAL", name: "general" },
      { id: "C0PRODUCT", name: "product" },
      { id: "G0LEADS", name: "leads", isPrivate: true, members: ["U0PERSON0"], botIsMember: false },
    ],
  });
  for (const { id } of slack.users) slack.directMessageWith(id);
  const feed = deliveryFeed();
  let notifier: ReturnType<typeof runNotifier> | undefined;
  let prefix = "";
  let story = "";

  /** Plays the day from its beginning; one that goes on is broken off. */
  const play = async () => {
    today.abort();
    today = new AbortController();
    const { signal } = today;
    await notifier?.stop();
    slack.clear();
    feed.clear();
    plan = standing;
    prefix = `{demo-${randomUUID().slice(0, 8)}}`;
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const env = {
      PORT: String(port),
      HOST: "127.0.0.1",
      REDIS_URL: redis.url,
      REDIS_PREFIX: prefix,
      ZOOM_WEBHOOK_SECRET: ZOOM_SECRET,
      ZOOM_MAX_AGE_S: String(Math.min(86_400, Math.max(300, Math.ceil(options.speed * 20)))),
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: slack.apiUrl,
      SLACK_CHANNEL: CHANNEL.id,
      TIME_ZONE: options.timeZone,
    };
    story = "starting";
    notifier = runNotifier(env, plan, (line) => logStream.write(line));
    await ready(`${url}/readyz`, logFile);
    plan = { ...standing, realStart: Date.now() }; // of a fast day hours are over while it starts
    notifier.goesBy(plan);
    slack.commandUrl = `${url}/slack/events`;
    waitsOf(connection, redisKeys(prefix))
      .hastenAll(plan, signal)
      .catch(() => {}); // Redis is gone when the demo ends
    // a notifier that was killed needs real time to start again, in which hours of a fast day pass: Zoom waits for it
    const wait = (ms: number) => until(now() + ms).then(() => ready(`${url}/readyz`, logFile));
    const zoom = zoomSender({ url: `${url}/zoom/webhook`, secret: ZOOM_SECRET, now, wait });
    story = "the day goes on";
    const onLetter = (letter: Letter) => feed.add(shown(letter));
    const played = await playDay({ letters: day.deliveries, zoom, until, onLetter, signal });
    story = `the day is over: ${played.taken} deliveries were taken, ${played.notTaken} were not`;
    return played;
  };

  return {
    slack,
    feed,
    logFile,
    clock: { now, speed: options.speed },
    status: () => story,
    pid: () => notifier?.pid(),
    play,
    /** Resolves when nothing is live, no card is behind any more, and the day is summed up. */
    async settled() {
      await until(last + AFTERWARDS_MS);
      const keys = redisKeys(prefix);
      const deadline = Date.now() + SETTLED_WITHIN_MS;
      while (Date.now() < deadline) {
        const room: Channel = `slack:${CHANNEL.id}`;
        const [live, due, isSummedUp] = await Promise.all([
          connection.zcard(keys.live),
          connection.zcard(keys.due(room)),
          connection.hexists(keys.card(room, digestId(options.day)), "message"),
        ]);
        if (live === 0 && due === 0 && isSummedUp) return;
        await sleep(100);
      }
      throw new Error(`The day did not settle; the notifier's log is in ${logFile}`);
    },
    async stop() {
      today.abort(); // or what waits for its time keeps the process alive
      await notifier?.stop();
      connection.disconnect();
      await slack.close();
      await redis.stop();
      logStream.end();
    },
    forget: () => rmSync(folder, { recursive: true, force: true }),
  };
}

type Demo = Awaited<ReturnType<typeof startDemo>>;

function shown({ body, at, tags }: Letter) {
  return { event: body.event, at, tags: tags.map(tagOf) };
}

function tagOf(tag: string): DeliveryTag {
  if (tag === "lost") return "lost";
  return tag === "doubled" || tag === "overlapping subscription" ? "doubled" : "late";
}

async function ready(url: string, logFile: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`The notifier did not become ready; its log is in ${logFile}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** What each channel shows in the end, as text. */
function finalMessages({ slack }: Demo, timeZone: string): string {
  return slack.channels
    .map((channel) => [
      headOf(channel, slack.names),
      ...slack.visible(channel.id, { timeZone }).map(({ plain }) => plain),
    ])
    .map(([name, ...messages]) => [name, ...(messages.length > 0 ? messages : ["(no messages)"])].join("\n\n"))
    .join("\n\n\n");
}

function headOf({ kind, name, members }: Place, names: Readonly<Record<string, string>>): string {
  return kind === "direct" ? `Direct messages with ${names[members[0] ?? ""]}` : `#${name}`;
}

async function showPage(demo: Demo, options: DemoOptions): Promise<Server> {
  const app = express();
  app.disable("x-powered-by");
  const play = () => {
    demo.play().catch((err: unknown) => {
      if (!(err instanceof Error && err.name === "AbortError")) console.error(err instanceof Error ? err.message : err);
    });
  };
  const { slack, clock, feed, status } = demo;
  mountPage(app, { slack, clock, feed, status, onPlayAgain: play, shortcuts: SHORTCUTS });
  const server = createServer(app).listen(options.port, "127.0.0.1");
  await once(server, "listening");
  play();
  return server;
}

async function run(): Promise<void> {
  const options = demoOptions(process.argv.slice(2), process.env, Date.now());
  if (options === "help") return console.log(HELP);
  const demo = await startDemo(options);
  let server: Server | undefined;
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return; // npm passes on what the terminal has sent already
    isStopping = true;
    server?.close();
    server?.closeAllConnections();
    await demo.stop();
    demo.forget();
    process.exit(options.exit ? 1 : 0); // a day that was to be played to its end was not
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  if (options.exit) return playToTheEnd(demo, options);
  server = await showPage(demo, options);
  const { port } = server.address() as AddressInfo;
  console.log(
    `Open http://localhost:${port} to see a day of meetings, ${options.speed} times as fast. Ctrl-C ends it.`,
  );
  console.log(`The notifier's own log: ${demo.logFile}`);
}

async function playToTheEnd(demo: Demo, { timeZone }: DemoOptions): Promise<void> {
  try {
    const { taken, notTaken } = await demo.play();
    await demo.settled();
    console.log(finalMessages(demo, timeZone));
    console.log(`\n${taken} deliveries were taken, ${notTaken} were not.`);
  } finally {
    await demo.stop();
  }
  demo.forget();
}

await run().catch((err: unknown) => {
  const isTaken = err instanceof Error && "code" in err && err.code === "EADDRINUSE";
  console.error(
    isTaken ? "The port is in use: choose another one with --port." : err instanceof Error ? err.message : err,
  );
  process.exit(1);
});
