import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { type StartedRedis, startRedis } from "../scripts/redis.mjs";
import { configFrom, WrongSettings } from "../src/config.ts";

const NEEDED = {
  REDIS_URL: "redis://localhost:6379",
  ZOOM_WEBHOOK_SECRET: "zm_test_secret_01",
  SLACK_BOT_TOKEN: "xoxb-stand-in",
  SLACK_SIGNING_SECRET: "stand-in-signing-secret",
};

/** One line for each setting that is wrong, by its name. */
function faults(env: Record<string, string | undefined>): Record<string, string> {
  try {
    configFrom(env);
    return {};
  } catch (err) {
    if (!(err instanceof WrongSettings)) throw err;
    const [, ...lines] = err.message.split("\n");
    const named = lines.map((line) => line.replace("  - ", "").split(": "));
    equal(new Set(named.map(([name]) => name)).size, lines.length, "a setting is named twice");
    return Object.fromEntries(named.map(([name, ...words]) => [name, words.join(": ")]));
  }
}

const faultOf = (setting: string, value: string) => faults({ ...NEEDED, [setting]: value })[setting];

describe("the settings", () => {
  test("that are missing are named all at once", () => {
    const missing = faults({});
    deepEqual(Object.keys(missing).sort(), Object.keys(NEEDED).sort());
    for (const words of Object.values(missing)) match(words, /^is missing\. \S/);
  });

  test("that are empty are as good as missing", () => {
    const empty = Object.fromEntries(Object.keys(NEEDED).map((name) => [name, "  "]));
    deepEqual(faults(empty), faults({}));
    equal(configFrom({ ...NEEDED, SLACK_CHANNEL: "", METRICS_PORT: " ", TIME_ZONE: "" }).TIME_ZONE, "UTC");
  });

  test("that nobody sets are what the manual says", () => {
    const { PORT, HOST, REDIS_PREFIX, ZOOM_MAX_AGE_S, SLACK_API_URL, SLACK_CHANNEL, ...rest } = configFrom(NEEDED);
    deepEqual(
      { PORT, HOST, REDIS_PREFIX, ZOOM_MAX_AGE_S, SLACK_API_URL, SLACK_CHANNEL },
      {
        PORT: 3000,
        HOST: undefined,
        REDIS_PREFIX: "{meetings}",
        ZOOM_MAX_AGE_S: 300,
        SLACK_API_URL: "https://slack.com/api/",
        SLACK_CHANNEL: undefined,
      },
    );
    const { TIME_ZONE, DIGEST_AT, DIGEST_DAYS, RETENTION_DAYS, PEOPLE, METRICS_PORT, LOG_LEVEL } = rest;
    deepEqual(
      { TIME_ZONE, DIGEST_AT, RETENTION_DAYS, PEOPLE, METRICS_PORT, LOG_LEVEL },
      {
        TIME_ZONE: "UTC",
        DIGEST_AT: "18:00",
        RETENTION_DAYS: 90,
        PEOPLE: "names",
        METRICS_PORT: undefined,
        LOG_LEVEL: "info",
      },
    );
    deepEqual([...DIGEST_DAYS], [1, 2, 3, 4, 5]);
  });

  test("may have blanks around them, as a .env file has", () => {
    const padded = Object.fromEntries(Object.entries(NEEDED).map(([name, value]) => [name, ` ${value} \r`]));
    const { PEOPLE, REDIS_URL, DIGEST_AT } = configFrom({ ...padded, PEOPLE: "counts ", DIGEST_AT: " 09:30" });
    deepEqual({ PEOPLE, REDIS_URL, DIGEST_AT }, { PEOPLE: "counts", REDIS_URL: NEEDED.REDIS_URL, DIGEST_AT: "09:30" });
  });
});

