import type { Instant } from "./meeting/fact.ts";
import type { CardDesk, CardId } from "./ports.ts";
import { type Book, listening } from "./subscription/book.ts";

export interface ReadingAhead {
  desk: Pick<CardDesk, "unread" | "makeDue">;
  book: Book;
}

/** A card that is never posted: in its turn a channel is read of which Redis may have forgotten what stands in it. */
export const READ_AHEAD: CardId = "read";

/** Each takes some seconds of what a platform allows; what is left over is for those that have something to post. */
const MOST_AT_ONCE = 15;

const MINUTE_MS = 60_000;

/**
 * After Redis was away, or is another one, each channel has to be read before anything is posted in it, and a platform
 * lets only some be read in a minute. So it is done ahead, some channels at a time, each minute others: those that cannot
 * be read now hold up nobody. May be asked by every process and as often as it likes.
 */
export async function readAhead({ desk, book }: ReadingAhead, now: Instant): Promise<void> {
  const unread = await desk.unread(listening(book).map(([channel]) => channel));
  const first = (Math.floor(now / MINUTE_MS) * MOST_AT_ONCE) % unread.length;
  const inTurn = [...unread.slice(first), ...unread.slice(0, first)];
  for (const channel of inTurn.slice(0, MOST_AT_ONCE)) await desk.makeDue(channel, READ_AHEAD);
}
