import { readFileSync } from "node:fs";
import { IANAZone } from "luxon";
import { z } from "zod";
import { redisAddress } from "./redis/address.ts";

export type Config = z.output<typeof Settings>;

/** Names every setting that is missing or wrong, each with how to mend it. */
export class WrongSettings extends Error {
  constructor(faults: readonly string[]) {
    super(`The settings need mending:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
    this.name = "WrongSettings";
  }
}

/** The settings, checked once. Throws `WrongSettings` with every setting that is wrong, never only the first. */
export function configFrom(env: Readonly<Record<string, string | undefined>>): Config {
  // an empty line in .env is a setting that is not set
  const set = Object.entries(env).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : []));
  const checked = Settings.safeParse(Object.fromEntries(set));
  if (checked.success) return checked.data;
  const bySetting = Map.groupBy(checked.error.issues, ({ path }) => String(path[0]));
  throw new WrongSettings([...bySetting].map(([setting, [first]]) => `${setting}: ${first?.message}`));
}

const PLACEHOLDER = /^(xoxb-)?(change.?me.*|your[-_ ].*|<.*>|secret|todo|x+|\.\.\.|…)?$/i;

const text = (mend: string) => z.string({ error: `is missing. ${mend}` });
const secret = (mend: string) =>
  text(mend).refine((value) => !PLACEHOLDER.test(value), `is still a placeholder. ${mend}`);
const whole = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number({ error }).int(error).min(least, error).max(most, error);
};
const webAddress = z.url({ protocol: /^https?$/, error: "must be a web address like https://slack.com/api/" });

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAYS_HELP = "must be days like mon-fri, or mon,wed,fri, or daily, or off";

const Days = z.string().transform((said, context): ReadonlySet<number> => {
  const days = said.toLowerCase().replaceAll(" ", "");
  if (days === "off") return new Set();
  const parts = days === "daily" ? ["mon-sun"] : days.split(",");
  const numbers = parts.flatMap((part) => {
    const [from = "", to = from, ...more] = part.split("-");
    const [first, last] = [DAYS.indexOf(from), DAYS.indexOf(to)];
    if (first < 0 || last < 0 || more.length > 0) return [Number.NaN];
    const count = ((last - first + 7) % 7) + 1;
    return Array.from({ length: count }, (_, step) => ((first + step) % 7) + 1);
  });
  if (numbers.some(Number.isNaN)) context.addIssue({ code: "custom", message: DAYS_HELP });
  return new Set(numbers);
});

const ZOOM_HELP = "Zoom shows it in your app under Features > Event Subscriptions, as Secret Token.";

const SecretList = text(ZOOM_HELP).transform((list, context) => {
  const secrets = list
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  if (secrets.length === 0) context.addIssue({ code: "custom", message: `is empty. ${ZOOM_HELP}` });
  if (secrets.some((one) => PLACEHOLDER.test(one))) {
    context.addIssue({ code: "custom", message: `is still a placeholder. ${ZOOM_HELP}` });
  }
  return secrets;
});

const SLACK_HELP = "Create a Slack app from manifest.yml, or see it work without one: npm run demo.";

const RedisUrl = text(
  "npm start brings a private Redis along; elsewhere set it, for example redis://localhost:6379.",
).superRefine((url, context) => {
  try {
    redisAddress(url);
  } catch (err) {
    context.addIssue({ code: "custom", message: (err as Error).message });
  }
});

const PEM = /-----BEGIN CERTIFICATE-----.+-----END CERTIFICATE-----/s;

/** The path of a PEM file, or what would stand in it, also with \n for its line ends. */
const Certificates = z.string().transform((said, context) => {
  const isPath = !said.startsWith("-----BEGIN");
  const pem = isPath ? contentOf(said) : said.replaceAll("\\n", "\n");
  if (pem !== undefined && PEM.test(pem)) return pem;
  const wrong = pem === undefined ? "names a file that cannot be read" : "is no certificate";
  context.addIssue({ code: "custom", message: `${wrong}: it must be a PEM file's path, or the PEM itself` });
  return z.NEVER;
});

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // told as a fault of the setting
  }
}

const Environment = z.object({
  PORT: whole(0, 65_535).default(3000),
  HOST: z.string().optional(),
  REDIS_URL: RedisUrl,
  REDIS_CA: Certificates.optional(),
  REDIS_PREFIX: z
    .string()
    .regex(/^[^{}\s]*\{[^{}\s]+\}[^{}\s]*$/, "must contain one {hash tag}, like {meetings}")
    .default("{meetings}"),
  ZOOM_WEBHOOK_SECRET: SecretList,
  ZOOM_MAX_AGE_S: whole(1, 86_400).default(300),
  ZOOM_WEBINARS: z.enum(["on", "off"], { error: "must be on or off" }).default("off"),
  SLACK_BOT_TOKEN: secret(SLACK_HELP).regex(/^xox/, "must be the Bot User OAuth Token, which begins with xoxb-"),
  SLACK_SIGNING_SECRET: secret(`Slack shows it under Basic Information. ${SLACK_HELP}`),
  SLACK_API_URL: webAddress.default("https://slack.com/api/"),
  SLACK_CHANNEL: z
    .string()
    .regex(
      /^[CGD][A-Z0-9]{2,}$/,
      "must be a channel's id like C0123ABCD: in Slack, open the channel's details and look at the end",
    )
    .optional(),
  VISIBILITY: z.enum(["everyone", "channel"], { error: "must be everyone or channel" }).optional(),
  WHO_MAY_CONFIGURE: z.enum(["members", "admins"], { error: "must be members or admins" }).default("members"),
  TIME_ZONE: z
    .string()
    .refine((zone) => IANAZone.isValidZone(zone), "must be a time zone's name like Europe/Vienna or UTC")
    .default("UTC"),
  DIGEST_AT: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time like 18:00")
    .default("18:00"),
  DIGEST_DAYS: Days.default(new Set([1, 2, 3, 4, 5])),
  RETENTION_DAYS: whole(1, 3_650).default(90),
  PEOPLE: z.enum(["names", "counts"], { error: "must be names or counts" }).default("names"),
  IN_DOUBT: z.enum(["post-again", "leave-out"], { error: "must be post-again or leave-out" }).default("post-again"),
  METRICS_PORT: whole(1, 65_535).optional(),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "silent"], {
      error: "must be trace, debug, info, warn, error or silent",
    })
    .default("info"),
});

const Settings = Environment.superRefine(({ REDIS_URL, REDIS_CA }, context) => {
  if (REDIS_CA === undefined || REDIS_URL.startsWith("rediss")) return;
  const message = "is set, but REDIS_URL does not begin with rediss: nothing would be encrypted";
  context.addIssue({ code: "custom", path: ["REDIS_CA"], message });
});
