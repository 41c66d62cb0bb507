import { deepEqual, equal, match, notEqual } from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readdirSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import { type Answering, type Received, startReceiver } from "./zoom/receiver.ts";
import { meetingBodies, NO_ANSWER, zoomFixture, zoomSender, zoomSignature } from "./zoom.ts";

const secret = "zm_test_secret_01";
const noon = Date.parse("2026-11-24T12:00:00Z");

async function zoomAnd(t: TestContext, answering?: Answering, timeoutMs?: number) {
  const receiver = await startReceiver(answering);
  t.after(receiver.close);
  let now = noon;
  const waited: number[] = [];
  const wait = async (ms: number) => {
    waited.push(ms / 60_000);
    now += ms;
  };
  const sender = zoomSender({
    url: receiver.url,
    secret,
    now: () => now,
    wait,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  return { ...receiver, ...sender, waited };
}

describe("a signature", () => {
  test("is the one of a known delivery", () => {
    const body =
      '{"event":"meeting.ended","payload":{"account_id":"Kq7vT2mRSXe0aYb4LwNc1A","object":{"duration":30,"start_time":"2026-03-02T09:00:41Z","timezone":"Europe/Vienna","end_time":"2026-03-02T09:27:05Z","topic":"Platform weekly","id":"86412345678","type":8,"uuid":"/fJ3kP+9Q2Gq7uXyZ0aBcw==","host_id":"p9XrLmQ2T4uWfGhJkYz0cA","host_email":"mara.lind@example.com"}},"event_ts":1772443625934}';
    const signature = "v0=536d49f521f5e44b90ec99916dbe09d89140a617c085d491696db37e255bf793";
    equal(zoomSignature(secret, 1772443642, body), signature);
    equal(zoomSignature(secret, 1772443642, Buffer.from(body)), signature);
  });

  test("is made over the bytes, escapes and all", () => {
    const body =
      '{"event":"meeting.started","payload":{"account_id":"Kq7vT2mRSXe0aYb4LwNc1A","object":{"duration":30,"start_time":"2026-03-02T09:00:41Z","timezone":"Europe/Vienna","topic":"Caf\\u00e9 planning","id":"86412345678","type":8,"uuid":"\\/fJ3kP+9Q2Gq7uXyZ0aBcw==","host_id":"p9XrLmQ2T4uWfGhJkYz0cA"}},"event_ts":1772442042118}';
    equal(Buffer.byteLength(body), 317);
    const signature = "v0=2e96b226e15c4c6a97259ee3b45c484428be9778b1a9f3c124c9648ddcd050ce";
    equal(zoomSignature(secret, 1772442042, body), signature);
  });
});

describe("a delivery", () => {
  test("has the headers Zoom sends", async (t) => {
    const { send, received } = await zoomAnd(t);
    const { status } = await send(zoomFixture("meeting.started"));
    equal(status, 200);
    const [{ headers, raw, path }] = received as [Received];
    equal(path, "/zoom/webhook");
    equal(headers["user-agent"], "Zoom Marketplace/1.0a");
    equal(headers["content-type"], "application/json; charset=utf-8");
    equal(headers["x-zm-request-timestamp"], String(noon / 1000));
    equal(headers["x-zm-signature"], zoomSignature(secret, noon / 1000, raw));
    match(String(headers["x-zm-request-id"]), /^[0-9a-f]{8}(_[0-9a-f]{4}){3}_[0-9a-f]{12}$/);
    deepEqual(JSON.parse(raw), zoomFixture("meeting.started"));
  });

  test("keeps the bytes of a recorded body", async (t) => {
    const { send, received } = await zoomAnd(t);
    await send('{ "event":"caf\\u00e9" }');
    await send(Buffer.from('{"event":"café"}'));
    deepEqual(
      received.map(({ raw }) => raw),
      ['{ "event":"caf\\u00e9" }', '{"event":"café"}'],
    );
  });

  test("can be forged in every header", async (t) => {
    const { send, received } = await zoomAnd(t);
    const headers = { "x-zm-request-id": undefined, "X-Extra": "1" };
    await send({}, { timestampS: "12x", signature: "v0=00", headers });
    const sent = received[0]?.headers;
    equal(sent?.["x-zm-request-timestamp"], "12x");
    equal(sent?.["x-zm-signature"], "v0=00");
    equal(sent?.["x-zm-request-id"], undefined);
    equal(sent?.["x-extra"], "1");
  });
});

describe("Zoom sends a delivery", () => {
  test("once if any 2xx is the answer", async (t) => {
    const { deliver, received } = await zoomAnd(t, () => 204);
    equal((await deliver({})).kind, "taken");
    equal(received.length, 1);
  });

  for (const status of [301, 307, 400, 401, 404, 429]) {
    test(`never again after ${status}`, async (t) => {
      const { deliver, received, waited } = await zoomAnd(t, () => (response) => {
        response.writeHead(status, { location: "/elsewhere" }).end();
      });
      equal((await deliver({})).kind, "neverAgain");
      equal(received.length, 1);
      deepEqual(waited, []);
    });
  }

  test("again after 5, 20 and 60 minutes of 503, then no more", async (t) => {
    const { deliver, received, waited } = await zoomAnd(t, () => 503);
    const { kind, attempts } = await deliver(zoomFixture("meeting.ended"));
    equal(kind, "givenUp");
    deepEqual(waited, [5, 20, 60]);
    deepEqual(
      attempts.map(({ status, sentAt }) => [status, (sentAt - noon) / 60_000]),
      [
        [503, 0],
        [503, 5],
        [503, 25],
        [503, 85],
      ],
    );
    equal(received.length, 4);
  });

  test("again as the same body and request id, but newly signed", async (t) => {
    const { deliver, received } = await zoomAnd(t, (_, index) => (index === 0 ? 500 : 200));
    const { kind, requestId } = await deliver(zoomFixture("meeting.ended"));
    equal(kind, "taken");
    const [first, again] = received;
    equal(first?.raw, again?.raw);
    equal(first?.headers["x-zm-request-id"], requestId);
    equal(again?.headers["x-zm-request-id"], requestId);
    equal(again?.headers["x-zm-request-timestamp"], String(noon / 1000 + 300));
    notEqual(first?.headers["x-zm-signature"], again?.headers["x-zm-signature"]);
  });

  test("again when no answer came in time", async (t) => {
    const hangs = () => {};
    const { deliver } = await zoomAnd(t, () => hangs, 20);
    const { kind, attempts } = await deliver({});
    equal(kind, "givenUp");
    deepEqual(
      attempts.map(({ status }) => status),
      Array(4).fill(NO_ANSWER.inTime),
    );
  });

  test("again when the connection breaks", async (t) => {
    const { deliver } = await zoomAnd(t, (_, index) => (index === 0 ? (response) => response.destroy() : 200));
    const { attempts } = await deliver({});
    deepEqual(
      attempts.map(({ status }) => status),
      [NO_ANSWER.broken, 200],
    );
  });

  test("to another one at each try, where a load balancer says so", async (t) => {
    const [first, second] = [await startReceiver(() => 503), await startReceiver(() => 200)];
    t.after(() => Promise.all([first.close(), second.close()]));
    const urls = [first.url, second.url];
    const sender = zoomSender({ url: () => urls.shift() ?? "", secret: "s", wait: async () => {} });
    const { kind, attempts } = await sender.deliver({});
    deepEqual([kind, attempts.map(({ status }) => status)], ["taken", [503, 200]]);
  });

  test("again when nobody listens", async (t) => {
    const { deliver, close } = await zoomAnd(t);
    await close();
    const { kind, attempts } = await deliver({});
    equal(kind, "givenUp");
    deepEqual(
      attempts.map(({ status }) => status),
      Array(4).fill(NO_ANSWER.refused),
    );
  });
});

describe("validating an address", () => {
  const token = "qgg8vlvZRS6UYooatFL8Aw";
  const encryptedToken = "3923b89d243109ced22cff2381c69b31a097173aeff484d09f39c881350d824d";

  test("accepts one who knows the secret", async (t) => {
    const { validate, received } = await zoomAnd(t, () => (response) => {
      response.end(JSON.stringify({ encryptedToken, plainToken: token }));
    });
    equal((await validate(token)).isValid, true);
    const { event, payload } = JSON.parse(received[0]?.raw ?? "");
    deepEqual({ event, payload }, { event: "endpoint.url_validation", payload: { plainToken: token } });
  });

  test("refuses one who does not", async (t) => {
    const forged = createHmac("sha256", "another secret").update(token).digest("hex");
    const { validate } = await zoomAnd(t, () => (response) => {
      response.end(JSON.stringify({ plainToken: token, encryptedToken: forged }));
    });
    equal((await validate(token)).isValid, false);
  });

  test("refuses an answer that is no JSON", async (t) => {
    const { validate } = await zoomAnd(t);
    equal((await validate(token)).isValid, false);
  });
});

describe("a body that is built", () => {
  const about = meetingBodies({ startedAt: "2026-09-14T12:00:22Z" });
  const jo = about.connection({ name: "Juno Adler", id: "w8RkLz3PQyOvN5bTdXaG1Q", email: "juno.adler@example.com" });
  const phone = about.connection({ name: "43155501**", phone: "4315550142" });
  const at = "2026-09-14T12:05:00Z";
  const built = [
    about.started(),
    about.ended(at),
    jo.joined(at),
    jo.left(at),
    jo.enteredRoom(at, "room"),
    jo.waitsForHost(at),
    jo.stopsWaitingForHost(at),
    jo.joinedBeforeHost(at),
    jo.enteredWaitingRoom(at),
    jo.leftWaitingRoom(at),
    jo.putInWaitingRoom(at),
    jo.admitted(at),
    jo.roleChanged(at, "attendee", "host"),
    phone.boundTo(jo, at),
  ];

  for (const body of built) {
    test(`says of ${body.event} what a recorded one says`, () => {
      const recorded = zoomFixture(body.event).payload;
      deepEqual(missing(recorded, body.payload), []);
    });
  }

  test("tells times in whole seconds, UTC", () => {
    const { payload } = jo.joined(Date.parse("2026-09-14T12:01:03.999Z"));
    equal(payload.object.start_time, "2026-09-14T12:00:22Z");
    equal(payload.object.participant.join_time, "2026-09-14T12:01:03Z");
  });

  test("is sent a little after what it tells", () => {
    equal(about.started().event_ts, Date.parse("2026-09-14T12:00:22.700Z"));
  });
});

describe("a connection", () => {
  const legs = (bodies: { payload: { object: { participant: Record<string, string> } } }[]) =>
    bodies.map(({ payload }) => payload.object.participant.user_id);

  test("is given a new user id at every breakout move, its participant uuid stays", () => {
    const jo = meetingBodies({ startedAt: noon }).connection({ name: "Jo" });
    const joined = jo.joined(noon);
    const moved = jo.moved(noon + 60_000);
    const left = jo.left(noon + 120_000);
    deepEqual(legs([joined, moved.left, moved.joined, left]), ["16778240", "16778240", "16779264", "16779264"]);
    const uuids = [joined, moved.left, moved.joined, left].map(
      ({ payload }) => payload.object.participant.participant_uuid,
    );
    deepEqual(new Set(uuids), new Set([jo.participantUuid]));
  });

  test("after a rejoin is another one", () => {
    const { connection } = meetingBodies({ startedAt: noon });
    const [before, after] = [connection({ name: "Jo" }), connection({ name: "Jo" })];
    notEqual(before.participantUuid, after.participantUuid);
    deepEqual(legs([before.joined(noon), after.joined(noon)]), ["16778240", "16779264"]);
  });

  test("of a guest has empty ids", () => {
    const { id, email, participant_user_id } = meetingBodies({ startedAt: noon })
      .connection({ name: "Kim" })
      .joined(noon).payload.object.participant;
    deepEqual([id, email, participant_user_id], ["", "", ""]);
  });
});

describe("a fixture", () => {
  for (const folder of ["", "2020/"]) {
    const files = readdirSync(new URL(`../fixtures/zoom/${folder}`, import.meta.url)).filter((name) =>
      /json$/.test(name),
    );
    for (const name of files.map((file) => folder + file.replace(/\.json$/, ""))) {
      test(`${name} is named as Zoom names the event`, () => {
        equal(folder + zoomFixture(name).event, name);
      });
    }
  }
});

/** The fields, however deep, that a recorded body has and a built one has not. */
function missing(recorded: object, built: object, path = ""): string[] {
  return Object.entries(recorded).flatMap(([key, value]) => {
    const other = (built as Record<string, unknown>)[key];
    if (other === undefined) return [path + key];
    return value && typeof value === "object" ? missing(value, other as object, `${path}${key}.`) : [];
  });
}
