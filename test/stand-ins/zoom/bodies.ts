import type { Instant } from "../../../src/meeting/fact.ts";
import { type Connection, connectionOf, type Somebody } from "./connection.ts";
import type { ZoomBody } from "./fixture.ts";
import { zoomIds } from "./ids.ts";

/** An instant, or what `new Date` understands: `"2026-11-24T08:00:00Z"`. */
export type When = Instant | string;

export interface ZoomMeeting {
  uuid: string;
  number: string;
  topic: string;
  /** 1 instant, 2 scheduled, 3 recurring without a time, 4 personal room, 8 recurring. */
  type: number;
  hostId: string;
  hostEmail: string;
  accountId: string;
  /** Zoom's `duration`. */
  bookedMinutes: number;
  timezone: string;
  /** When this instance really starts. */
  startedAt: When;
  /** How long after the time in its payload Zoom emits a body: the difference to `event_ts`. */
  lagMs: () => number;
  random: () => number;
}

export type MeetingBodies = ReturnType<typeof meetingBodies>;

/** The bodies Zoom sends about one instance of a meeting, in today's shape. What is not given is invented. */
export function meetingBodies(given: Partial<ZoomMeeting> & Pick<ZoomMeeting, "startedAt">) {
  const meeting: ZoomMeeting = { ...invented(given.random ?? Math.random), ...given };
  const { random, number, hostId, hostEmail, startedAt } = meeting;
  const about = {
    uuid: meeting.uuid,
    host_id: hostId,
    topic: meeting.topic,
    type: meeting.type,
    duration: meeting.bookedMinutes,
    timezone: meeting.timezone,
  };
  const running = { ...about, id: number, start_time: zoomTime(startedAt) };
  const planned = (startsAt: When) => ({ ...about, id: Number(number), start_time: zoomTime(startsAt) });
  const byHost = { operator: hostEmail, operator_id: hostId, operation: "all" };
  let userIds = 0;

  function body(event: string, at: When, object: object, envelope: object = {}): ZoomBody {
    const event_ts = new Date(at).getTime() + meeting.lagMs();
    return { event, event_ts, payload: { account_id: meeting.accountId, ...envelope, object } };
  }

  return {
    meeting,

    /** Scheduled. Carries what must never be kept: a join link with its passcode, and the password. */
    created(at: When, startsAt: When) {
      const join_url = `https://us02web.zoom.us/j/${number}?pwd=bm90LXJlYWw`;
      return body("meeting.created", at, { ...planned(startsAt), join_url, password: "506172" }, byHost);
    },

    deleted: (at: When, startsAt: When) => body("meeting.deleted", at, planned(startsAt), byHost),

    started: () => body("meeting.started", startedAt, { ...running, host_email: hostEmail }),

    ended: (at: When) => body("meeting.ended", at, { ...running, end_time: zoomTime(at), host_email: hostEmail }),

    /** One device of somebody, from its join to its leave. A rejoin is a new connection. */
    connection(somebody: Somebody): Connection {
      return connectionOf({
        somebody,
        participantUuid: zoomIds(random).participantUuid(),
        newUserId: () => String(16_778_240 + 1_024 * userIds++),
        body: (event, at, participant, more = {}) => body(event, at, { ...running, ...more, participant }),
      });
    },
  };
}

/** Whole seconds, UTC, as Zoom writes them. */
export function zoomTime(when: When): string {
  return new Date(when).toISOString().replace(/\.\d+Z$/, "Z");
}

function invented(random: () => number): Omit<ZoomMeeting, "startedAt"> {
  const ids = zoomIds(random);
  return {
    uuid: ids.meetingUuid(),
    number: ids.meetingNumber(),
    topic: "Garden planning",
    type: 8,
    hostId: ids.userId(),
    hostEmail: "ines.falk@example.com",
    accountId: "Vb3kQ9sLTwGmX1yZr7NdEA",
    bookedMinutes: 45,
    timezone: "Europe/Vienna",
    lagMs: () => 700,
    random,
  };
}
