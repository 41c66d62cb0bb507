import type { KnownBlock, ModalView, RichTextBlock } from "@slack/types";
import { z } from "zod";
import type { Line } from "../card/card.ts";
import type { Instant } from "../meeting/fact.ts";
import type { Detail, PeopleShown, Subscription } from "../subscription/subscription.ts";
import {
  DAYS,
  DETAILS,
  type Form,
  formOf,
  MOST_MINUTES,
  MOST_PEOPLE,
  mannerOf,
  PEOPLE,
  readForm,
  togetherWrong,
  WEEKLY,
  WHICH,
  wantedRules,
} from "./subscription-form.ts";
import { LONGEST_TEXT, MOST_RULES, writtenRules } from "./subscription-rules.ts";
import { CHANNEL, input, option, plainText, richLines, smallPrint, valuesOf } from "./view-parts.ts";

export const SAVE = "sub_save";
export { WHICH };

export interface ModalAsked {
  /** Where it posts: fixed if that is being changed, else a proposal. */
  channelId?: string;
  /** What the fields begin with. */
  subscription: Subscription;
  isNew: boolean;
  /** Of the person who asks. */
  timeZone: string;
  /** What to say above the fields. */
  note?: Line;
  /** Where the person was: kept for whoever answers. */
  origin?: string;
}

/** The modal that says which meetings a channel hears of, and how. */
export function subscriptionModal({ channelId, subscription, isNew, timeZone, note, origin }: ModalAsked): ModalView {
  const channel = isNew ? undefined : channelId;
  const meta: Meta = {
    v: 1,
    timeZone,
    ...(channel !== undefined && { channel }),
    ...(origin !== undefined && { origin }),
  };
  const blocks = blocksOf(formOf(subscription), subscription, meta, channelId);
  return modal([...(note ? [richLines(note)] : []), ...blocks], meta);
}

/**
 * The same modal with the fields that belong to what is chosen in it now: shown whenever `sub_which` is told. Nothing
 * that was typed is lost. `otherwise`: what the fields began with.
 */
export function modalFor(view: unknown, otherwise: Subscription): ModalView {
  const { hidden, ...meta } = metaOf(view);
  const { said } = readForm(valuesOf(view));
  const form = { ...formOf(otherwise), ...hidden, ...said };
  const { hosts, match } = form;
  const next = form.which === "all" ? { ...meta, hidden: { hosts, match } } : meta;
  return modal(blocksOf(form, otherwise, meta, said.channel), next);
}

/** Where the modal posts as it stands; undefined while nobody chose. */
export function channelOf(view: unknown): string | undefined {
  return metaOf(view).channel ?? readForm(valuesOf(view)).said.channel;
}

/** Where the person was who opened it. */
export function originOf(view: unknown): string | undefined {
  return metaOf(view).origin;
}

export type Submission =
  | { kind: "wrong"; errors: Record<string, string> }
  | {
      kind: "said";
      channelId: string;
      /** A host who is new in it is known by the user id alone. */
      subscription: Subscription;
      /** All hosts chosen by user id. */
      userIds: string[];
    };

/**
 * What somebody submitted: what the channel asks for from `now` on, or what is wrong, by block. What the modal does not
 * show stays as it was `before`.
 */
export function readSubmission(view: unknown, before: Subscription | undefined, now: Instant): Submission {
  const { said, errors } = readForm(valuesOf(view));
  const channelId = metaOf(view).channel ?? said.channel;
  const { rules, errors: notThese } = wantedRules(said, before?.rules ?? []);
  const wrong = { ...notThese, ...togetherWrong(said), ...errors };
  if (channelId === undefined) return { kind: "wrong", errors: { channel: "Choose a channel.", ...wrong } };
  if (Object.keys(wrong).length > 0) return { kind: "wrong", errors: wrong };
  const form = said as Form; // whatever is missing would be wrong
  const isBack = before?.rules.length === 0;
  const { quiet: _, pausedUntil, ...kept }: Partial<Subscription> = before ?? {};
  return {
    kind: "said",
    channelId,
    subscription: {
      ...{ muted: [], since: now, ...kept, ...mannerOf(form), rules },
      ...(isBack ? { since: now } : pausedUntil !== undefined && { pausedUntil }),
    },
    userIds: form.which === "some" ? (form.hosts ?? []) : [],
  };
}

