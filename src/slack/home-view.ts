import type { Button, HomeView, KnownBlock, RichTextElement, RichTextSection, SectionBlock } from "@slack/types";
import type { Line, Span } from "../card/card.ts";
import { mannerLine, rulesLine } from "../card/subscription-words.ts";
import { shortened, timeSpan } from "../card/words.ts";
import type { Instant } from "../meeting/fact.ts";
import type { Choices } from "../subscription/choices.ts";
import type { Subscription } from "../subscription/subscription.ts";
import { type ChannelAsk, channelAskText } from "./home-asks.ts";
import { escaped, section } from "./message.ts";
import { mutedRow } from "./muted-modal.ts";
import { button, option, plainText, richLines, smallPrint, USER, words } from "./view-parts.ts";

/** What one person sees in our Home tab. */
export interface HomeData {
  live: LiveMeeting[];
  /** What this person hosted or was in today, then what of theirs is still to come. */
  day: Line[];
  channels: HomeChannel[];
  /** Whether this person may let a channel hear of meetings at all. */
  mayAdd: boolean;
  choices: Choices;
  /** Newest first. */
  audit: Change[];
  /** Our own words. */
  status: Line;
  /** Somebody of another company: sees nothing of this one. */
  isStranger?: boolean;
}

export interface LiveMeeting {
  uuid: string;
  topic: string;
  /** What can be joined. */
  number?: string;
  here: number;
}

export interface HomeChannel {
  channelId: string;
  subscription: Subscription;
  /** Why nothing can be posted, and what to do: our own words. */
  refusal?: { sentence: Line; remedy: Line };
  /** What this person may change of it: what it hears of, or only that it hears of anything. */
  may: "all" | "removal" | "nothing";
}

/** What somebody changed. */
export interface Change {
  by: string;
  at: Instant;
  channelId?: string;
  what: Line;
}

const MOST_BLOCKS = 100;
const MOST_LIVE = 20;
const MOST_OF_DAY = 15;
const MOST_CHANNELS = 25;
const MOST_MUTED = 3;
const MOST_CHANGES = 5;

/** Our Home tab: what is on, and everything that can be set. */
export function homeView(data: HomeData, now: Instant): HomeView {
  if (data.isStranger) return home([HEADER, STRANGER]);
  const above = [
    HEADER,
    top(data.mayAdd),
    ...liveBlocks(data.live),
    ...dayBlocks(data.day),
    DIVIDER,
    title("Channels that get updates"),
  ];
  const below = [DIVIDER, forYou(data.choices), ...changeBlocks(data.audit), smallPrint(data.status)];
  const room = MOST_BLOCKS - above.length - below.length;
  return home([...above, ...channelBlocks(data, room, now), ...below]);
}

function home(blocks: KnownBlock[]): HomeView {
  return { type: "home", callback_id: "home", blocks };
}

const HEADER: KnownBlock = { type: "header", text: plainText("Meetings") };
const DIVIDER: KnownBlock = { type: "divider" };
const STRANGER = words(["I tell the people of this company about its meetings. You are here from another one."]);
const ADD = button("home_subscribe", "Add a channel", { style: "primary" });

function top(mayAdd: boolean): KnownBlock {
  const elements = [button("home_refresh", "Refresh"), button("home_help", "Help")];
  return { type: "actions", elements: mayAdd ? [ADD, ...elements] : elements };
}

function title(text: string): SectionBlock {
  return words([{ strong: text }]);
}

/** What does not fit is counted, with the words that show it. */
function more(count: number, command: string): KnownBlock[] {
  return count > 0 ? [smallPrint([`+${count} more: `, { code: command }])] : [];
}

function liveBlocks(live: readonly LiveMeeting[]): KnownBlock[] {
  if (live.length === 0) return [title("Live now"), words(["No meeting is live now."])];
  const rows = live.slice(0, MOST_LIVE).map(liveRow);
  return [title("Live now"), ...rows, ...more(live.length - rows.length, "/meetings live")];
}

const LONGEST_TOPIC = 200;

function liveRow({ topic, number, here }: LiveMeeting): KnownBlock {
  return {
    type: "section",
    text: plainText(`🟢 ${shortened(topic || "(no topic)", LONGEST_TOPIC)}, ${here === 0 ? "nobody" : here} in now`),
    ...(number && { accessory: joinButton(number) }),
  };
}

function joinButton(number: string): Button {
  const url = `https://zoom.us/j/${encodeURIComponent(number)}`;
  return button("mtg_open", "Join", { url, style: "primary" });
}

