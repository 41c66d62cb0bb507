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
  const settings = Object.fromEntries(set);
  const checked = Settings.safeParse(settings);
  const missing = slackFaults(settings);
  if (checked.success && missing.length === 0) return checked.data;
  const wrong = checked.error?.issues.map(({ path, message }) => ({ setting: String(path[0]), message })) ?? [];
  const bySetting = Map.groupBy([...wrong, ...missing], ({ setting }) => setting);
  throw new WrongSettings([...bySetting].map(([setting, [first]]) => `${setting}: ${first?.message}`));
}

const PLACEHOLDER = /^(xoxb-|xapp-)?(change.?me.*|your[-_ ].*|<.*>|secret|todo|x+|\.\.\.|…)?$/i;

/** Tokens and secrets are letters, digits and signs of ASCII in one piece. */
const NO_BLANKS = /^[!-~]*$/;

const text = (mend: string) => z.string({ error: `is missing. ${mend}` });
const secret = (mend: string) =>
  text(mend)
    .refine((value) => !PLACEHOLDER.test(value), `is still a placeholder. ${mend}`)
    // it would be sent in a header, and whoever refuses to do so quotes it
    .refine((value) => NO_BLANKS.test(value), `has blanks or other strange characters in it: paste it again. ${mend}`);
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

const listed = (list: string): string[] =>
  list
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");

const SecretList = text(ZOOM_HELP).transform((list, context) => {
  const secrets = listed(list);
  if (secrets.length === 0) context.addIssue({ code: "custom", message: `is empty. ${ZOOM_HELP}` });
  if (secrets.some((one) => PLACEHOLDER.test(one))) {
    context.addIssue({ code: "custom", message: `is still a placeholder. ${ZOOM_HELP}` });
  }
  return secrets;
});

const SIGNING_HELP = "Slack shows it under Basic Information. Socket Mode needs SLACK_APP_TOKEN instead.";
const SLACK_HELP = "Create a Slack app from manifest.yml, or see it work without one: npm run demo.";

const APP_HELP = "Slack shows it in your app under Basic Information.";
const OWN_SECRET = "must be a string of your own of at least 16 characters: openssl rand -base64 32 makes a good one";

/** What of Slack's settings is missing: which are needed depends on which others there are. */
function slackFaults(set: Record<string, string>): { setting: string; message: string }[] {
  const mayInstall = INSTALLING.some((setting) => set[setting]);
  const needed: (readonly [string, string])[] = [
    ...(mayInstall
      ? INSTALLING.map((setting) => [setting, INSTALLING_HELP] as const)
      : [["SLACK_BOT_TOKEN", SLACK_HELP] as const]),
    ...(set.SLACK_APP_TOKEN ? [] : [["SLACK_SIGNING_SECRET", SIGNING_HELP] as const]),
  ];
  const missing = needed
    .filter(([setting]) => !set[setting])
    .map(([setting, mend]) => ({ setting, message: `is missing. ${mend}` }));
  const isNowhere = mayInstall && set.SLACK_CHANNEL && !set.SLACK_BOT_TOKEN;
  return isNowhere ? [...missing, { setting: "SLACK_CHANNEL", message: NOWHERE }] : missing;
}

const INSTALLING = [
  "SLACK_CLIENT_ID",
  "SLACK_CLIENT_SECRET",
  "SLACK_REDIRECT_URL",
  "SLACK_STATE_SECRET",
  "SLACK_TOKEN_KEY",
];
const INSTALLING_HELP = `That workspaces may install the app needs all of ${INSTALLING.join(", ")}.`;
const NOWHERE =
  "is a channel in the workspace of SLACK_BOT_TOKEN, which is not set: use /meetings subscribe there instead";

const REDIRECT_HELP = "must be where the notifier is seen, like https://meetings.example.com/slack/oauth_redirect";

const RedirectUrl = z
  .url({ protocol: /^https?$/, error: REDIRECT_HELP })
  .refine((said) => said.endsWith("/slack/oauth_redirect"), REDIRECT_HELP)
  .refine((said) => /^https:|^http:\/\/(localhost|127\.0\.0\.1)[:/]/.test(said), "must begin with https://");

const TokenKeys = z.string().transform((list, context) => {
  const keys = listed(list);
  if (keys.length === 0 || keys.some((key) => key.length < 16))
    context.addIssue({ code: "custom", message: OWN_SECRET });
  return keys;
});

const TeamIds = z.string().transform((list, context) => {
  const message = "must be ids of workspaces like T0123ABCD, with commas between them";
  const teams = listed(list);
  if (!teams.every((id) => /^T[A-Z0-9]{2,}$/.test(id))) context.addIssue({ code: "custom", message });
  return new Set(teams);
});

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
  SLACK_BOT_TOKEN: secret(SLACK_HELP)
    .regex(/^xox/, "must be the Bot User OAuth Token, which begins with xoxb-")
    .optional(),
  SLACK_SIGNING_SECRET: secret(SIGNING_HELP).optional(),
  SLACK_APP_TOKEN: secret(APP_HELP)
    .regex(/^xapp-/, "must be an App-Level Token, which begins with xapp-")
    .optional(),
  SLACK_CLIENT_ID: z
    .string()
    .regex(/^\d+\.\d+$/, `must be the Client ID, two numbers with a dot. ${APP_HELP}`)
    .optional(),
  SLACK_CLIENT_SECRET: secret(APP_HELP).optional(),
  SLACK_REDIRECT_URL: RedirectUrl.optional(),
  SLACK_STATE_SECRET: z.string().min(16, OWN_SECRET).optional(),
  SLACK_TOKEN_KEY: TokenKeys.optional(),
  SLACK_TEAMS: TeamIds.optional(),
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
