import type { WebClient } from "@slack/web-api";
import type { Card, Chart, Part } from "../card/card.ts";
import type { Instant } from "../meeting/fact.ts";
import type { Refusal } from "../ports.ts";
import { chartPictures } from "./chart-pictures.ts";
import { plainMessage, type SlackMessage, slackMessage } from "./message.ts";
import { BAD_FILE, BAD_PAYLOAD, isRefusal } from "./refusal.ts";

/** Nothing was sent, and the card is to be tried again. */
const PICTURE_NOT_READY = "the picture of its chart is not ready";

export interface FormsOptions {
  client: WebClient;
  now: () => Instant;
  /** The picture of a chart as PNG; without it a chart that Slack does not show itself is bars of text. */
  drawChart?: (chart: Chart) => Promise<Buffer>;
}

/** Sends a card to a channel in the best form that is taken there. `send` answers instead of throwing. */
export type InBestForm = <T>(
  channel: string,
  card: Card,
  send: (message: SlackMessage) => Promise<T | Refusal>,
) => Promise<T | Refusal>;

const AGAIN_MS = 24 * 3_600_000;

/**
 * The richest form that a workspace takes: tables, else lists; charts of Slack's own, else pictures, else bars of text;
 * and at last one line. What was refused is not tried again for a day. The picture of a chart needs some seconds before
 * a message may show it; meanwhile the answer is "later".
 */
export function bestForms({ client, now, drawChart }: FormsOptions): InBestForm {
  const pictures = drawChart && chartPictures(client, drawChart, now);
  const refusedAt = { table: Number.NEGATIVE_INFINITY, chart: Number.NEGATIVE_INFINITY };
  const takes = (kind: keyof typeof refusedAt) => now() - refusedAt[kind] > AGAIN_MS;

  /** Undefined where it is known that this form is not taken. */
  const styleOf = (channel: string, charts: readonly Chart[], { tables, as }: Form) => {
    if (tables && !takes("table")) return undefined;
    if (as === "text") return { tables };
    if (as === "chart") return takes("chart") ? { tables, charts: true } : undefined;
    const files = pictures?.filesOf(channel, charts) ?? new Map<Chart, string>();
    if ("waitMs" in files) return files;
    return files.size > 0 ? { tables, pictures: files } : undefined;
  };

  return async (channel, card, send) => {
    const charts = card.parts.filter((part) => part.kind === "chart");
    for (const form of formsOf(card)) {
      const style = styleOf(channel, charts, form);
      if (!style) continue;
      if ("waitMs" in style) return later(style);
      const answer = await send(slackMessage(card, style));
      if (!isRefused(answer)) return answer;
      const hope = answer.because === BAD_FILE && pictures?.notShown(channel, charts);
      if (hope) return later(hope);
      if (form.as === "chart") refusedAt.chart = now();
      if (form.as === "text" && form.tables) refusedAt.table = now();
    }
    const answer = await send(plainMessage(card));
    return isRefused(answer) ? REFUSED : answer;
  };
}

interface Form {
  tables: boolean;
  /** What charts are shown as. */
  as: "chart" | "picture" | "text";
}

/** The best first. */
function formsOf({ parts }: Card): Form[] {
  const has = (kind: Part["kind"]) => parts.some((part) => part.kind === kind);
  const charts = has("chart") ? (["chart", "picture", "text"] as const) : (["text"] as const);
  return (has("table") ? [true, false] : [false]).flatMap((tables) => charts.map((as) => ({ tables, as })));
}

const REFUSED: Refusal = { kind: "never", because: "Slack refuses every form of this card", of: "content" };

const later = ({ waitMs }: { waitMs: number }): Refusal => ({
  kind: "later",
  because: PICTURE_NOT_READY,
  inMs: waitMs,
  of: "message",
});

const isRefused = (answer: unknown): answer is Refusal =>
  isRefusal(answer) && (answer.because === BAD_FILE || BAD_PAYLOAD.has(answer.because));