function dayBlocks(day: readonly Line[]): KnownBlock[] {
  if (day.length === 0)
    return [
      title("Your day"),
      words(["None of your meetings has ended today, and I know of none that you still host."]),
    ];
  const elements = day.slice(0, MOST_OF_DAY).map(section);
  return [title("Your day"), list(elements), ...more(day.length - elements.length, "/meetings today")];
}

function list(elements: RichTextSection[]): KnownBlock {
  return { type: "rich_text", elements: [{ type: "rich_text_list", style: "bullet", elements }] };
}

/** Those that cannot be posted in come first: somebody has to do something. */
function channelBlocks({ channels, mayAdd }: HomeData, room: number, now: Instant): KnownBlock[] {
  if (channels.length === 0 && !mayAdd) return [words(["No channel that you may read hears of meetings yet."])];
  if (channels.length === 0) {
    return [
      words([
        "No channel hears of meetings yet. Add one above, or type ",
        { code: "/meetings subscribe" },
        " in a channel.",
      ]),
    ];
  }
  const isRefused = ({ refusal }: HomeChannel) => refusal !== undefined;
  const ordered = [...channels.filter(isRefused), ...channels.filter((channel) => !isRefused(channel))];
  const shown: KnownBlock[] = [];
  let count = 0;
  for (const channel of ordered.slice(0, MOST_CHANNELS)) {
    const row = channelRow(channel, now);
    const isLast = count + 1 === channels.length;
    if (shown.length + row.length > room - (isLast ? 0 : 1)) break;
    shown.push(...row);
    count += 1;
  }
  return [...shown, ...more(channels.length - count, "/meetings list")];
}

function channelRow({ channelId, subscription, refusal, may }: HomeChannel, now: Instant): KnownBlock[] {
  const muted = subscription.muted.slice(0, may === "all" ? MOST_MUTED : 0);
  return [
    {
      type: "section",
      text: { type: "mrkdwn", text: channelMention(channelId) },
      ...(may !== "nothing" && { accessory: menu(channelId, subscription, may, now) }),
    },
    richLines(rulesLine(subscription), mannerLine(subscription, now)),
    ...(refusal ? [warning(channelId, refusal, may)] : []),
    ...muted.map((one) => mutedRow(channelId, one)),
  ];
}

function menu(channelId: string, { pausedUntil = 0, muted }: Subscription, may: HomeChannel["may"], now: Instant) {
  const choice = (text: string, ask: ChannelAsk) => option(text, channelAskText(ask, channelId));
  const changes = [
    choice("Edit", "edit"),
    pausedUntil > now ? choice("Resume", "resume") : choice("Pause for a day", "pause"),
    ...(muted.length > 0 ? [choice("Muted meetings…", "muted")] : []),
  ];
  const options = [...(may === "all" ? changes : []), choice("Remove", "remove")];
  return { type: "overflow" as const, action_id: "sub_more", options };
}

function warning(
  channelId: string,
  { sentence, remedy }: NonNullable<HomeChannel["refusal"]>,
  may: HomeChannel["may"],
) {
  return {
    ...words([":warning: Cannot post: ", ...sentence, " ", ...remedy]),
    ...(may === "all" && { accessory: button("sub_retry", "Check again", { value: channelId }) }),
  };
}

const CONVERSATION = /^[CGD][A-Z0-9]+$/;

function channelMention(channelId: string): string {
  return CONVERSATION.test(channelId) ? `<#${channelId}>` : escaped(channelId || "a channel");
}

function forYou({ whenLiveWithoutMe, myDayAt }: Choices): SectionBlock {
  const choice = (what: string, said: string): Span[] => [`\n${what}: `, { strong: said }];
  return {
    ...words([
      { strong: "For you" },
      ...choice("Direct message when a meeting that you host goes live without you", whenLiveWithoutMe ? "on" : "off"),
      ...choice("Direct message with your day, each morning", myDayAt ?? "off"),
    ]),
    accessory: button("me_settings", "My settings"),
  };
}

function changeBlocks(audit: readonly Change[]): KnownBlock[] {
  if (audit.length === 0) return [];
  return [title("Recent changes"), list(audit.slice(0, MOST_CHANGES).map(changeItem))];
}

function changeItem({ by, at, channelId, what }: Change): RichTextSection {
  const text = (words: string): RichTextElement => ({ type: "text", text: words });
  const who: RichTextElement = USER.test(by) ? { type: "user", user_id: by } : text(by || "somebody");
  const where: RichTextElement[] =
    channelId && CONVERSATION.test(channelId) ? [text(" in "), { type: "channel", channel_id: channelId }] : [];
  const { elements } = section([": ", ...what, "  ·  ", timeSpan(at, "day and time")]);
  return { type: "rich_text_section", elements: [who, ...where, ...elements] };
}
