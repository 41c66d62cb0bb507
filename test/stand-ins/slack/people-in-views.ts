import { z } from "zod";
import type { Deliver, Sent } from "./deliver.ts";
import { Refused } from "./refused.ts";
import type { AnswerDesk } from "./response-urls.ts";
import type { Triggers } from "./triggers.ts";
import { readView } from "./views/check-view.ts";
import { choicesOf } from "./views/choices.ts";
import { type Control, controlsIn } from "./views/controls.ts";
import { type Entry, isEmpty, keepsValue, read } from "./views/values.ts";
import { type OpenView, stateNow, type ViewStore, viewJson } from "./views/view-store.ts";
import type { Workspace } from "./workspace.ts";

/** Which control of the modal somebody has in front of them, or of our Home tab if there is no modal. */
export type InView = { userId: string; actionId: string; blockId?: string };

type Options = {
  workspace: Workspace;
  views: ViewStore;
  triggers: Triggers;
  answers: AnswerDesk;
  deliver: Deliver;
};

const TROUBLE = "We had some trouble connecting. Try again?";
const REQUIRED = "Please complete this required field.";

/** What people do in modals and in the Home tab. Each returns when the app has answered, or failed to. */
export function peopleInViews({ workspace, views, triggers, answers, deliver }: Options) {
  const topModal = (userId: string) => views.modals(userId).at(-1);
  const modalOf = (userId: string) => topModal(userId) ?? fail(`${userId} has no modal open`);
  const facing = (userId: string): OpenView =>
    topModal(userId) ?? views.home(userId) ?? fail(`${userId} has no view of ours in front of them`);

  /**
   * Of several menus that are called so, the one with this option. A view may have been shown anew a moment ago, with its
   * blocks under other names: then what is called so is meant, if it is the only one.
   */
  function find({ userId, actionId, blockId, option }: InView & { option?: string }): {
    open: OpenView;
    control: Control;
  } {
    const open = facing(userId);
    const named = controlsIn(open.view.blocks).filter((one) => one.actionId === actionId);
    const inBlock = named.filter((one) => blockId === undefined || one.blockId === blockId);
    const hasIt = ({ element }: Control) =>
      element.type === "overflow" && element.options.some(({ value }) => value === option);
    const [first, ...others] = inBlock.length > 0 ? inBlock : named;
    const isMeant = inBlock.length > 0 || others.length === 0;
    const control = inBlock.find(hasIt) ?? named.find(hasIt) ?? (isMeant ? first : undefined);
    return { open, control: control ?? fail(`no ${actionId} there`) };
  }

  const envelope = (open: OpenView) => {
    const { id, name } = workspace.people.find((person) => person.id === open.userId) ?? fail("nobody is there");
    return {
      team: workspace.team,
      user: { id, username: name, name, team_id: workspace.team.id },
      api_app_id: workspace.bot.appId,
      token: "legacy-verification-token",
      enterprise: null,
      is_enterprise_install: false,
    };
  };
  const withTrigger = (open: OpenView) => ({
    ...envelope(open),
    trigger_id: triggers.give({ userId: open.userId, channelId: open.channelId }),
  });

  async function tellOf(open: OpenView, control: Control, value: Record<string, unknown>): Promise<Sent> {
    const view = viewJson(open, workspace);
    const sent = await deliver("interactive", {
      type: "block_actions",
      ...withTrigger(open),
      container: { type: "view", view_id: open.id },
      view,
      state: view.state,
      actions: [
        { block_id: control.blockId, action_id: control.actionId, action_ts: String(Date.now() / 1000), ...value },
      ],
    });
    if (sent.status !== 200) views.complain(open, { trouble: TROUBLE });
    return sent;
  }

  /** A link for each input that asked for one, to answer into the conversation chosen there. */
  const responseUrls = (open: OpenView) =>
    controlsIn(open.view.blocks).flatMap((control) => {
      const { element, isInput, blockId, actionId } = control;
      if (!isInput || !("response_url_enabled" in element) || !element.response_url_enabled) return [];
      const { selected_conversation, selected_channel } = stateNow(open, control);
      const channelId = String(selected_conversation ?? selected_channel);
      const { url } = answers.open({ userId: open.userId, channelId, source: undefined });
      return [{ block_id: blockId, action_id: actionId, channel_id: channelId, response_url: url }];
    });

  function carryOut(answer: Answer, open: OpenView<Modal>): void {
    if (answer.response_action === "close") views.close(open);
    else if (answer.response_action === "clear") views.close(views.modals(open.userId)[0] ?? open);
    else if (answer.response_action === "update") views.update(open, readView(answer.view, "modal", workspace));
    else if (answer.response_action === "push") views.push(readView(answer.view, "modal", workspace), open);
    else {
      const inputs = controlsIn(open.view.blocks).filter(({ isInput }) => isInput);
      const isKnown = (blockId: string) => inputs.some((input) => input.blockId === blockId);
      const isRight = Object.keys(answer.errors).every(isKnown);
      views.complain(open, isRight ? { errors: answer.errors } : { trouble: TROUBLE });
    }
  }

  return {
    /**
     * Types into an input or chooses in it. Answers with what the app said, if it is one the app hears of at once: not
     * while somebody only types, and has not pressed Enter yet.
     */
    async fill(where: InView, entry: Entry, { isTyping = false } = {}): Promise<Sent | undefined> {
      const { open, control } = find(where);
      views.enter(open, control, read(control.element, entry, choicesOf(open, control, workspace)));
      return control.isTold && !isTyping ? tellOf(open, control, stateNow(open, control)) : undefined;
    },

    press(where: InView & { option?: string }): Promise<Sent> {
      const { open, control } = find(where);
      const { element } = control;
      if (element.type === "button") {
        const { type, text, value, style, url } = element;
        return tellOf(open, control, {
          ...{ type, text },
          ...(value !== undefined && { value }),
          ...(style && { style }),
          ...(url && { url }),
        });
      }
      if (element.type !== "overflow") return fail(`${element.type} is not pressed: fill it`);
      const option = element.options.find(({ value }) => value === where.option) ?? fail(`no option ${where.option}`);
      return tellOf(open, control, { type: "overflow", selected_option: { text: option.text, value: option.value } });
    },

    /** What the app offers for the beginning of a word; afterwards it can be chosen. */
    async suggestions(where: InView, query: string): Promise<string[]> {
      const { open, control } = find(where);
      const { element } = control;
      if (element.type !== "external_select" && element.type !== "multi_external_select")
        return fail(`${element.type} has its own options`);
      if (query.length < (element.min_query_length ?? 3)) return [];
      const sent = await deliver("interactive", {
        type: "block_suggestion",
        ...envelope(open),
        container: { type: "view", view_id: open.id },
        view: viewJson(open, workspace),
        block_id: control.blockId,
        action_id: control.actionId,
        value: query,
      });
      const offered = sent.status === 200 ? Offer.safeParse(sent.body) : undefined;
      if (!offered?.success) return [];
      views.offer(open, control, offered.data.options);
      return offered.data.options.map(({ text }) => text.text);
    },

    /** Presses the modal's submit button. Slack's client does not send what lacks a required input. */
    async submit(userId: string): Promise<Sent> {
      const open = modalOf(userId);
      if (!open.view.submit) fail("this modal has nothing to submit");
      const missing = controlsIn(open.view.blocks).filter(
        (control) =>
          control.isInput && !control.isOptional && keepsValue(control.element) && isEmpty(stateNow(open, control)),
      );
      if (missing.length > 0) {
        views.complain(open, { errors: Object.fromEntries(missing.map(({ blockId }) => [blockId, REQUIRED])) });
        fail(`required: ${missing.map(({ label }) => label).join(", ")}`);
      }
      const sent = await deliver("interactive", {
        type: "view_submission",
        ...withTrigger(open),
        view: viewJson(open, workspace),
        response_urls: responseUrls(open),
      });
      const answer = sent.status === 200 ? Answer.safeParse(sent.body) : undefined;
      try {
        if (answer?.success) carryOut(answer.data, open);
        else views.complain(open, { trouble: TROUBLE });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        views.complain(open, { trouble: TROUBLE });
      }
      return sent;
    },

    /** Closes the modal, or with `all` every modal. The app hears of those that asked for it. */
    async close(userId: string, { all = false } = {}): Promise<void> {
      const top = modalOf(userId);
      const isCleared = all || top.view.clear_on_close === true;
      const closing = isCleared ? views.modals(userId) : [top];
      const told = closing.filter(({ view }) => view.notify_on_close);
      const bodies = told.map((open) => ({
        type: "view_closed",
        ...envelope(open),
        view: viewJson(open, workspace),
        is_cleared: isCleared,
      }));
      const [bottom = top] = closing;
      views.close(bottom);
      for (const body of bodies) await deliver("interactive", body);
    },
  };
}

type Modal = Extract<OpenView["view"], { type: "modal" }>;
type Answer = z.output<typeof Answer>;
const Answer = z.union([
  z.literal("").transform(() => ({ response_action: "close" as const })),
  z.discriminatedUnion("response_action", [
    z.object({ response_action: z.literal("clear") }),
    z.object({ response_action: z.literal("errors"), errors: z.record(z.string(), z.string().min(1)) }),
    z.object({ response_action: z.literal("update"), view: z.unknown() }),
    z.object({ response_action: z.literal("push"), view: z.unknown() }),
  ]),
  z.strictObject({}).transform(() => ({ response_action: "close" as const })),
]);
const Offer = z.object({
  options: z
    .array(
      z.object({
        text: z.object({ type: z.literal("plain_text"), text: z.string().max(75) }),
        value: z.string().max(150),
      }),
    )
    .max(100),
});

function fail(because: string): never {
  throw new Error(because);
}