/**
 * What to say in the modal, which stays open, when the channel cannot be posted in or may not be changed by who asks:
 * `because` is what Slack says, or "not_a_member" and "only_admins".
 */
export function channelError(because: string, view: unknown): Record<string, string> {
  const block = metaOf(view).channel === undefined ? "channel" : "which"; // an error stands at an input or nowhere
  return { [block]: CHANNEL_ERRORS.get(because) ?? "I cannot post in this channel just now. Please try again." };
}

const INVITE = "I am not in this channel. Type /invite @meetings there, then save again.";
const ANNOUNCEMENTS = "Only some people may post in this channel. Whoever looks after it can let me post too.";
const CHANNEL_ERRORS = new Map([
  ["channel_not_found", INVITE],
  ["not_in_channel", INVITE],
  ["is_archived", "This channel is archived. Choose another one, or bring it back first."],
  ["is_inactive", "This channel is frozen. Choose another one."],
  ["restricted_action", ANNOUNCEMENTS],
  ["restricted_action_read_only_channel", ANNOUNCEMENTS],
  ["restricted_action_thread_only_channel", ANNOUNCEMENTS],
  ["not_a_member", "Only members of this channel may change what it hears of. Join it, then save again."],
  ["not_told", "I cannot see this channel from here. Type /meetings settings there."],
  ["no_guests", "Guests cannot change what a channel hears of. Please ask somebody else in it."],
  ["no_strangers", "Only people of the company whose meetings these are may change this. Please ask one."],
  ["not_saved", "That took too long, and nothing was saved. Please press Save again."],
  ["only_admins", "Only admins may change what channels hear of. Please ask one."],
]);

const DETAIL_WORDS: Record<Detail, string> = {
  card: "One card per meeting, updated in place",
  thread: "Card, and joins and leaves in its thread",
  end: "Only when it ends",
  digest: "Only the digest",
};
const PEOPLE_WORDS: Record<PeopleShown, string> = {
  names: "Show names",
  counts: "Show only how many",
  private: "Hide topic and names",
};
const DAY_WORDS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const ALL = option("All meetings", "all");
const SOME = option("Only those of some hosts, or with some topics or IDs", "some");

/** `before` has what the fields cannot show. */
function blocksOf(form: Shown, before: Subscription, { channel, timeZone }: Meta, proposed?: string): KnownBlock[] {
  return [
    channel === undefined ? channelInput(proposed) : fixedChannel(channel),
    input(
      "which",
      "Which meetings",
      {
        type: "radio_buttons",
        action_id: WHICH,
        options: [ALL, SOME],
        initial_option: form.which === "all" ? ALL : SOME,
      },
      { dispatch_action: true },
    ),
    ...(form.which === "some" ? ruleInputs(form, writtenRules(before.rules).hidden.length) : []),
    select("detail", "How much", DETAILS, DETAIL_WORDS, form.detail),
    select("people", "People", PEOPLE, PEOPLE_WORDS, form.people, before.isShared ? SHARED : undefined),
    whole("leastPeople", "At least this many people", form.leastPeople, MOST_PEOPLE),
    whole("leastMinutes", "At least this many minutes", form.leastMinutes, MOST_MINUTES, "Other meetings get no card."),
    time("quietFrom", "Quiet from", form.quietFrom, { optional: true }),
    time("quietUntil", "Quiet until", form.quietUntil, {
      optional: true,
      hint: "Nothing new is posted between these times. For no quiet hours, choose the same time twice.",
    }),
    input("days", "Daily digest on", daysElement(form.days), {
      optional: true,
      hint: "Choose no day for no daily digest.",
    }),
    input("weekly", "Weekly digest", weeklyElement(form.weekly), { optional: true }),
    time("at", "Digest time", form.at),
    input(
      "zone",
      "Time zone",
      { type: "plain_text_input", initial_value: form.zone, max_length: 100 },
      { hint: zoneHint(form.zone, timeZone) },
    ),
  ];
}

type Shown = Omit<Form, "channel">;

const SHARED = "People of another company are in this channel: names are never shown in it.";

