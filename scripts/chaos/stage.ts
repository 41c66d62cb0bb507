import { randomUUID } from "node:crypto";
import { connectRedis, whenReady } from "../../src/redis/connect.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { startSlack } from "../../test/stand-ins/slack.ts";
import { heardThen } from "../../test/story/past.ts";
import { CHANNELS, type ChannelId } from "./deliveries.ts";
import { PROCESSES_EACH, type ProcessName } from "./faults.ts";
import type { Journal } from "./journal.ts";
import { openLastingRedis } from "./lasting-redis.ts";
import type { Plan } from "./plan.ts";
import { dice } from "./random.ts";
import { openSeat, type Seat } from "./seat.ts";

export type Stage = Awaited<ReturnType<typeof openStage>>;

const prefixOf = (channel: ChannelId) => `{chaos-${channel}}`;
/** Time in which a fact may come, or a process die. */
const SLACK_TAKES_MS = { least: 40, most: 1_200 };
/** After trouble everybody needs a while to see that it is over. */
const TROUBLE_LASTS_MS = 15_000;

/** A Redis, a Slack with its limits, and the notifiers of each channel. */
export async function openStage(journal: Journal, { seed, silent }: Pick<Plan, "seed" | "silent">) {
  const redis = await openLastingRedis();
  const { between } = dice(seed);
  // another run's notifiers may listen where one of ours did
  const secrets = { zoom: randomUUID(), token: `xoxb-${randomUUID()}`, signing: randomUUID() };
  const slack = await startSlack({
    botToken: secrets.token,
    signingSecret: secrets.signing,
    latencyMs: () => between(SLACK_TAKES_MS.least, SLACK_TAKES_MS.most),
    channels: CHANNELS.map((id) => ({ id, name: id.slice(2).toLowerCase() })),
  });
  for (const { channel, heard } of silent) {
    await heardThen({ redis, prefix: prefixOf(channel), channel }, heard);
  }
  const isRedisInTrouble = () => redis.troubles.some(({ to }) => Date.now() < to + TROUBLE_LASTS_MS);
  const seats: Seat[] = await Promise.all(
    CHANNELS.flatMap((channel) =>
      Array.from({ length: PROCESSES_EACH }, (_, place) =>
        openSeat({
          channel,
          place,
          socketPath: redis.socketPath,
          journal,
          isRedisInTrouble,
          env: settings(channel, slack.apiUrl, secrets),
        }),
      ),
    ),
  );
  const killAll = () => {
    for (const seat of seats) {
      const pid = seat.pid();
      if (pid) process.kill(pid, "SIGKILL");
    }
  };
  process.on("exit", killAll); // also frozen ones, which would stay for ever
  await Promise.all(seats.map((seat) => seat.start()));

  const ofChannel = (channel: ChannelId) => seats.filter((seat) => seat.channel === channel);
  return {
    zoomSecret: secrets.zoom,
    secrets: Object.values(secrets),
    redis,
    slack,
    seats: seats as readonly Seat[],
    ofChannel,
    seat({ channel, place }: ProcessName): Seat {
      return ofChannel(channel)[place] as Seat;
    },
    /** Whether nobody has or will have anything to do for the channel. */
    isCalm: (channel: ChannelId) =>
      asked(redis.url, async (client) => (await client.zcard(redisKeys(prefixOf(channel)).channels)) === 0),
    /** What is still due in a channel, or held by somebody: nothing, when it is calm. */
    leftIn: (channel: ChannelId) =>
      asked(redis.url, async (client) => {
        const keys = redisKeys(prefixOf(channel));
        const due = await client.zrange(keys.due(`slack:${channel}`), "0", "-1");
        const holder = await client.hget(keys.gate(`slack:${channel}`), "token");
        return [...due.map((card) => `due: ${card}`), ...(holder ? [`held by ${holder}`] : [])];
      }),
    /** Everything is ended at once, in whatever state it is. */
    async close() {
      process.off("exit", killAll);
      await Promise.all(seats.map((seat) => seat.abandon()));
      await slack.close();
      await redis.close();
    },
  };
}

async function asked<T>(url: string, question: (client: ReturnType<typeof connectRedis>) => Promise<T>): Promise<T> {
  const client = connectRedis(url);
  try {
    await whenReady(client, 5_000);
    return await question(client);
  } finally {
    client.disconnect();
  }
}

interface Secrets {
  zoom: string;
  token: string;
  signing: string;
}

function settings(channel: ChannelId, slackApi: string, { zoom, token, signing }: Secrets) {
  return (redisUrl: string): Record<string, string> => ({
    PORT: "0",
    HOST: "127.0.0.1",
    REDIS_URL: redisUrl,
    REDIS_PREFIX: prefixOf(channel),
    ZOOM_WEBHOOK_SECRET: zoom,
    SLACK_BOT_TOKEN: token,
    SLACK_SIGNING_SECRET: signing,
    SLACK_API_URL: slackApi,
    SLACK_CHANNEL: channel,
    DIGEST_DAYS: "off",
  });
}
