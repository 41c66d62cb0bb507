import { randomBytes } from "node:crypto";
import { refuse } from "../refused.ts";
import type { Trigger } from "../triggers.ts";
import type { Workspace } from "../workspace.ts";
import type { Home, Modal, View } from "./check-view.ts";
import { type Control, controlsIn, withIds } from "./controls.ts";
import { keepsValue, type OfferedOption, stateOf } from "./values.ts";

/** A view in front of a person, with what they have typed so far. */
export type OpenView<V extends View = View> = {
  id: string;
  hash: string;
  userId: string;
  /** Where the person was when it opened. */
  channelId: string | undefined;
  rootId: string;
  previousId: string | undefined;
  view: V;
  entered: Map<string, unknown>;
  offered: Map<string, OfferedOption[]>;
  /** What the app says is wrong, by block. */
  errors: Record<string, string>;
  /** What Slack says when the app does not answer well. */
  trouble: string | undefined;
};
export type ViewStore = ReturnType<typeof viewStore>;

const MOST_STACKED = 3;

/** The modals people have open, at most three on top of each other, and what each sees in our Home tab. */
export function viewStore(workspace: Workspace) {
  const stacks = new Map<string, OpenView<Modal>[]>();
  const homes = new Map<string, OpenView<Home>>();

  const stackOf = (userId: string) => stacks.get(userId) ?? [];
  const all = () => [...[...stacks.values()].flat(), ...homes.values()];
  const tell = () => workspace.tell({ kind: "view" });

  function made<V extends View>(view: V, trigger: Trigger, below: OpenView | undefined): OpenView<V> {
    refuseTaken(view, undefined);
    const id = `V${randomBytes(5).toString("hex").toUpperCase()}`;
    return {
      id,
      hash: newHash(),
      userId: trigger.userId,
      channelId: trigger.channelId ?? below?.channelId,
      rootId: below?.rootId ?? id,
      previousId: below?.id,
      view: { ...view, blocks: withIds(view.blocks) },
      entered: new Map(),
      offered: new Map(),
      errors: {},
      trouble: undefined,
    };
  }

  function refuseTaken({ external_id }: View, self: OpenView | undefined): void {
    if (external_id && all().some((open) => open !== self && open.view.external_id === external_id))
      refuse("duplicate_external_id");
  }

  /** Values stay where a control has the same ids and type as before. */
  function change(open: OpenView, view: View): void {
    refuseTaken(view, open);
    const before = new Map(controlsIn(open.view.blocks).map((control) => [keyOf(control), control.element.type]));
    Object.assign(open, {
      view: { ...view, blocks: withIds(view.blocks) },
      hash: newHash(),
      errors: {},
      trouble: undefined,
    });
    const after = controlsIn(open.view.blocks);
    const kept = after.filter((control) => before.get(keyOf(control)) === control.element.type).map(keyOf);
    for (const key of open.entered.keys()) if (!kept.includes(key)) open.entered.delete(key);
    tell();
  }

  return {
    modals: (userId: string): readonly OpenView<Modal>[] => stackOf(userId),
    home: (userId: string): OpenView<Home> | undefined => homes.get(userId),

    /** Opens a modal in place of all others the person has open. */
    open(view: Modal, trigger: Trigger): OpenView<Modal> {
      const opened = made(view, trigger, undefined);
      stacks.set(trigger.userId, [opened]);
      tell();
      return opened;
    },
    push(view: Modal, trigger: Trigger): OpenView<Modal> {
      const stack = stackOf(trigger.userId);
      const top = stack.at(-1) ?? refuse("not_found");
      if (stack.length >= MOST_STACKED) refuse("push_limit_reached");
      const opened = made(view, trigger, top);
      stacks.set(trigger.userId, [...stack, opened]);
      tell();
      return opened;
    },
    publish(view: Home, userId: string, hash: string | undefined): OpenView<Home> {
      const known = homes.get(userId);
      if (!known) {
        const published = made(view, { userId }, undefined);
        homes.set(userId, published);
        tell();
        return published;
      }
      if (hash && hash !== known.hash) refuse("hash_conflict");
      change(known, view);
      return known;
    },
    find: (wanted: { viewId?: string | undefined; externalId?: string | undefined }): OpenView =>
      all().find((open) =>
        wanted.viewId ? open.id === wanted.viewId : wanted.externalId && open.view.external_id === wanted.externalId,
      ) ?? refuse("not_found"),
    update(open: OpenView, view: View, hash?: string): void {
      if (hash && hash !== open.hash) refuse("hash_conflict");
      change(open, view);
    },
    enter(open: OpenView, control: Control, value: unknown): void {
      open.entered.set(keyOf(control), value);
      open.errors = Object.fromEntries(Object.entries(open.errors).filter(([blockId]) => blockId !== control.blockId));
      tell();
    },
    /** What the app has found for the beginning of a word. */
    offer(open: OpenView, control: Control, options: OfferedOption[]): void {
      open.offered.set(keyOf(control), options);
      tell();
    },
    complain(open: OpenView, what: { errors: Record<string, string> } | { trouble: string }): void {
      Object.assign(open, { errors: {}, trouble: undefined }, what);
      tell();
    },
    /** Closes a modal and what lies on top of it. */
    close(open: OpenView): void {
      const stack = stackOf(open.userId);
      const at = stack.findIndex(({ id }) => id === open.id);
      if (at >= 0) stacks.set(open.userId, stack.slice(0, at));
      tell();
    },
    clear(): void {
      stacks.clear();
      homes.clear();
    },
  };
}

export const keyOf = ({ blockId, actionId }: Pick<Control, "blockId" | "actionId">) => `${blockId}\n${actionId}`;
const newHash = () => `${Math.floor(Date.now() / 1000)}.${randomBytes(4).toString("hex")}`;

/** What a control says to the app now. */
export function stateNow(open: OpenView, control: Control): Record<string, unknown> {
  const state = stateOf(control.element, open.entered.get(keyOf(control)));
  const isHere = "default_to_current_conversation" in control.element;
  if (isHere && state.selected_conversation === null && !open.entered.has(keyOf(control)))
    return { ...state, selected_conversation: open.channelId ?? null };
  return state;
}

/** A view as Slack's answers and payloads carry it. */
export function viewJson(open: OpenView, { team, bot }: Workspace): Record<string, unknown> {
  const values: Record<string, Record<string, unknown>> = {};
  for (const control of controlsIn(open.view.blocks))
    if (keepsValue(control.element))
      values[control.blockId] = { ...values[control.blockId], [control.actionId]: stateNow(open, control) };
  const { view } = open;
  return {
    id: open.id,
    team_id: team.id,
    type: view.type,
    blocks: view.blocks,
    private_metadata: view.private_metadata ?? "",
    callback_id: view.callback_id ?? "",
    state: { values },
    hash: open.hash,
    title: view.type === "modal" ? view.title : { type: "plain_text", text: "View Title", emoji: true },
    close: view.type === "modal" ? (view.close ?? null) : null,
    submit: view.type === "modal" ? (view.submit ?? null) : null,
    clear_on_close: view.type === "modal" && (view.clear_on_close ?? false),
    notify_on_close: view.type === "modal" && (view.notify_on_close ?? false),
    previous_view_id: open.previousId ?? null,
    root_view_id: open.rootId,
    external_id: view.external_id ?? "",
    app_id: bot.appId,
    app_installed_team_id: team.id,
    bot_id: bot.botId,
  };
}
