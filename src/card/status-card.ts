import type { Instant } from "../meeting/fact.ts";
import type { Card, Line } from "./card.ts";
import { refusalWords } from "./refusal-words.ts";
import { channelSpan, counted, timeSpan } from "./words.ts";

/** How the notifier is, as plain values. */
export interface Status {
  /** When Zoom's last delivery was heard; "unknown" while Redis does not tell. */
  lastHeardAt: Instant | "never" | "unknown";
  /** Why Slack or Redis does not work, as `/readyz` says it; absent when it does. */
  slack?: string;
  redis?: string;
  /** `slack:C0123`: those that hear of meetings, of which the asker may know; and how many more there are. */
  channels: readonly string[] | "unknown";
  otherChannels: number;
  /** Those of the former that refuse, why, and when they were last asked. */
  refusals: readonly { channel: string; because: string; at: Instant }[];
  /** Deliveries of the last day that Zoom signed and nobody could read. */
  unreadable: number;
  /** When a delivery last came that Zoom signed at quite another time, if that was within a day. */
  staleAt?: Instant;
  version: string;
}

/** The answer to `/meetings status`: whether all is well, and what helps where it is not. */
export function statusCard(status: Status): Card {
  const troubles = troubleLines(status);
  return {
    stage: "answer",
    summary: troubles.length === 0 ? "All is well" : `${counted(troubles.length, "thing needs", "things need")} a look`,
    parts: [
      { kind: "heading", text: "Status" },
      { kind: "list", lines: [zoomLine(status), ...lines(status)] },
      ...(troubles.length > 0 ? [{ kind: "list" as const, title: "What needs a look", lines: troubles }] : []),
    ],
    buttons: [],
    note: [`Only you can see this. Version ${status.version}.`],
  };
}

/** The same in a few words, for where there is little room. */
export function statusLine(status: Status): Line {
  const { slack, redis, version } = status;
  const state = (name: string, trouble: string | undefined) =>
    `  ·  ${name}: ${trouble === undefined ? "fine" : "in trouble"}`;
  return [
    ...zoomLine(status).map((span) => (typeof span === "object" && "strong" in span ? span.strong : span)),
    state("Slack", slack),
    ...(redis === undefined ? [] : [state("Redis", redis)]),
    `  ·  version ${version}`,
  ];
}

function zoomLine({ lastHeardAt }: Status): Line {
  if (typeof lastHeardAt === "number") return [{ strong: "Zoom" }, ": last heard ", timeSpan(lastHeardAt, "ago")];
  return [
    { strong: "Zoom" },
    lastHeardAt === "never" ? ": nothing heard yet" : ": what was heard last is not known now",
  ];
}

function lines({ slack, redis, channels, otherChannels, refusals }: Status): Line[] {
  const state = (trouble: string | undefined) => (trouble === undefined ? "fine" : "in trouble");
  const refusing = refusals.length > 0 ? `, ${counted(refusals.length, "refuses", "refuse")}` : "";
  const others = otherChannels > 0 ? `, and ${otherChannels} more that you may not read` : "";
  const hear =
    channels === "unknown"
      ? "not known now"
      : channels.length + otherChannels === 0
        ? "none hears of meetings yet"
        : channels.length === 0
          ? `none that you may read hears of meetings, ${counted(otherChannels, "other does", "others do")}`
          : `${counted(channels.length, "hears of meetings", "hear of meetings")}${others}`;
  return [
    [{ strong: "Slack" }, `: ${state(slack)}`],
    [{ strong: "Redis" }, `: ${state(redis)}`],
    [{ strong: "Channels" }, `: ${hear}${refusing}`],
  ];
}

function troubleLines({ lastHeardAt, slack, redis, refusals, unreadable, staleAt }: Status): Line[] {
  const words = slack === undefined ? undefined : refusalWords(slack);
  return [
    ...(lastHeardAt === "never" ? [NEVER_HEARD] : []),
    ...(words ? [[{ strong: "Slack" }, `: ${words.sentence} ${words.remedy}`]] : []),
    ...(redis === undefined
      ? []
      : [[{ strong: "Redis" }, ` ${redis}. Zoom sends again later what cannot be kept now.`]]),
    ...refusals.map(refusalLine),
    ...(unreadable > 0 ? [[unreadableWords(unreadable)]] : []),
    ...(staleAt === undefined ? [] : [[STALE, timeSpan(staleAt, "ago"), "."]]),
  ];
}

const NEVER_HEARD: Line = [
  { strong: "Zoom" },
  ": in the Zoom app, is the event subscription active, and does its URL end with ",
  { code: "/zoom/webhook" },
  "? Start a meeting to try it.",
];

const STALE =
  "Zoom signed a delivery at quite another time than this machine's, so it was refused: set this machine's clock. " +
  "That was last ";

function refusalLine({ channel, because, at }: Status["refusals"][number]): Line {
  const { sentence, remedy } = refusalWords(because);
  return [channelSpan(channel), `: ${sentence} ${remedy} Last tried `, timeSpan(at, "ago"), "."];
}

function unreadableWords(count: number): string {
  const could = counted(count, "delivery of the last day could", "deliveries of the last day could");
  return `${could} not be read: the log says why. Zoom may have changed something.`;
}
