import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import type { Chart } from "../card/card.ts";
import { chartInWords } from "../card/chart.ts";
import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";
import { uploaded } from "./send-file.ts";

export interface ChartPictures {
  /** The files of those charts that have one, or for how long to wait until more is known. Never waits itself. */
  filesOf(channel: string, charts: readonly Chart[]): ReadonlyMap<Chart, string> | { waitMs: number };
  /** Slack does not show a file of theirs: for how long to wait until it may; undefined when there is no hope of it. */
  notShown(channel: string, charts: readonly Chart[]): { waitMs: number } | undefined;
}

interface Picture {
  wantedAt: Instant;
  isUnderWay: boolean;
  file: string | undefined;
}

/** Slack takes its time with a new file before a message may show it: some seconds, at most about this. */
const READY_WITHIN_MS = 30_000;
const REFUSED_FOR_MS = 24 * 3_600_000;
const SHORTEST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 8_000;
const MOST_REMEMBERED = 200;
/** What Slack says where nobody may upload anything, today at least: docs.slack.dev, files.getUploadURLExternal, "Errors". */
const NO_UPLOADS = new Set([
  "missing_scope",
  "not_allowed_token_type",
  "file_uploads_disabled",
  "storage_limit_reached",
  "no_permission",
  "access_denied",
  "restricted_action",
  "unknown_method",
]);

/**
 * Pictures of charts, uploaded to where nobody sees them until a message shows them, once per channel and chart. An
 * upload goes on by itself while its message is tried again later: a post under its lease has no time for it.
 */
export function chartPictures(
  client: WebClient,
  drawChart: (chart: Chart) => Promise<Buffer>,
  now: () => Instant,
): ChartPictures {
  const pictures = new Map<string, Picture>();
  let refusedAt = Number.NEGATIVE_INFINITY;

  const upload = async (picture: Picture, chart: Chart): Promise<void> => {
    picture.isUnderWay = true;
    try {
      const bytes = await drawChart(chart);
      const file = { name: "chart.png", title: chart.title, bytes, alt: chartInWords(chart) };
      picture.file = await uploaded(client, file);
    } catch (err) {
      const because = err instanceof WebAPIPlatformError ? err.data.error : undefined;
      if (!because || !NO_UPLOADS.has(because)) return log.warn({ err }, "the picture of a chart is not uploaded yet");
      refusedAt = now();
      log.warn({ because }, "Slack takes no pictures of charts from us: for a day they are bars of text");
    } finally {
      picture.isUnderWay = false;
    }
  };

  const pictureOf = (channel: string, chart: Chart): Picture => {
    const key = `${channel} ${JSON.stringify(chart)}`;
    const known = pictures.get(key);
    if (known && (known.file || now() - known.wantedAt < REFUSED_FOR_MS)) return known;
    const picture = { wantedAt: now(), isUnderWay: false, file: undefined };
    pictures.delete(key);
    pictures.set(key, picture);
    if (pictures.size > MOST_REMEMBERED) pictures.delete(pictures.keys().next().value ?? key);
    return picture;
  };

  /** Longer each time, for as long as there is hope. */
  const waitFor = ({ wantedAt }: Picture): number | undefined => {
    const waitedMs = now() - wantedAt;
    if (waitedMs >= READY_WITHIN_MS) return undefined;
    return Math.min(Math.max(waitedMs, SHORTEST_WAIT_MS), LONGEST_WAIT_MS);
  };

  const longest = (waits: readonly (number | undefined)[]): { waitMs: number } | undefined => {
    const hopeful = waits.filter((ms) => ms !== undefined);
    return hopeful.length > 0 ? { waitMs: Math.max(...hopeful) } : undefined;
  };

  return {
    filesOf(channel, charts) {
      const files = new Map<Chart, string>();
      const waits = charts.map((chart) => {
        const picture = pictureOf(channel, chart);
        if (picture.file) return void files.set(chart, picture.file);
        if (now() - refusedAt < REFUSED_FOR_MS) return undefined;
        const waitMs = waitFor(picture);
        if (waitMs !== undefined && !picture.isUnderWay) void upload(picture, chart);
        return waitMs;
      });
      return longest(waits) ?? files;
    },
    notShown(channel, charts) {
      const waits = charts.map((chart) => {
        const picture = pictureOf(channel, chart);
        const waitMs = waitFor(picture);
        if (waitMs !== undefined) return waitMs;
        picture.file = undefined;
        picture.wantedAt = now() - READY_WITHIN_MS; // for a day nobody hopes any more
        return undefined;
      });
      return longest(waits);
    },
  };
}
