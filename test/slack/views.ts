import { doesNotMatch, ok } from "node:assert/strict";
import type { HomeView, ModalView } from "@slack/types";
import { at } from "../meeting/facts.ts";
import { fileStore } from "../stand-ins/slack/file-store.ts";
import { readView } from "../stand-ins/slack/views/check-view.ts";
import { choicesOf } from "../stand-ins/slack/views/choices.ts";
import { controlsIn } from "../stand-ins/slack/views/controls.ts";
import { plainView } from "../stand-ins/slack/views/plain-view.ts";
import { type Entry, read } from "../stand-ins/slack/views/values.ts";
import { viewJson, viewStore } from "../stand-ins/slack/views/view-store.ts";
import { BOT, openWorkspace, TEAM } from "../stand-ins/slack/workspace.ts";

export const NOW = at("12:00");
const ALICE = "U0ALICE";
export const GENERAL = "C0GENERAL";

const world = openWorkspace({
  team: TEAM,
  bot: BOT,
  people: [{ id: ALICE, name: "alice", realName: "Alice Ng", tz: "Europe/Zurich" }],
  channels: [
    {
      id: GENERAL,
      name: "general",
      kind: "public",
      isArchived: false,
      isShared: false,
      members: [ALICE],
      botIsMember: true,
    },
  ],
  files: fileStore((path) => path),
  now: () => NOW,
});
const READER = { timeZone: "UTC", now: NOW, names: world.names };

/** A view in front of Alice, once Slack has taken it. */
export function opened(view: ModalView | HomeView) {
  const views = viewStore(world);
  const taken = (one: ModalView | HomeView) => {
    keepsLimits(one);
    return one.type === "modal" ? readView(one, "modal", world) : readView(one, "home", world);
  };
  const first = taken(view);
  const where = { userId: ALICE, channelId: GENERAL };
  const open = first.type === "modal" ? views.open(first, where) : views.publish(first, ALICE, undefined);
  const find = (blockId: string) => {
    const control = controlsIn(open.view.blocks).find((one) => one.blockId === blockId);
    if (!control) throw new Error(`there is no ${blockId}`);
    return control;
  };
  return {
    /** As Alice reads it. */
    plain: () => plainView(open, READER),
    /** What the client of Slack lets her type or choose. */
    fill(blockId: string, entry: Entry) {
      const control = find(blockId);
      const choices = choicesOf(open, control, world);
      const wanted = [entry]
        .flat()
        .filter((value) => value !== null)
        .filter((value) => !choices.some((one) => one.value === value));
      const others = wanted.map((value) => ({ text: { type: "plain_text" as const, text: value }, value }));
      views.enter(open, control, read(control.element, entry, [...choices, ...others]));
    },
    /** What is told when a control is used or the view is submitted. */
    view: () => viewJson(open, world),
    update: (next: ModalView | HomeView) => views.update(open, taken(next)),
    blockIds: () => controlsIn(open.view.blocks).map(({ blockId }) => blockId),
  };
}

/** As Alice reads it, if Slack takes it. */
export const shown = (view: ModalView | HomeView): string => opened(view).plain();

const LONGEST: Record<string, number> = {
  value: 2_000,
  private_metadata: 3_000,
  callback_id: 255,
  block_id: 255,
  action_id: 255,
  url: 3_000,
  initial_value: 3_000,
};
const LONGEST_TEXTS: Record<string, number> = {
  header: 150,
  section: 3_000,
  label: 2_000,
  hint: 2_000,
  title: 24,
  submit: 24,
  close: 24,
  button: 75,
  option: 75,
  elements: 3_000,
  fields: 2_000,
};
const MOST: Record<string, number> = {
  overflow: 5,
  checkboxes: 10,
  radio_buttons: 10,
  static_select: 100,
  multi_static_select: 100,
};

/** The limits of docs.slack.dev, "Block Kit", counted in UTF-16 and anew, without the stand-in's own reading of them. */
function keepsLimits(view: ModalView | HomeView): void {
  const json = JSON.stringify(view);
  ok(Buffer.byteLength(json) <= 250_000, `a view of ${Buffer.byteLength(json)} bytes`);
  ok(view.blocks.length <= 100, `${view.blocks.length} blocks`);
  doesNotMatch(json, /undefined|\[object |NaN/);
  walk(view, "view", "");
}

function walk(node: unknown, key: string, owner: string): void {
  if (typeof node === "string") {
    const most = LONGEST[key];
    if (most !== undefined)
      ok(node.length <= (key === "value" && owner === "option" ? 150 : most), `${key} of ${node.length}`);
    return;
  }
  if (Array.isArray(node)) {
    for (const item of node) walk(item, key, owner);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const { type, text, options } = node as { type?: string; text?: unknown; options?: unknown[] };
  if ((type === "plain_text" || type === "mrkdwn") && typeof text === "string") {
    const of = key === "text" ? owner : key;
    const most = LONGEST_TEXTS[of] ?? 0;
    ok(text.length >= 1 && text.length <= most, `a text of ${text.length} in ${of}: ${text.slice(0, 80)}`);
  }
  if (options)
    ok(options.length >= 1 && options.length <= (MOST[type ?? ""] ?? 0), `${options.length} options in ${type}`);
  const name = type ?? (key.endsWith("options") || key === "initial_option" ? "option" : key);
  for (const [child, value] of Object.entries(node)) walk(value, child, name);
}

/** What people call their meetings to break something; each contains EVIL. */
export const HOSTILE: Record<string, string> = {
  markup: "*EVIL* _it_ ~no~ `code` ```block``` > quote",
  mentions: "EVIL <!channel> <!here> <@U0ALICE> <#C0MEETINGS> @channel",
  links: "EVIL <https://evil.example|zoom.us> https://evil.example",
  bidi: "EVIL \u202Eexe.gpj\u202C \u2066x\u2069",
  emoji: `EVIL ${"👩‍👩‍👧‍👦".repeat(200)} :tada:`,
  zalgo: `EVIL a${"\u0301".repeat(4_000)}`,
  long: `EVIL${"W".repeat(4_000)}`,
  ampersands: `EVIL${"&".repeat(4_000)}`,
};

/** All mrkdwn in a view: only our own words may be in it. */
export function mrkdwnIn(view: ModalView | HomeView): string {
  const found: string[] = [];
  JSON.stringify(view, (_, value) => {
    if (value?.type === "mrkdwn") found.push(value.text);
    return value;
  });
  return found.join("\n");
}
