import type { AddressInfo } from "node:net";
import { answerStatus, statusOf } from "./answer-status.ts";
import { answers } from "./answers.ts";
import { statusLine } from "./card/status-card.ts";
import { cardFor } from "./card-for.ts";
import { closeSilent } from "./close-silent.ts";
import { type Config, configFrom, WrongSettings } from "./config.ts";
import { LEASE_MS, startCourier } from "./courier.ts";
import { crashPoint } from "./crash-point.ts";
import { everyMinute } from "./every-minute.ts";
import { cardOrFinalReply } from "./final-reply.ts";
import { followChannel, followFurther } from "./follow-channel.ts";
import { health } from "./health.ts";
import { decisionKeeper } from "./keep-decision.ts";
import { log } from "./log.ts";
import { sharingWatch } from "./look-at-sharing.ts";
import type { Instant } from "./meeting/fact.ts";
import { metrics } from "./metrics.ts";
import { drawnChart } from "./picture/chart.ts";
import type { Claim } from "./ports.ts";
import { makeDigestsDue } from "./post-digest.ts";
import { myDays } from "./post-my-day.ts";
import { tellWhoSubscribed } from "./post-refusal.ts";
import { makeWeeksDue } from "./post-week.ts";
import { readAhead } from "./read-ahead.ts";
import { recordFact } from "./record-fact.ts";
import { redisAudit } from "./redis/audit.ts";
import { redisChoices } from "./redis/choices.ts";
import { connectRedis, whenReady } from "./redis/connect.ts";
import { deadLettersSince, keepDeadLetter } from "./redis/dead-letters.ts";
import { redisDecisions } from "./redis/decisions.ts";
import { redisDesk } from "./redis/desk.ts";
import { redisFacts } from "./redis/facts.ts";
import { fitness, fitnessWatch, takesWrites } from "./redis/fitness.ts";
import { redisInstallations } from "./redis/installations.ts";
import { redisKeys } from "./redis/keys.ts";
import { redisMoves } from "./redis/move-channel.ts";
import { redisPlans } from "./redis/plans.ts";
import { reopen, reopenChannel } from "./redis/reopen.ts";
import { sealing } from "./redis/sealing.ts";
import { seenEvents } from "./redis/seen-events.ts";
import { redisSubscriptions } from "./redis/subscriptions.ts";
import { zoomSigns } from "./redis/zoom-signs.ts";
import { redisZoomUsers } from "./redis/zoom-users.ts";
import { closed, isLocal, listening, nothingHere, plainExpress, withoutStackTrace } from "./serve.ts";
import { acceptance } from "./slack/accepted.ts";
import { slackDoor } from "./slack/door.ts";
import { installPages } from "./slack/install.ts";
import { installedTeams, uninstalled } from "./slack/installations.ts";
import { slackLogger } from "./slack/logger.ts";
import { CLIENT_OPTIONS } from "./slack/platform.ts";
import { sharingIn } from "./slack/sharing.ts";
import { platformName, workspaces } from "./slack/workspaces.ts";
import { changeSubscription, showChanges } from "./subscribe.ts";
import { type Book, everyMeeting } from "./subscription/book.ts";
import type { Choosers } from "./subscription/chooser.ts";
import { CALL_TIMEOUT_MS } from "./update-card.ts";
import { VERSION } from "./version.ts";
import { zoomWebhook } from "./zoom/webhook.ts";

export interface Notifier {
  /** Where it listens. */
  port: number;
  /** No new requests; what runs is finished; then everything is closed. Resolves within 10 s. */
  stop(): Promise<void>;
}

const AUDITED = 50;
const CHOOSES_NOTHING = { whenLiveWithoutMe: false };
const SEEN_AT_HOME = new Set(["started", "ended", "not ended after all"]);
const WEBHOOK = "/zoom/webhook";
const DAY_MS = 24 * 3_600_000;
const REDIS_WITHIN_MS = 10_000;