function channelInput(proposed = "") {
  const begin = CHANNEL.test(proposed)
    ? { initial_conversation: proposed }
    : { default_to_current_conversation: true as const };
  return input(
    "channel",
    "Post in",
    {
      type: "conversations_select",
      ...begin,
      filter: { include: ["public", "private"], exclude_bot_users: true },
    },
    { hint: "For a private channel, type /invite @meetings there first." },
  );
}

function fixedChannel(channelId: string): RichTextBlock {
  const elements = [
    { type: "text" as const, text: "Posts in " },
    { type: "channel" as const, channel_id: channelId },
  ];
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements }] };
}

function ruleInputs({ hosts, match }: Shown, hidden: number): KnownBlock[] {
  return [
    input(
      "hosts",
      "Hosts",
      {
        type: "multi_users_select",
        ...(hosts.length > 0 && { initial_users: hosts }),
        max_selected_items: Math.max(MOST_RULES, hosts.length),
      },
      { optional: true },
    ),
    input(
      "match",
      "Topics or meeting IDs",
      {
        type: "plain_text_input",
        multiline: true,
        max_length: LONGEST_TEXT,
        ...(match && { initial_value: match }),
      },
      {
        optional: true,
        hint: "One per line. Part of a topic is enough. A host who is not in this Slack: host: and the name or e-mail address.",
      },
    ),
    ...(hidden > 0 ? [smallPrint([`${hidden} more do not fit here and stay as they are.`])] : []),
  ];
}

function select<T extends string>(
  blockId: string,
  label: string,
  values: readonly T[],
  words: Record<T, string>,
  chosen: T,
  hint?: string,
) {
  const options = values.map((value) => option(words[value], value));
  const initial_option = option(words[chosen], chosen);
  return input(blockId, label, { type: "static_select", options, initial_option }, hint ? { hint } : {});
}

function whole(blockId: string, label: string, value: number, most: number, hint?: string) {
  return input(
    blockId,
    label,
    {
      type: "number_input",
      is_decimal_allowed: false,
      min_value: "0",
      max_value: `${most}`,
      ...(value > 0 && { initial_value: `${value}` }),
    },
    { optional: true, ...(hint && { hint }) },
  );
}

function time(
  blockId: string,
  label: string,
  value: string | undefined,
  more: { optional?: boolean; hint?: string } = {},
) {
  return input(blockId, label, { type: "timepicker", ...(value && { initial_time: value }) }, more);
}

function daysElement(chosen: readonly string[]) {
  const options = DAYS.map((day, index) => option(DAY_WORDS[index] ?? day, day));
  const initial = options.filter(({ value }) => chosen.includes(value ?? ""));
  return { type: "multi_static_select" as const, options, ...(initial.length > 0 && { initial_options: initial }) };
}

function weeklyElement(chosen: readonly string[]) {
  const options = [option("Weekly, on Friday", WEEKLY)];
  return { type: "checkboxes" as const, options, ...(chosen.length > 0 && { initial_options: options }) };
}

function zoneHint(zone: string, own: string): string {
  const what = "For the quiet hours and the digest.";
  return own === zone ? what : `${what} Yours is ${own}.`;
}

const MOST_METADATA = 3_000;

const Meta = z.object({
  v: z.literal(1),
  timeZone: z.string(),
  channel: z.string().regex(CHANNEL).exactOptional(),
  origin: z.string().exactOptional(),
  /** What was typed into fields that are not shown now. */
  hidden: z.object({ hosts: z.array(z.string()), match: z.string() }).exactOptional(),
});
type Meta = z.output<typeof Meta>;

const NO_META: Meta = { v: 1, timeZone: "UTC" };

function metaOf(view: unknown): Meta {
  try {
    const { private_metadata } = z.object({ private_metadata: z.string() }).parse(view);
    return Meta.parse(JSON.parse(private_metadata));
  } catch {
    return NO_META; // of an older version, or none of ours
  }
}

function modal(blocks: KnownBlock[], meta: Meta): ModalView {
  const { hidden: _, ...least } = meta;
  const all = JSON.stringify(meta);
  return {
    type: "modal",
    callback_id: SAVE,
    private_metadata: all.length <= MOST_METADATA ? all : JSON.stringify(least),
    title: plainText("Meeting updates"),
    submit: plainText("Save"),
    close: plainText("Cancel"),
    blocks,
  };
}
