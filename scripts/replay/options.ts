import { parseArgs } from "node:util";

/** What somebody typed that cannot be done, said so that they can mend it. */
export class Mistake extends Error {}

export interface Options {
  file: string;
  url: string;
  secret: string;
  /** Decides what is dropped, sent twice and in which order. */
  seed: number;
  isShuffled: boolean;
  drop: number;
  twice: number;
  /** Absent: as fast as the answers come. */
  speed?: number;
  asIs: boolean;
  verbose: boolean;
}

export const HELP = `Sends recorded Zoom deliveries, newly signed, to a running notifier.

  npm run replay -- FILE.ndjson [options]

FILE has one delivery a line: {"received_at": <milliseconds>, "raw": "<the body>"} or the bare body. Recordings are
played in the order of received_at; bare bodies in the order of the file. One delivery is sent at a time, the next one
when the answer is there.

  --to URL         where to; otherwise http://localhost:PORT/zoom/webhook, PORT from the environment, else 3000
  --speed N        keep the recorded pauses, divided by N; otherwise as fast as the answers come
  --shuffle [SEED] in another order, the same one for the same seed
  --drop 0.1       leave out this share of the deliveries
  --twice 0.2      send this share of the deliveries twice
  --seed SEED      repeat a run: the same deliveries are dropped, doubled and shuffled in the same way
  --as-is          send the bodies byte for byte; otherwise all times in them are moved by the same whole seconds, so
                   that the recording ends now
  --verbose        one line for each delivery
  --help           this text

ZOOM_WEBHOOK_SECRET signs the deliveries (the first one, if there are several). Ends with 0 if every answer was 200,
with 1 if not, with 2 if it could not begin.`;

/** Reads the command line and the environment. Throws a `Mistake` for anything that cannot be done. */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): Options | "help" {
  const { values, positionals } = parse(withValuesJoined(args));
  if (values.help) return "help";
  const [file, ...more] = positionals;
  if (file === undefined) throw new Mistake("Which recording? Name a file: npm run replay -- FILE.ndjson");
  if (more.length > 0) throw new Mistake(`One file at a time, please: what is ${JSON.stringify(more[0])}?`);
  const speed = values.speed === undefined ? undefined : number("speed", values.speed, 0.001, 1_000_000);
  return {
    file,
    url: target(values.to, env),
    secret: secretFrom(env),
    seed: seedFrom(values.seed, values.shuffle),
    isShuffled: values.shuffle !== undefined,
    drop: number("drop", values.drop ?? "0", 0, 1),
    twice: number("twice", values.twice ?? "0", 0, 1),
    ...(speed !== undefined && { speed }),
    asIs: values["as-is"] ?? false,
    verbose: values.verbose ?? false,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        to: { type: "string" },
        speed: { type: "string" },
        shuffle: { type: "string" },
        drop: { type: "string" },
        twice: { type: "string" },
        seed: { type: "string" },
        "as-is": { type: "boolean" },
        verbose: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    const [because] = (error as Error).message.split(/\.?\n|\. /);
    const inOurWords = because?.replace(/( <value>)?' argument (is ambiguous|missing)/, "' needs a value");
    throw new Mistake(`${inOurWords}. npm run replay -- --help lists what there is.`);
  }
}

/** `--shuffle` may stand alone and a value may be negative by mistake: `parseArgs` knows neither. */
function withValuesJoined(args: string[]): string[] {
  return args.flatMap((arg, index) => {
    const [before = "", after = ""] = [args[index - 1], args[index + 1]];
    if (/^--\w/.test(arg) && NEGATIVE.test(after)) return [`${arg}=${after}`];
    if (/^--\w/.test(before) && NEGATIVE.test(arg)) return [];
    return arg === "--shuffle" && !/^[\d.]+$/.test(after) ? ["--shuffle="] : [arg];
  });
}

const NEGATIVE = /^-[\d.]/;

function number(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= least && value <= most) return value;
  throw new Mistake(`--${name} must be a number from ${least} to ${most}, not ${JSON.stringify(text)}.`);
}

const MOST_SEEDS = 2 ** 32 - 1;

function seedFrom(seed?: string, shuffle?: string): number {
  const [first, second] = [seed, shuffle].filter((given) => given !== undefined && given !== "");
  if (first === undefined) return Math.floor(Math.random() * 1_000_000);
  if (second !== undefined && second !== first)
    throw new Mistake("--seed and --shuffle name two seeds: leave one out.");
  const name = seed === undefined ? "shuffle" : "seed";
  if (!/^\d+$/.test(first)) throw new Mistake(`--${name} must be a whole number, not ${JSON.stringify(first)}.`);
  return number(name, first, 0, MOST_SEEDS);
}

function target(to: string | undefined, { PORT }: NodeJS.ProcessEnv): string {
  const port = PORT || "3000";
  if (to === undefined && !(/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535))
    throw new Mistake(
      `PORT must be a number from 1 to 65535, not ${JSON.stringify(port)}; or name an address with --to.`,
    );
  const url = URL.parse(to ?? `http://localhost:${port}/zoom/webhook`);
  const isWeb = url?.protocol === "http:" || url?.protocol === "https:";
  if (!url || !isWeb || url.username || url.password)
    throw new Mistake(
      "--to must be an http or https address without a user name, like http://localhost:3000/zoom/webhook.",
    );
  return url.href;
}

function secretFrom({ ZOOM_WEBHOOK_SECRET }: NodeJS.ProcessEnv): string {
  const [secret] = (ZOOM_WEBHOOK_SECRET ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
  if (secret) return secret;
  throw new Mistake("ZOOM_WEBHOOK_SECRET is missing: set it, in .env or before the command, to the notifier's own.");
}
