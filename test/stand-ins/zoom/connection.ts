import { type When, zoomTime } from "./bodies.ts";
import type { ZoomBody } from "./fixture.ts";

/** Somebody as Zoom knows them. One without `id` is not signed in to the account: a guest. */
export interface Somebody {
  name: string;
  id?: string;
  email?: string;
  registrantId?: string;
  /** Of those who called by phone. */
  phone?: string;
}

interface Ports {
  somebody: Somebody;
  /** Stays the same over breakout moves. */
  participantUuid: string;
  /** New at every breakout move. */
  newUserId: () => string;
  body: (event: string, at: When, participant: object, object?: object) => ZoomBody;
}

export type Connection = ReturnType<typeof connectionOf>;

/** What Zoom sends about one device of somebody, from its join to its leave. */
export function connectionOf({ somebody, participantUuid, newUserId, body }: Ports) {
  let userId = newUserId();
  const { name, id = "", email = "", registrantId = "", phone } = somebody;

  const here = () => ({
    user_id: userId,
    user_name: name,
    participant_uuid: participantUuid,
    registrant_id: registrantId,
  });
  const withId = () => ({ ...here(), id, participant_user_id: id, email });
  const full = () => ({
    ...withId(),
    customer_key: "",
    ...(phone !== undefined && { phone_number: phone }),
    public_ip: phone === undefined ? "203.0.113.24" : "",
  });
  const joined = (at: When) => body("meeting.participant_joined", at, { ...full(), join_time: zoomTime(at) });
  const left = (at: When, why = "left the meeting") =>
    body("meeting.participant_left", at, {
      ...full(),
      leave_time: zoomTime(at),
      leave_reason: `left the meeting. Reason : ${why}`,
      private_ip: "192.0.2.31",
    });
  const atWaitingRoom = (step: string) => (at: When) =>
    body(`meeting.participant_${step}`, at, { ...withId(), date_time: zoomTime(at) });
  const beforeHost = (step: string) => (at: When) =>
    body(`meeting.participant_jbh_${step}`, at, { id, user_name: name, customer_key: "", registrant_id: registrantId });
  // in a room `user_id` is of another kind; only `parent_user_id` is the one of the ordinary deliveries
  const inRoom = (at: When) => ({
    ...full(),
    user_id: `${userId}${zoomTime(at).replace("T", " ").replace("Z", ":000")}`,
    parent_user_id: userId,
  });

  return {
    participantUuid,
    userId: () => userId,
    joined,
    left,

    /** Into, out of or between breakout rooms: the old leg's `left` and the new leg's `joined`, of one second. */
    moved(at: When): { left: ZoomBody; joined: ZoomBody } {
      const leaves = left(at);
      userId = newUserId();
      return { left: leaves, joined: joined(at) };
    },
    /** Comes in addition to a move, when it comes at all. */
    enteredRoom(at: When, breakout_room_uuid: string) {
      const participant = { ...inRoom(at), join_time: zoomTime(at) };
      return body("meeting.participant_joined_breakout_room", at, participant, { breakout_room_uuid });
    },
    leftRoom(at: When, breakout_room_uuid: string) {
      const participant = { ...inRoom(at), leave_time: zoomTime(at) };
      return body("meeting.participant_left_breakout_room", at, participant, { breakout_room_uuid });
    },

    enteredWaitingRoom: atWaitingRoom("joined_waiting_room"),
    leftWaitingRoom: atWaitingRoom("left_waiting_room"),
    putInWaitingRoom: atWaitingRoom("put_in_waiting_room"),
    admitted: atWaitingRoom("admitted"),

    /** Join before host tells no time of its own: only `event_ts`. */
    waitsForHost: beforeHost("waiting"),
    stopsWaitingForHost: beforeHost("waiting_left"),
    joinedBeforeHost: beforeHost("joined"),

    roleChanged: (at: When, old_role: string, new_role: string) =>
      body("meeting.participant_role_changed", at, { ...withId(), old_role, new_role, date_time: zoomTime(at) }),

    /** This phone call belongs to somebody who is also there with a screen. */
    boundTo: (other: { userId(): string; participantUuid: string }, at: When) =>
      body("meeting.participant_bind", at, {
        ...here(),
        id,
        bind_user_id: other.userId(),
        bind_participant_uuid: other.participantUuid,
        phone_number: phone ?? "",
        date_time: zoomTime(at),
      }),
  };
}
