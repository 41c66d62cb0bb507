import type { Instant } from "../meeting/fact.ts";
import { FOR_EVER, type Rule, type Subscription, silentUntil } from "../subscription/subscription.ts";
import type { Button, Card, Line } from "./card.ts";
import { lineText } from "./card.ts";
import { mannerLine, rulesLine } from "./subscription-words.ts";
import { timeSpan } from "./words.ts";

/** A short private answer to somebody who did something. */
export function saidCard(line: Line, buttons: Button[] = [], more: Line[] = []): Card {
  return {
    stage: "answer",
    summary: lineText(line),
    parts: [line, ...more].map((one) => ({ kind: "line", line: one })),
    buttons,
  };
}

export const settingsButton = (channelId: string): Button => ({
  kind: "ask",
  label: "Settings",
  ask: "settings",
  about: channelId,
});

/** What a channel hears of from now on, to who changed it. */
export function subscribedCard(
  channelId: string,
  subscription: Subscription,
  now: Instant,
  asked: readonly Pick<Rule, "of">[] = [],
): Card {
  const line: Line = [{ channel: channelId }, " hears of ", ...rulesLine(subscription), "."];
  const isAll = (rules: readonly Pick<Rule, "of">[]) => rules.some(({ of }) => of === "all");
  const isCovered = asked.length > 0 && isAll(subscription.rules) && !isAll(asked);
  const more = [...(isCovered ? [COVERED] : []), mannerLine(subscription, now)];
  return saidCard(line, [settingsButton(channelId)], more);
}

const COVERED: Line = ["What you asked for is among them. To hear of nothing else, choose that in the settings."];

/** The same to who chose when it is told what the day or the week came to; `isTimed`: they said at what time. */
export function digestedCard(channelId: string, subscription: Subscription, now: Instant, isTimed: boolean): Card {
  const card = subscribedCard(channelId, subscription, now);
  const { days, isWeekly } = subscription.digest;
  if (!isTimed || days.length > 0 || isWeekly) return card;
  return { ...card, parts: [...card.parts, { kind: "line", line: WHICH_DIGEST }] };
}

const WHICH_DIGEST: Line = ["The time is kept for when you choose a digest: ", { code: "/meetings digest daily" }];

/** What it hears of now, to who wanted less; nothing `after` where that changed nothing. */
export function unsubscribedCard(
  channelId: string,
  after: Subscription | undefined,
  before: Pick<Subscription, "rules">,
): Card {
  if (!after && before.rules.some(({ of }) => of === "all")) {
    return saidCard(
      [{ channel: channelId }, " hears of all meetings still. To hear of some only, choose that in the settings."],
      [settingsButton(channelId)],
    );
  }
  if (!after) return saidCard([{ channel: channelId }, " heard of no such meetings before."]);
  if (after.rules.length === 0) {
    return saidCard([
      { channel: channelId },
      " hears of no meetings any more. What it shows now is still brought to its end.",
    ]);
  }
  return saidCard([{ channel: channelId }, " hears of ", ...rulesLine(after), " now."], [settingsButton(channelId)]);
}

/** Nothing new is posted in a channel until then. */
export function pausedCard(channelId: string, until: Instant): Card {
  const end = until === FOR_EVER ? "until you type " : "until ";
  return saidCard(
    [
      "Nothing new is posted in ",
      { channel: channelId },
      ` ${end}`,
      until === FOR_EVER ? { code: "/meetings resume" } : timeSpan(until, "day and time"),
      ". What is shown there already is brought to its end.",
    ],
    [settingsButton(channelId)],
  );
}

/** A channel goes on, as it was set before. */
export function resumedCard(
  channelId: string,
  before: Pick<Subscription, "pausedUntil"> | undefined,
  after: Subscription,
  now: Instant,
): Card {
  const { detail } = after;
  const wasPaused = before?.pausedUntil !== undefined && before.pausedUntil > now;
  const isPosted = (detail === "card" || detail === "thread") && silentUntil(after, now) === undefined;
  const line: Line = [{ channel: channelId }, wasPaused ? " hears of meetings again." : " is not paused."];
  const posted: Line = wasPaused && isPosted ? [" What is on now is posted."] : [];
  return saidCard([...line, ...posted], [], [mannerLine(after, now)]);
}

/** With the longest rules there are, so many fit into one message. */
const MOST_CHANNELS = 8;

/** Which channels hear of what, as far as the asker may know: those from `first` on, counted from 0. */
export function subscriptionsCard(channels: readonly [string, Subscription][], now: Instant, first = 0): Card {
  const from = Math.max(0, Math.min(first, channels.length - 1));
  const shown = channels.slice(from, from + MOST_CHANNELS);
  const after = from + shown.length;
  return {
    stage: "answer",
    summary: channels.length === 0 ? NOBODY : `Channels that hear of meetings: ${channels.length}`,
    parts: [
      { kind: "heading", text: "Channels that hear of meetings" },
      ...(channels.length === 0 ? [{ kind: "line" as const, line: [NOBODY] }] : []),
      ...(shown.length > 0
        ? [
            {
              kind: "list" as const,
              ...(shown.length < channels.length && { title: `${from + 1} to ${after} of ${channels.length}` }),
              lines: shown.map(([channelId, subscription]) => channelLine(channelId, subscription, now)),
            },
          ]
        : []),
    ],
    buttons: [
      ...(from > 0 ? [page("Earlier", 1, Math.max(0, from - MOST_CHANNELS))] : []),
      ...(after < channels.length ? [page("Later", 2, after)] : []),
      { kind: "ask", label: "Add a channel", ask: "subscribe", about: "" },
    ],
    note: [{ code: "/meetings settings" }, " in a channel changes what it hears of."],
  };
}

const NOBODY = "No channel that you may read hears of meetings yet.";

function channelLine(channelId: string, subscription: Subscription, now: Instant): Line {
  const rules = lineText(rulesLine(subscription));
  return [{ channel: channelId }, `  ${rules}  ·  `, ...mannerLine(subscription, now)];
}

function page(label: string, nth: number, first: number): Button {
  return { kind: "ask", label, ask: "list", about: String(first), nth };
}

/** A meeting is not told of here any more, to who wanted that. */
export function mutedCard(topic: string, channelId: string, undo: string): Card {
  const line: Line = ["I do not tell of ", { strong: topic }, " in ", { channel: channelId }, " any more."];
  return saidCard(line, [{ kind: "ask", label: "Undo", ask: "unmute", about: undo }]);
}