/** Starts the whole notifier. Rejects with a sentence for the operator when it cannot work as it is set up. */
export async function startNotifier(config: Config): Promise<Notifier> {
  const now = Date.now;
  const redis = connectRedis(config.REDIS_URL, config.REDIS_CA);
  try {
    await whenReady(redis, REDIS_WITHIN_MS);
    const { faults, warnings } = await fitness(redis);
    if (faults.length > 0) throw new WrongSettings(faults.map((fault) => `REDIS_URL: ${fault}`));
    for (const warning of warnings) log.warn(`Redis: ${warning}`);
  } catch (err) {
    redis.disconnect();
    throw err;
  }

  const { TIME_ZONE: timeZone } = config;
  const retentionMs = config.RETENTION_DAYS * DAY_MS;
  const keys = redisKeys(config.REDIS_PREFIX);
  const facts = redisFacts(redis, keys, { retentionMs });
  const plans = redisPlans(redis, keys, { retentionMs });
  const desk = redisDesk(redis, keys, { leaseMs: LEASE_MS, retentionMs });
  const decisions = redisDecisions(redis, keys, { retentionMs });
  const signs = zoomSigns(redis, keys, { retentionMs });
  const keepDecision = decisionKeeper({ decisions, now });
  const defaults = { timeZone, digestAt: config.DIGEST_AT, digestDays: config.DIGEST_DAYS };
  const always = config.SLACK_CHANNEL ? [`slack:${config.SLACK_CHANNEL}`] : [];
  const subscriptions = redisSubscriptions(
    redis,
    keys,
    new Map(always.map((channel) => [channel, everyMeeting(defaults)])),
  );
  const choices = redisChoices(redis, keys);
  const zoomUsers = redisZoomUsers(redis, keys, { retentionMs });
  const { ids: hostIds, learn } = zoomUsers;
  const days = myDays({ facts, desk, planned: plans.between, hostIds });
  const wishing = {
    ...{ facts, subscriptions, choices, hostIds, learn, myDays: days },
    people: config.PEOPLE,
    stateOf: desk.stateOf,
  };
  const audit = redisAudit(redis, keys);
  const ask = answers({
    ...{ facts, plans, subscriptions, retentionMs, now, decisions, stateOf: desk.stateOf },
    ...{ visibility: config.VISIBILITY, people: config.PEOPLE, hostIds, always: new Set(always) },
  });
  const numbers = metrics();

  const clientOptions = {
    ...CLIENT_OPTIONS,
    slackApiUrl: config.SLACK_API_URL,
    timeout: CALL_TIMEOUT_MS,
    fetch: inTime,
    logger: slackLogger("web-api"),
  };
  const installations = config.SLACK_TOKEN_KEY && redisInstallations(redis, keys, sealing(config.SLACK_TOKEN_KEY));
  const slack = workspaces({
    ...{ clientOptions, now, timeZone, drawChart: drawnChart },
    token: config.SLACK_BOT_TOKEN,
    installed: installations && installedTeams(installations, config.SLACK_TEAMS),
  });
  const sharing = sharingIn(slack);
  const ownCard = (claim: Claim) => cardFor({ ...wishing, sharing }, claim, now());
  const courier = startCourier({
    desk,
    platforms: { get: async (address) => (await slack.at(address))?.platform },
    cardFor: (claim) => cardOrFinalReply({ desk, cardFor: ownCard }, claim),
    now,
    leaseMs: LEASE_MS,
    inDoubt: config.IN_DOUBT,
    onOutcome: (claim, outcome) => {
      const { kind, because } = outcome;
      numbers.cards.inc({ platform: platformName(claim.channel.split(":", 1)[0] ?? ""), outcome: kind, because });
      keepDecision(claim, outcome);
      if (kind === "upToDate" && SEEN_AT_HOME.has(because)) line.refreshHome();
      tellWhoSubscribed({ subscriptions, desk }, claim, outcome).then(
        () => kind === "refused" && courier.wake(),
        (err: unknown) => log.warn({ err }, "who subscribed a channel is told with its next refusal that it refuses"),
      );
    },
  });

  const web = plainExpress();
  const webhook = zoomWebhook({
    secrets: config.ZOOM_WEBHOOK_SECRET,
    maxAgeMs: config.ZOOM_MAX_AGE_S * 1_000,
    webinars: config.ZOOM_WEBINARS === "on",
    now,
    async onFact(fact, event) {
      crashPoint("before-keep");
      const kept = await recordFact({ facts, subscriptions, choices, hostIds, retentionMs }, fact, now());
      crashPoint("after-keep");
      numbers.facts.inc({ event, kept });
      log.info({ uuid: fact.about.uuid, event, kept }, "fact");
      if (kept === "new") courier.wake();
    },
    async onPlan(fact, event) {
      const kept = await plans.keep(fact);
      numbers.facts.inc({ event, kept });
      log.info({ event, kept }, "what is planned");
    },
    onSigned: (what) => signs.saw(what, now()),
    onDeadLetter: (letter) => keepDeadLetter(redis, keys, letter),
    onAnswer: (status, because) => numbers.deliveries.inc({ status, because }),
  });
  web.all(WEBHOOK, webhook);
  const slackAccepts = acceptance(slack, {
    shutOut: desk.shutOut,
    isNobodyThere: installations?.canBeOpened,
    onCount({ accept, refuse }) {
      numbers.workspaces.set({ state: "accepts" }, accept);
      numbers.workspaces.set({ state: "refuses" }, refuse);
    },
  });
  const staysFit = fitnessWatch(redis);
  const trouble = health(
    [
      { name: "redis", goodForMs: 0, works: () => takesWrites(redis, keys.probe).then(staysFit) },
      { name: "slack", goodForMs: SLACK_GOOD_FOR_MS, works: slackAccepts },
      { name: "socket mode", goodForMs: 0, works: () => line.works() },
    ],
    now,
  );
  web.get("/healthz", (_, response) => void response.type("text").send("alive\n"));
  web.get("/readyz", async (_, response) => {
    const lines = await trouble();
    response
      .status(lines.length === 0 ? 200 : 503)
      .type("text")
      .send(`${lines.join("\n") || "ready"}\n`);
  });
  const metricsWeb = config.METRICS_PORT ? plainExpress() : web;
  metricsWeb.get("/metrics", async (request, response, next) => {
    if (metricsWeb === web && !isLocal(request)) return next();
    response.type(numbers.registry.contentType).send(await numbers.registry.metrics());
  });
  const statusSources = {
    ...{ signs, decisions, troubles: trouble, book: subscriptions.book, version: VERSION },
    unreadableSince: (at: Instant) => deadLettersSince(redis, keys, at),
  };
  const subscribing = { subscriptions, facts, desk, audit, defaults, hostIds };
  const following = { moves: redisMoves(redis, keys, { retentionMs }), subscriptions };
  const line = slackDoor({
    web,
    signingSecret: config.SLACK_SIGNING_SECRET,
    appToken: config.SLACK_APP_TOKEN,
    now,
    workspaces: slack,
    told: seenEvents(redis, keys),
    clientOptions,
    ...(installations && {
      uninstalled: uninstalled({ store: installations, clientOptions, onUninstalled: async () => {} }),
    }),
    ...ask,
    status: (asker) => answerStatus(statusSources, asker, now()),
    subscribers: {
      book: subscriptions.fresh,
      change: (channel, change, by) => changeSubscription(subscribing, channel, change, by, now()),
      begins: (zone) => everyMeeting({ ...defaults, timeZone: zone }, now()),
      meetings: ask.meetings,
      whoMay: config.WHO_MAY_CONFIGURE,
    },
    onSubscribed: () => courier.wake(),
    home: {
      today: ask.today,
      audit: () => audit.latest(AUDITED),
      refusals: async () => new Map((await decisions.refusals()).map(({ channel, because }) => [channel, because])),
      async retry(channel) {
        await reopenChannel(redis, keys, channel);
        courier.wake();
      },
      choices: {
        of: async (person) => (await choices.fresh()).people.get(person)?.choices ?? CHOOSES_NOTHING,
        choose: async (person, chosen, who) => void (await choices.change(person, () => ({ choices: chosen, ...who }))),
      },
      status: async (asker) => statusLine(await statusOf(statusSources, asker, now())),
    },
    async move(from, to) {
      await followChannel(following, from, to);
      courier.wake();
    },
  });
  if (installations) {
    await installations.sealAnew();
    installPages({
      ...{ web, clientOptions, store: installations, isAlone: slack.isAlone },
      ...installing(config),
      async onInstalled(address) {
        await reopen(redis, keys, address);
        courier.wake();
      },
    });
  }
  for (const app of new Set([web, metricsWeb])) app.use(nothingHere, withoutStackTrace);

  const lookAtSharing = sharingWatch({
    subscriptions,
    change: (channel, what) => changeSubscription(subscribing, channel, what, { timeZone }, now()),
    sharing,
  });
  const lookAfter = async () => {
    await staysFit().catch(() => {}); // it has said so, once, and so does /readyz
    const asked = () => Promise.all([subscriptions.book(), choices.chosen()]);
    const each = async (what: string, work: (book: Book, people: Choosers["people"]) => Promise<void>) =>
      inTheNextMinute(
        what,
        asked().then(([book, { people }]) => work(book, people)),
      );
    await each("Zoom's users", () => zoomUsers.refresh());
    await each("channels with another name", (book) => followFurther(following, book));
    await inTheNextMinute("changes that are not shown yet", showChanges(subscribing, now()));
    await each("silent meetings", (book, people) => closeSilent({ facts, desk, book, people, hostIds }, now()));
    await each("finished meetings", (book) => facts.packFinished([...book.channels.keys()]));
    await each("shared channels", lookAtSharing);
    await each("channels", (book) => readAhead({ desk, book }, now()));
    await each("digests", (book) => makeDigestsDue({ facts, desk, book, hostIds }, now()));
    await each("weekly digests", (book) => makeWeeksDue({ desk, book }, now()));
    await each("people's days", (_, people) => days.makeDue(people, now()));
    courier.wake();
    line.refreshHome();
  };
  const minutes = everyMinute(lookAfter);
  await lookAfter();

  const server = await listening(web, config.PORT, config.HOST, new Map([[WEBHOOK, webhook]]));
  const metricsServer = config.METRICS_PORT && (await listening(metricsWeb, config.METRICS_PORT, config.HOST));
  line.start();
  const { port } = server.address() as AddressInfo;
  log.info({ port }, "ready for Zoom's deliveries");
  return {
    port,
    async stop() {
      await Promise.all([
        closed(server),
        line.stop(),
        metricsServer && closed(metricsServer),
        minutes.destroy(),
        courier.stop(),
      ]);
      await line.answered();
      redis.disconnect();
    },
  };
}

