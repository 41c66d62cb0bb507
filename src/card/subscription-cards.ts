import type { Instant } from "../meeting/fact.ts";
import type { Rule, Subscription } from "../subscription/subscription.ts";
import type { Button, Card, Line } from "./card.ts";
import { lineText } from "./card.ts";
import { mannerLine, rulesLine } from "./subscription-words.ts";

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

export function unsubscribedCard(channelId: string, subscription: Subscription | undefined): Card {
  if (!subscription) return saidCard([{ channel: channelId }, " heard of no such meetings before."]);
  if (subscription.rules.length === 0) {
    return saidCard([
      { channel: channelId },
      " hears of no meetings any more. What it shows now is still brought to its end.",
    ]);
  }
  return saidCard(
    [{ channel: channelId }, " hears of ", ...rulesLine(subscription), " now."],
    [settingsButton(channelId)],
  );
}

const MOST_CHANNELS = 25;

/** Which channels hear of what, as far as the asker may know. */
export function subscriptionsCard(channels: readonly [string, Subscription][], now: Instant): Card {
  const shown = channels.slice(0, MOST_CHANNELS);
  const hidden = channels.length - shown.length;
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
              lines: shown.map(([channelId, subscription]): Line => {
                return [
                  { channel: channelId },
                  "  ",
                  ...rulesLine(subscription),
                  "  ·  ",
                  ...mannerLine(subscription, now),
                ];
              }),
            },
          ]
        : []),
      ...(hidden > 0 ? [{ kind: "line" as const, line: [`+${hidden} more`] }] : []),
    ],
    buttons: [{ kind: "ask", label: "Add a channel", ask: "subscribe", about: "" }],
    note: [{ code: "/meetings settings" }, " in a channel changes what it hears of."],
  };
}

const NOBODY = "No channel hears of meetings yet.";

/** A meeting is not told of here any more, to who wanted that. */
export function mutedCard(topic: string, channelId: string, undo: string): Card {
  const line: Line = ["I do not tell of ", { strong: topic }, " in ", { channel: channelId }, " any more."];
  return saidCard(line, [{ kind: "ask", label: "Undo", ask: "unmute", about: undo }]);
}
