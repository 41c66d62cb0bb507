import { movedInTime } from "../../scripts/replay/shift.ts";
import { seedRecording, type ZoomBody, zoomIds } from "../../test/stand-ins/zoom.ts";
import type { Letter } from "./journey.ts";
import type { Setting } from "./scene.ts";
import { type ExpectedMeeting, expectedPeople } from "./truth.ts";

/**
 * The meeting of the forum thread, as Zoom sent it in 2020, moved to 10:03 of this day: no `started`, `ended` before
 * `left`, and neither tells its time, so that the end is known only by when the news arrived.
 */
export function seedScene({ at, random }: Setting): { letters: Letter[]; expected(): ExpectedMeeting } {
  const recording = seedRecording();
  const seconds = (at("10:03:00") - Date.parse("2020-01-15T03:50:00Z")) / 1000;
  const letters = recording.map(({ received_at, raw }): Letter => {
    const body: ZoomBody = JSON.parse(movedInTime(raw, seconds));
    const tags = body.event === "meeting.participant_left" ? ["out of order"] : [];
    return { at: received_at + seconds * 1000, body, requestId: zoomIds(random).requestId(), tags };
  });

  return {
    letters,
    expected() {
      const [created, , ended] = letters as [Letter, Letter, Letter];
      const { uuid, id, topic } = created.body.payload.object;
      const startedAt = at("10:03:37");
      const who = { name: "Hanna Nordin" };
      const people = expectedPeople([{ who, from: startedAt, isSure: false }], ended.at);
      return {
        uuid,
        number: String(id),
        topic,
        startedAt,
        endedAt: ended.at,
        endIsSure: false,
        peopleCount: 1,
        people,
      };
    },
  };
}