const inTime: typeof fetch = (input, init) =>
  fetch(input, { ...init, signal: init?.signal ?? AbortSignal.timeout(CALL_TIMEOUT_MS), redirect: "error" });

/** What fails now is done by the next look-out, or by another process. */
async function inTheNextMinute(what: string, work: Promise<void>): Promise<void> {
  await work.catch((err: unknown) => log.warn({ err }, `${what} are looked after in the next minute`));
}

/** Who may install the app, and how Slack knows that it is ours; `configFrom` saw that all of it is there. */
function installing(config: Config) {
  const { SLACK_CLIENT_ID = "", SLACK_CLIENT_SECRET = "", SLACK_REDIRECT_URL = "", SLACK_STATE_SECRET = "" } = config;
  if (!config.SLACK_TEAMS) {
    log.warn("any workspace may install the app and then see your meetings: SLACK_TEAMS tells which ones may");
  }
  return {
    clientId: SLACK_CLIENT_ID,
    clientSecret: SLACK_CLIENT_SECRET,
    redirectUrl: SLACK_REDIRECT_URL,
    stateSecret: SLACK_STATE_SECRET,
    allowed: config.SLACK_TEAMS,
  };
}

/** Slack is asked no oftener; Redis costs nothing to ask. */
const SLACK_GOOD_FOR_MS = 15_000;

const STOP_WITHIN_MS = 9_000;

/** The process: starts, says what is wrong in plain words if it cannot, and drains on SIGTERM and SIGINT. */
async function run(): Promise<void> {
  const starting = startFrom(process.env);
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    log.info("stopping: what runs is finished first");
    setTimeout(() => {
      log.warn("not everything was finished in time; its leases end by themselves");
      process.exit(0);
    }, STOP_WITHIN_MS).unref();
    await (await starting).stop();
    log.info("stopped");
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  await starting.catch((err: unknown) => {
    process.stderr.write(`${saying(err)}\n`);
    process.exit(1);
  });
}

function saying(err: unknown): string {
  if (err instanceof WrongSettings) return err.message;
  if (err instanceof Error && "port" in err && "code" in err && err.code === "EADDRINUSE") {
    return `Port ${err.port} is in use: stop what listens there, or set PORT (or METRICS_PORT).`;
  }
  return `The notifier cannot start: ${err instanceof Error ? err.message : String(err)}`;
}

async function startFrom(env: NodeJS.ProcessEnv): Promise<Notifier> {
  return startNotifier(configFrom(env));
}

if (import.meta.main) await run();
