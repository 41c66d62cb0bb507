import { meetingBodies } from "../../test/stand-ins/zoom.ts";
import { type Sent, signedRequest } from "./load.ts";
import { SECRET } from "./stage.ts";

const MINUTE_MS = 60_000;

export const signedAll = (bodies: readonly object[]) => bodies.map((body) => signedRequest(body, SECRET));

/** Joins of many people into some meetings, each another fact. */
export function joins(count: number, meetings = 50): Buffer[] {
  const startedAt = Date.now() - 30 * MINUTE_MS;
  const rooms = Array.from({ length: meetings }, (_, index) => meetingBodies({ startedAt, topic: `Meeting ${index}` }));
  const bodies = Array.from({ length: count }, (_, index) => {
    const room = rooms[index % meetings] as (typeof rooms)[number];
    const somebody = room.connection({ name: `Person ${index}`, id: `zoom-user-${index}` });
    return somebody.joined(startedAt + (index % 1_500) * 1_000);
  });
  return signedAll(bodies);
}

/** Meetings from their start to their end, which was within the last minute, with everybody's join and leave. */
export function endedMeetings(count: number, people: number, endedAt = Date.now()): object[] {
  return Array.from({ length: count }, (_, index) => {
    const end = endedAt - (index % 60) * 1_000;
    const room = meetingBodies({ startedAt: end - 20 * MINUTE_MS, topic: `Past ${index}` });
    const stays = Array.from({ length: people }, (_, person) => {
      const somebody = room.connection({ name: `Person ${person}`, id: `u${index}x${person}` });
      return [somebody.joined(end - 19 * MINUTE_MS), somebody.left(end - MINUTE_MS)];
    });
    return [room.started(), ...stays.flat(), room.ended(end)];
  }).flat();
}

export function allTaken({ notOk }: Sent): void {
  if (notOk > 0) throw new Error(`${notOk} requests were not answered with 200`);
}
