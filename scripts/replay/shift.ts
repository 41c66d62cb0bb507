/** Every field of Zoom's bodies that tells a time. `duration`, ids (also `occurrence_id`) and texts are not among them. */
const TIME_FIELDS = [
  "event_ts",
  "time_stamp",
  "date_time",
  "date-time",
  "start_time",
  "end_time",
  "join_time",
  "leave_time",
  "created_at",
  "updated_at",
  "end_date_time",
  "deauthorization_time",
  "meeting_start_time",
  "meeting_end_time",
  "summary_start_time",
  "summary_end_time",
  "summary_created_time",
  "summary_last_modified_time",
  "recording_start",
  "recording_end",
];

// A key follows `{` or `,` at once. Inside a text its quotes would be escaped, so a topic that looks like JSON is safe.
const TIME_IN_JSON = new RegExp(
  `(?<key>[{,]\\s*"(?:${TIME_FIELDS.join("|")})"\\s*:\\s*"?)` +
    "(?:(?<epoch>\\d{13}|\\d{10})(?![\\d.eE-])|(?<iso>\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d))",
  "g",
);

interface TimeInJson {
  key: string;
  epoch?: string;
  iso: string;
}

/**
 * The same body with all its times moved by whole seconds; every other byte stays as it was recorded.
 * Times may be ISO texts of any zone or epoch numbers, in seconds or milliseconds, at any depth.
 */
export function movedInTime(raw: string, seconds: number): string {
  return raw.replace(TIME_IN_JSON, (...match) => {
    const { key, epoch, iso }: TimeInJson = match.at(-1);
    return key + (epoch === undefined ? movedIso(iso, seconds) : movedEpoch(epoch, seconds));
  });
}

/** The latest time that a body tells of what has happened: its `event_ts`, else what its fields say. */
export function latestTold(raw: string): number | undefined {
  const told = [...raw.matchAll(TIME_IN_JSON)].map(({ groups }) => groups as unknown as TimeInJson);
  const emitted = told.filter(({ key }) => key.includes('"event_ts"'));
  const happened = told.filter(({ key }) => HAPPENED.test(key));
  const times = (emitted.length > 0 ? emitted : happened).map(instantOf).filter(Number.isFinite);
  return times.length > 0 ? Math.max(...times) : undefined;
}

// `start_time` is not here: it may be planned, and in the deliveries of 2020 it says when the meeting began, not this.
const HAPPENED = /"(join_time|leave_time|end_time|date_time|date-time|recording_start|recording_end|meeting_end_time)"/;

function instantOf({ epoch, iso }: TimeInJson): number {
  if (epoch === undefined) return Date.parse(`${iso.replace(" ", "T")}Z`);
  return Number(epoch) * (epoch.length === 13 ? 1 : 1000);
}

function movedEpoch(epoch: string, seconds: number): string {
  return String(Number(epoch) + seconds * (epoch.length === 13 ? 1000 : 1));
}

/** Fraction and zone follow what is given here and stay; wall time moves by the same seconds in every fixed zone. */
function movedIso(iso: string, seconds: number): string {
  const at = Date.parse(`${iso.replace(" ", "T")}Z`);
  const moved = new Date(at + seconds * 1000);
  const fits = moved.getUTCFullYear() >= 0 && moved.getUTCFullYear() <= 9999;
  return fits ? moved.toISOString().slice(0, 19).replace("T", iso.charAt(10)) : iso;
}
