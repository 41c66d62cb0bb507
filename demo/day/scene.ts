import type { Instant } from "../../src/meeting/fact.ts";
import { type Connection, meetingBodies, type ZoomBody, zoomIds } from "../../test/stand-ins/zoom.ts";
import type { Person } from "./cast.ts";
import type { Journey, Letter } from "./journey.ts";
import { type ExpectedMeeting, expectedPeople, type Presence } from "./truth.ts";

/** Where and when the day plays. */
export interface Setting {
  /** The instant of a wall-clock time of this day: `at("09:00:07")`. */
  at: (time: string) => Instant;
  timeZone: string;
  random: () => number;
}

export interface About {
  topic: string;
  host: Person;
  startedAt: string;
  /** Zoom's `duration`; 0 for an instant meeting. */
  bookedMinutes: number;
  type?: number;
  number?: string;
  uuid?: string;
}

export type Scene = ReturnType<typeof sceneOf>;

/** One meeting as it truly happens: what Zoom sends about it, and what is expected to be known of it in the end. */
export function sceneOf({ at, timeZone, random }: Setting, { host, startedAt, ...about }: About) {
  const ids = zoomIds(random);
  const bodies = meetingBodies({
    ...(host.id && { hostId: host.id }),
    ...(host.email && { hostEmail: host.email }),
    timezone: about.type === 1 ? "" : timeZone,
    ...about,
    startedAt: at(startedAt),
    lagMs: () => 300 + Math.floor(random() * 1_700),
    random,
  });
  const letters: Letter[] = [];
  const presences: Presence[] = [];
  let toldEnd: Instant | undefined;

  /** Puts a delivery on its way and says whether it will ever arrive. */
  function tells(body: ZoomBody, ...journeys: Journey[]): boolean {
    const transitMs = 80 + Math.floor(random() * 600);
    const letter = { at: (body.event_ts ?? 0) + transitMs, body, requestId: ids.requestId(), tags: [] };
    const sent = journeys.reduce<Letter[]>((all, go) => all.flatMap((one) => go(one, ids.requestId)), [letter]);
    letters.push(...sent);
    return sent.some(({ tags }) => !tags.includes("lost"));
  }

  const joins = (who: Person, time: string, ...journeys: Journey[]) =>
    joinsWith(bodies.connection(who), who, time, ...journeys);

  /** With a device of its own story: from the waiting room, or a phone that Zoom takes for somebody else at first. */
  function joinsWith(connection: Connection, who: Person, time: string, ...journeys: Journey[]) {
    const arrives = tells(connection.joined(at(time)), ...journeys);
    return deviceOf(connection, { who, from: at(arrives ? time : startedAt), isSure: arrives });
  }

  function deviceOf(connection: Connection, presence: Presence) {
    presences.push(presence);
    return {
      connection,
      leaves(time: string, ...journeys: Journey[]) {
        if (tells(connection.left(at(time)), ...journeys)) presence.to = at(time);
      },
      /** Into or out of a breakout room: `first` says which of the two deliveries arrives first. */
      moves(time: string, first: "joined" | "left") {
        const { joined, left } = connection.moved(at(time));
        const bothEmitted = Math.max(joined.event_ts ?? 0, left.event_ts ?? 0);
        const [ahead, behind] = first === "joined" ? [joined, left] : [left, joined];
        const tags = first === "joined" ? ["out of order"] : [];
        letters.push({ at: bothEmitted + 90, body: ahead, requestId: ids.requestId(), tags: [] });
        letters.push({ at: bothEmitted + 340, body: behind, requestId: ids.requestId(), tags });
      },
    };
  }

  return {
    bodies,
    letters,
    tells,
    joins,
    joinsWith,
    starts: (...journeys: Journey[]) => tells(bodies.started(), ...journeys),

    /** Joins and leaves, and nothing odd befalls either. */
    stays(who: Person, from: string, to: string) {
      joins(who, from).leaves(to);
    },

    ends(time: string, ...journeys: Journey[]) {
      if (tells(bodies.ended(at(time)), ...journeys)) toldEnd = at(time);
    },

    expected(): ExpectedMeeting {
      const { uuid, number, topic } = bodies.meeting;
      const endedAt = toldEnd ?? Math.max(...presences.map(({ to = 0 }) => to));
      const people = expectedPeople(presences, endedAt);
      const endIsSure = toldEnd !== undefined;
      const peopleCount = people.length;
      return { uuid, number, topic, startedAt: at(startedAt), endedAt, endIsSure, peopleCount, people };
    },
  };
}
