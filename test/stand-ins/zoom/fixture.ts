import { readFileSync } from "node:fs";

const FIXTURES = new URL("../../fixtures/", import.meta.url);

/** A delivery's JSON, as loosely typed as it comes. */
export interface ZoomBody {
  event: string;
  event_ts?: number;
  // biome-ignore lint/suspicious/noExplicitAny: foreign JSON whose fields a test names
  payload: any;
}

/** The recorded body of one event: `zoomFixture("meeting.ended")`, in the old shape `zoomFixture("2020/meeting.ended")`. */
export function zoomFixture(name: string): ZoomBody {
  return JSON.parse(readFileSync(new URL(`zoom/${name}.json`, FIXTURES), "utf8"));
}

/** The four deliveries of the forum thread this project began with: no `started`, and `ended` before `left`. */
export function seedRecording(): { received_at: number; raw: string }[] {
  const lines = readFileSync(new URL("seed-meeting.ndjson", FIXTURES), "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}
