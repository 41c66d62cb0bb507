import type { Instant } from "../../src/meeting/fact.ts";
import type { ZoomBody } from "../../test/stand-ins/zoom.ts";

/** One delivery of the day. */
export interface Letter {
  /** When Zoom sends it. */
  at: Instant;
  body: ZoomBody;
  requestId: string;
  /** What befell it on the way, in words for the page. One with `lost` is never sent. */
  tags: string[];
}

/** What befalls a letter on its way: none, one or several letters come of it. */
export type Journey = (letter: Letter, newRequestId: () => string) => Letter[];

const tagged = (letter: Letter, tag: string): Letter => ({ ...letter, tags: [...letter.tags, tag] });
const delayed = (letter: Letter, ms: number): Letter => ({ ...letter, at: letter.at + ms });

/** Zoom's log says that it was sent; nobody ever received it. */
export const lost: Journey = (letter) => [tagged(letter, "lost")];

/** Our answer came too slowly, so Zoom sends the same delivery again. */
export const doubled: Journey = (letter) => [letter, tagged(delayed(letter, 5 * 60_000), "doubled")];

/** A second subscription contains the same event: the same body with another request id. */
export const overlapping: Journey = (letter, newRequestId) => [
  letter,
  tagged({ ...delayed(letter, 240), requestId: newRequestId() }, "overlapping subscription"),
];

/** The first tries failed; Zoom retries after 5, 25 and 85 minutes. */
export const late =
  (minutes: 5 | 25 | 85): Journey =>
  (letter) => [tagged(delayed(letter, minutes * 60_000), `late ${minutes} min`)];

/** Overtaken by what happened after it. */
export const overtaken =
  (seconds: number): Journey =>
  (letter) => [tagged(delayed(letter, seconds * 1000), "out of order")];
