import type { Person } from "../meeting/person.ts";
import { type HostIds, isHostOf, type Known } from "./subscription.ts";

/** Whether somebody hosted a meeting or was in it. Of whom no e-mail address is known nothing is. */
export function isOf(person: { email?: string }, meeting: Known, hostIds?: HostIds): boolean {
  const { email } = person;
  return (
    email !== undefined &&
    (isHostOf({ email }, meeting, hostIds) || appearanceOf(person, meeting, hostIds) !== undefined)
  );
}

/** Somebody among the people who were in a meeting. Who came without signing in is not recognised. */
export function appearanceOf({ email }: { email?: string }, meeting: Known, hostIds?: HostIds): Person | undefined {
  if (email === undefined) return undefined;
  const zoomUserId = hostIds?.get(email);
  const isHost = meeting.hostEmail === email;
  return meeting.people.find(
    (one) =>
      one.email === email || (isHost && one.isHost) || (zoomUserId !== undefined && one.zoomUserId === zoomUserId),
  );
}