describe("a wrong setting", () => {
  const wrong: [string, string[], RegExp][] = [
    ["PORT", ["http", "-1", "65536", "80.5"], /whole number from 0 to 65535/],
    ["IN_DOUBT", ["perhaps"], /post-again or leave-out/],
    ["METRICS_PORT", ["0", "no"], /whole number from 1 to 65535/],
    ["REDIS_URL", ["localhost:6379", "http://localhost"], /must begin with redis:\/\//],
    ["REDIS_CA", ["/no/such/file.pem"], /names a file that cannot be read: it must be a PEM file's path/],
    ["REDIS_PREFIX", ["meetings", "{a}{b}", "{}"], /one \{hash tag\}/],
    ["ZOOM_MAX_AGE_S", ["0", "5m", "100000"], /whole number/],
    ["ZOOM_WEBINARS", ["yes"], /on or off/],
    ["SLACK_BOT_TOKEN", ["1234567890"], /begins with xoxb-/],
    ["SLACK_APP_TOKEN", ["xoxb-1234567890"], /begins with xapp-/],
    ["SLACK_TEAMS", ["acme", "T0123ABCD;T0456ABCD"], /ids of workspaces like T0123ABCD/],
    ["SLACK_API_URL", ["slack.com/api", "ftp://slack.com/"], /web address/],
    ["SLACK_CHANNEL", ["#general", "general", "c0123abcd"], /channel's id like C0123ABCD/],
    ["TIME_ZONE", ["Vienna", "CEST+1"], /time zone's name like Europe\/Vienna/],
    ["DIGEST_AT", ["6pm", "24:00", "9:00"], /a time like 18:00/],
    ["DIGEST_DAYS", ["weekdays", "mon-", "mon,,fri", "mon-wed-fri", "1-5"], /days like mon-fri/],
    ["RETENTION_DAYS", ["0", "forever"], /whole number/],
    ["PEOPLE", ["nobody"], /names or counts/],
    ["LOG_LEVEL", ["loud"], /trace, debug, info/],
  ];
  for (const [setting, values, words] of wrong) {
    test(`in ${setting} is named with how to mend it`, () => {
      for (const value of values) match(faultOf(setting, value) ?? "accepted", words, value);
    });
  }

  test("does not hide another one", () => {
    const several = Object.fromEntries(wrong.map(([setting, [value = ""]]) => [setting, value]));
    deepEqual(Object.keys(faults({ ...NEEDED, ...several })).sort(), wrong.map(([setting]) => setting).sort());
  });

  test("that is a secret is not repeated", () => {
    doesNotMatch(Object.values(faults({ ...NEEDED, SLACK_BOT_TOKEN: "hush-hush-1" })).join(), /hush/);
    doesNotMatch(Object.values(faults({ ...NEEDED, REDIS_URL: "http://:hush@localhost" })).join(), /hush/);
  });
});

describe("Socket Mode", () => {
  const { SLACK_SIGNING_SECRET: _, ...unsigned } = NEEDED;

  test("needs no signing secret", () => {
    const { SLACK_APP_TOKEN, SLACK_SIGNING_SECRET } = configFrom({ ...unsigned, SLACK_APP_TOKEN: "xapp-1-A0-2-3" });
    deepEqual([SLACK_APP_TOKEN, SLACK_SIGNING_SECRET], ["xapp-1-A0-2-3", undefined]);
    match(faults(unsigned).SLACK_SIGNING_SECRET ?? "accepted", /^is missing.*SLACK_APP_TOKEN instead/);
    match(faults({ ...unsigned, SLACK_APP_TOKEN: "xapp-your-token" }).SLACK_APP_TOKEN ?? "", /placeholder/);
  });
});

describe("that workspaces may install the app", () => {
  const { SLACK_BOT_TOKEN: _, ...open } = {
    ...NEEDED,
    SLACK_CLIENT_ID: "1234567890.0987654321",
    SLACK_CLIENT_SECRET: "stand-in-client-secret",
    SLACK_REDIRECT_URL: "https://meetings.example.com/slack/oauth_redirect",
    SLACK_STATE_SECRET: "a state secret of ours",
    SLACK_TOKEN_KEY: "the new key of ours, the previous one",
  };
  const INSTALLING = Object.keys(open).filter((name) => !(name in NEEDED));

  test("needs no token, and takes one all the same", () => {
    const { SLACK_BOT_TOKEN, SLACK_TOKEN_KEY, SLACK_TEAMS } = configFrom(open);
    deepEqual(
      [SLACK_BOT_TOKEN, SLACK_TOKEN_KEY, SLACK_TEAMS],
      [undefined, ["the new key of ours", "the previous one"], undefined],
    );
    equal(configFrom({ ...open, SLACK_BOT_TOKEN: "xoxb-1" }).SLACK_BOT_TOKEN, "xoxb-1");
    deepEqual([...(configFrom({ ...open, SLACK_TEAMS: "T0123, T0456" }).SLACK_TEAMS ?? [])], ["T0123", "T0456"]);
  });

  for (const setting of INSTALLING) {
    test(`needs ${setting}, and names whatever else is missing or wrong`, () => {
      deepEqual(Object.keys(faults({ ...open, [setting]: undefined, PORT: "x" })).sort(), ["PORT", setting]);
      const others = INSTALLING.filter((other) => other !== setting);
      const { [setting as "SLACK_CLIENT_ID"]: alone } = open;
      const missing = faults({ ...NEEDED, [setting]: alone });
      deepEqual(Object.keys(missing).sort(), others.toSorted());
      for (const words of Object.values(missing)) match(words, /^is missing\. .*needs all of SLACK_CLIENT_ID, /);
    });
  }

  test("is refused with what could not work or would keep no secret", () => {
    const wrong: [string, string[], RegExp][] = [
      ["SLACK_CLIENT_ID", ["A0123ABCD"], /two numbers with a dot/],
      ["SLACK_CLIENT_SECRET", ["changeme"], /placeholder/],
      [
        "SLACK_REDIRECT_URL",
        ["meetings.example.com/slack/oauth_redirect", "https://meetings.example.com/", "ftp://x/slack/oauth_redirect"],
        /like https:\/\/meetings\.example\.com\/slack\/oauth_redirect/,
      ],
      ["SLACK_REDIRECT_URL", ["http://meetings.example.com/slack/oauth_redirect"], /must begin with https:/],
      ["SLACK_STATE_SECRET", ["short"], /at least 16 characters/],
      ["SLACK_TOKEN_KEY", ["short", "a key that is long enough,short", ","], /at least 16 characters/],
    ];
    for (const [setting, values, words] of wrong) {
      for (const value of values) match(faults({ ...open, [setting]: value })[setting] ?? "accepted", words, value);
    }
    doesNotMatch(JSON.stringify(faults({ ...open, SLACK_TOKEN_KEY: "hush", SLACK_STATE_SECRET: "hush" })), /hush/);
    const local = { ...open, SLACK_REDIRECT_URL: "http://localhost:3000/slack/oauth_redirect" };
    equal(configFrom(local).SLACK_REDIRECT_URL, local.SLACK_REDIRECT_URL);
  });

  test("leaves no workspace in which a channel of the settings could be, unless that has a token", () => {
    match(faults({ ...open, SLACK_CHANNEL: "C0123ABCD" }).SLACK_CHANNEL ?? "accepted", /SLACK_BOT_TOKEN, which is not/);
    equal(configFrom({ ...open, SLACK_CHANNEL: "C0123ABCD", SLACK_BOT_TOKEN: "xoxb-1" }).SLACK_CHANNEL, "C0123ABCD");
  });
});

describe("who signed the certificates of Redis", () => {
  const rediss = { ...NEEDED, REDIS_URL: "rediss://localhost:6379" };
  const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";

  test("may be told as a PEM, or as a file with one", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "config-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "ca.pem");
    writeFileSync(file, `what it is for\n${pem}\n`);
    match(configFrom({ ...rediss, REDIS_CA: file }).REDIS_CA ?? "", /\nMIIB\n/);
    equal(configFrom({ ...rediss, REDIS_CA: pem }).REDIS_CA, pem);
    equal(configFrom({ ...rediss, REDIS_CA: pem.replaceAll("\n", "\\n") }).REDIS_CA, pem);
  });

  test("is refused where it could not be meant", () => {
    const privateKey = pem.replaceAll("CERTIFICATE", "PRIVATE KEY");
    for (const wrong of [privateKey, "/dev/null"]) {
      match(faults({ ...rediss, REDIS_CA: wrong }).REDIS_CA ?? "accepted", /^is no certificate: /);
    }
    const plain = faults({ ...NEEDED, REDIS_CA: pem });
    match(plain.REDIS_CA ?? "accepted", /REDIS_URL does not begin with rediss: nothing would be encrypted$/);
  });
});

describe("a secret", () => {
  test("may have a previous one beside it while Zoom changes to the new one", () => {
    const { ZOOM_WEBHOOK_SECRET } = configFrom({ ...NEEDED, ZOOM_WEBHOOK_SECRET: "the-new-one, the-old-one," });
    deepEqual(ZOOM_WEBHOOK_SECRET, ["the-new-one", "the-old-one"]);
    match(faultOf("ZOOM_WEBHOOK_SECRET", " , ") ?? "accepted", /^is empty/);
  });

  test("that was left as the example has it is refused", () => {
    for (const left of [
      "changeme",
      "change-me-please",
      "your_secret_here",
      "<secret>",
      "xxxx",
      "...",
      "secret",
      "TODO",
    ]) {
      for (const setting of ["ZOOM_WEBHOOK_SECRET", "SLACK_SIGNING_SECRET"]) {
        match(faultOf(setting, left) ?? "accepted", /^is still a placeholder/, left);
      }
    }
    for (const left of ["changeme", "xoxb-your-token", "xoxb-...", "xoxb-xxxx", "xoxb-", "xoxb-<token>"]) {
      match(faultOf("SLACK_BOT_TOKEN", left) ?? "accepted", /^is still a placeholder/, left);
    }
    match(faultOf("ZOOM_WEBHOOK_SECRET", "a-real-one-0123456789,changeme") ?? "accepted", /^is still a placeholder/);
  });

  test("that was pasted with more than itself is refused, and not quoted", () => {
    for (const pasted of ["xoxb-1234\nxoxb-5678", "xoxb-1234 5678", "xoxb-1234\u2013", "xoxb-12\u200B34"]) {
      const fault = faultOf("SLACK_BOT_TOKEN", pasted) ?? "accepted";
      match(fault, /^has blanks or other strange characters/, pasted);
      doesNotMatch(fault, /1234/);
    }
  });
});

describe("the days of the digest", () => {
  const days = (said: string) => [...configFrom({ ...NEEDED, DIGEST_DAYS: said }).DIGEST_DAYS].sort();
  const meant: [string, number[]][] = [
    ["mon-fri", [1, 2, 3, 4, 5]],
    ["fri-mon", [1, 5, 6, 7]],
    ["mon, wed", [1, 3]],
    ["Mon - Thu, SAT", [1, 2, 3, 4, 6]],
    ["sun", [7]],
    ["tue-tue", [2]],
    ["daily", [1, 2, 3, 4, 5, 6, 7]],
    ["off", []],
    ["Off", []],
  ];
  for (const [said, expected] of meant) test(`may be said as ${said}`, () => deepEqual(days(said), expected));
});

describe("the process", { concurrency: true }, () => {
  let redis: StartedRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.stop());

  const main = new URL("../src/main.ts", import.meta.url).pathname;
  const startedWith = (env: Record<string, string>) =>
    promisify(execFile)(process.execPath, [main], { env, timeout: 200_000 }).then(
      () => ({ code: 0, stdout: "", stderr: "" }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
    );

  test("without settings says what is missing and points to the demo", async () => {
    const { code, stdout, stderr } = await startedWith({});
    equal(code, 1);
    equal(stdout, "");
    for (const name of Object.keys(NEEDED)) match(stderr, new RegExp(`^ {2}- ${name}: is missing`, "m"));
    match(stderr, /npm run demo/);
    doesNotMatch(stderr, /^\s+at /m, "a stack trace");
  });

  test("without Slack's settings names just those", async () => {
    const { REDIS_URL, ZOOM_WEBHOOK_SECRET } = { ...NEEDED, REDIS_URL: redis.url };
    const { code, stderr } = await startedWith({ REDIS_URL, ZOOM_WEBHOOK_SECRET });
    equal(code, 1);
    deepEqual(stderr.match(/^ {2}- \w+/gm), ["  - SLACK_BOT_TOKEN", "  - SLACK_SIGNING_SECRET"]);
  });

  for (const setting of ["PORT", "METRICS_PORT"]) {
    test(`whose ${setting} is taken says so in one line`, async () => {
      const taken = createServer().listen(0, "127.0.0.1");
      await once(taken, "listening");
      const { port } = taken.address() as AddressInfo;
      const env = { ...NEEDED, PORT: "0", HOST: "127.0.0.1", REDIS_URL: redis.url, [setting]: String(port) };
      const { code, stderr } = await startedWith(env);
      taken.close();
      equal(code, 1);
      match(stderr, new RegExp(`^Port ${port} is in use: .*\n$`));
    });
  }
});
