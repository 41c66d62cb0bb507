import type { Card } from "./card/card.ts";
import { type Status, statusCard } from "./card/status-card.ts";
import type { Instant } from "./meeting/fact.ts";
import type { Asker, DecisionLog, ZoomSigns } from "./ports.ts";
import { readableBy } from "./sight.ts";
import { type Book, listening } from "./subscription/book.ts";

export interface StatusSources {
  signs: Pick<ZoomSigns, "lastSeen">;
  decisions: Pick<DecisionLog, "refusals">;
  unreadableSince: (at: Instant) => Promise<number>;
  /** What does not work: "redis: does not answer". */
  troubles: () => Promise<string[]>;
  /** What channels hear of. */
  book: () => Promise<Book>;
  version: string;
}

/** Who asks: nobody learns of a channel that they may not read. */
export type StatusAsker = Pick<Asker, "channel" | "isStranger" | "mayRead">;

const DAY_MS = 24 * 3_600_000;

/** The answer to `/meetings status`; there is one also while Redis or Slack does not work. */
export async function answerStatus(sources: StatusSources, asker: StatusAsker, now: Instant): Promise<Card> {
  return statusCard(await statusOf(sources, asker, now));
}

export async function statusOf(
  { signs, decisions, unreadableSince, troubles, book, version }: StatusSources,
  asker: StatusAsker,
  now: Instant,
): Promise<Status> {
  const [lines, lastHeardAt, staleAt, refusals, unreadable, all] = await Promise.all([
    troubles(),
    signs.lastSeen("delivery").then(
      (at) => at ?? ("never" as const),
      () => "unknown" as const,
    ),
    signs.lastSeen("stale").catch(nothing),
    decisions.refusals().catch(nothing),
    unreadableSince(now - DAY_MS).catch(nothing),
    book().then(listening).catch(nothing),
  ]);
  const hearing = all?.map(([channel]) => channel) ?? [];
  const channels = await readableBy(asker, hearing);
  const [slack, redis] = ["slack", "redis"].map((name) => troubleOf(name, lines));
  return {
    lastHeardAt,
    ...(slack !== undefined && { slack }),
    ...(redis !== undefined && { redis }),
    channels: all ? channels : "unknown",
    otherChannels: hearing.length - channels.length,
    refusals: (refusals ?? []).filter(({ channel }) => channels.includes(channel)),
    unreadable: unreadable ?? 0,
    ...(staleAt !== undefined && staleAt >= now - DAY_MS && { staleAt }),
    version,
  };
}

/** What Redis does not tell now; that it does not is told by itself. */
const nothing = () => undefined;

function troubleOf(name: string, lines: readonly string[]): string | undefined {
  return lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
}
