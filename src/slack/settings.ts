import type bolt from "@slack/bolt";
import { saidCard, settingsButton } from "../card/subscription-cards.ts";
import { rulesLine } from "../card/subscription-words.ts";
import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";
import type { Subscription } from "../subscription/subscription.ts";
import { shown } from "./answer.ts";
import { askerIn, changerIn, isDirect, type Place } from "./asker.ts";
import { inTime } from "./in-time.ts";
import { type OnPress, unknownPress } from "./presses.ts";
import { type Leave, leaveToChange, mayChangeNone } from "./rights.ts";
import { hostFor, type Subscribers } from "./subscribing.ts";
import {
  channelError,
  channelOf,
  modalFor,
  originOf,
  readSubmission,
  SAVE,
  subscriptionModal,
  WHICH,
} from "./subscription-modal.ts";
import { openView, updateView } from "./views.ts";
import { where } from "./where.ts";
import type { Workspace } from "./workspaces.ts";

export interface Settings {
  subscribers: Subscribers;
  now: () => Instant;
  /** Somebody changed something: their Home tab may be behind. */
  onChange: (workspace: Workspace, userId: string) => void;
}

/** The form of a channel's subscription: how it opens is `openSettings`; here it is filled in and saved. */
export function settingsForm(app: bolt.App, onPress: OnPress, { subscribers, now, onChange }: Settings): void {
  const before = async ({ address }: Workspace, channelId: string | undefined) =>
    channelId === undefined ? undefined : (await subscribers.book()).channels.get(`${address}:${channelId}`);

  onPress(WHICH, async ({ workspace, place, view, answer }) => {
    await answer(async () => {
      if (!view?.id) return unknownPress;
      const { timeZone } = await workspace.person(place.userId);
      const begins = (await before(workspace, channelOf(view))) ?? subscribers.begins(timeZone);
      const shownView = { viewId: view.id, ...(view.hash !== undefined && { hash: view.hash }) };
      const how = await updateView(workspace.client, shownView, modalFor(view, begins));
      if (typeof how !== "object" || !("because" in how)) return undefined;
      log.warn({ because: how.because }, "a form in Slack could not be changed");
      return saidCard(["Slack does not change the form just now. Please choose once more."]);
    });
  });

  app.view(SAVE, async ({ ack, body, view, context }) => {
    const workspace = where(context);
    const place = { userId: body.user.id, channelId: originOf(view) };
    const saved = await inTime((stillInTime) => save(workspace, place, view, stillInTime)).catch((err: unknown) => {
      log.error({ err }, "a subscription could not be saved");
      return { errors: channelError("not_saved", view) };
    });
    if ("errors" in saved) return ack({ response_action: "errors", errors: saved.errors });
    await ack();
    onChange(workspace, place.userId);
    await confirm(workspace, place, saved);
  });

  type Saved = { channelId: string; subscription: Subscription } | { errors: Record<string, string> };

  /** Who was in the channel when the form opened may have left since; where we may not ask, that has to do. */
  async function leaveNow(workspace: Workspace, place: Place, channelId: string): Promise<Leave> {
    const leave = await leaveToChange(workspace, { userId: place.userId }, channelId, subscribers.whoMay);
    const mayNotAsk = leave.kind === "refused" && MAY_NOT_ASK.has(leave.because);
    return mayNotAsk ? leaveToChange(workspace, place, channelId, subscribers.whoMay) : leave;
  }

  async function save(workspace: Workspace, place: Place, view: unknown, stillInTime: () => void): Promise<Saved> {
    const said = readSubmission(view, await before(workspace, channelOf(view)), now());
    if (said.kind === "wrong") return { errors: said.errors };
    const { channelId } = said;
    const leave = await leaveNow(workspace, place, channelId);
    if (leave.kind === "refused") return { errors: channelError(leave.because, view) };
    const { isShared: _, ...rest } = await withHosts(said.subscription, workspace);
    const subscription = { ...rest, ...(leave.isShared && { isShared: true }) };
    const by = { ...(await changerIn(workspace, place.userId)), timeZone: subscription.timeZone };
    stillInTime();
    await subscribers.change(`${workspace.address}:${channelId}`, { kind: "save", subscription }, by);
    return { channelId, subscription };
  }
}

const MAY_NOT_ASK = new Set(["missing_scope", "not_told"]);

export type Opening = "opened" | "too late" | "no form" | Extract<Leave, { kind: "refused" }>;

/**
 * Opens the form, unless who asks could never save it. "too late": the person has to ask again; "no form": Slack opens none. `channelId`: where they are, or what they want to change; of
 * one that they may not read the form tells nothing, as if it did not know it.
 */
export async function openSettings(
  { subscribers }: Pick<Settings, "subscribers">,
  workspace: Workspace,
  { userId, channelId: origin }: Place,
  { triggerId, channelId }: { triggerId: string | undefined; channelId?: string | undefined },
): Promise<Opening> {
  const [{ timeZone }, because, book, proposed] = await Promise.all([
    workspace.person(userId),
    mayChangeNone(workspace, userId, subscribers.whoMay),
    subscribers.book(),
    mayBeShown(workspace, { userId, channelId: origin }, channelId),
  ]);
  if (because) return { kind: "refused", because };
  const known = proposed === undefined ? undefined : book.channels.get(`${workspace.address}:${proposed}`);
  const isNew = known === undefined || known.rules.length === 0;
  const view = subscriptionModal({
    ...(proposed !== undefined && { channelId: proposed }),
    subscription: isNew ? { ...(known ?? subscribers.begins(timeZone)), rules: [{ of: "all" }] } : known,
    isNew,
    timeZone,
    ...(origin !== undefined && { origin }),
  });
  const answer = await openView(workspace.client, triggerId, view);
  if (answer === "too late") return answer;
  if (typeof answer === "string" || !("because" in answer)) return "opened";
  log.warn({ because: answer.because }, "Slack does not open a form");
  return "no form";
}

/** The channel, unless the form would tell what is heard of in it to somebody who may not read it. */
async function mayBeShown(workspace: Workspace, place: Place, channelId?: string): Promise<string | undefined> {
  if (channelId === undefined || isDirect(channelId)) return undefined;
  const asker = await askerIn(workspace, place);
  if (asker.isStranger) return undefined;
  const channel = `${workspace.address}:${channelId}`;
  return channel === asker.channel || (await asker.mayRead(channel)) ? channelId : undefined;
}

/** Hosts who were chosen by name in Slack are known to Zoom by their address. */
async function withHosts(subscription: Subscription, workspace: Workspace): Promise<Subscription> {
  const rules = await Promise.all(
    subscription.rules.map(async (rule) => {
      if (rule.of !== "host" || rule.host.userId === undefined || rule.host.email) return rule;
      return { of: "host" as const, host: await hostFor(rule.host.userId, workspace) };
    }),
  );
  return { ...subscription, rules };
}

/** One line, for the person only, where they were. From the Home tab there is nowhere to say it: they see it there. */
async function confirm(
  { client }: Workspace,
  { userId, channelId: origin }: Place,
  saved: { channelId: string; subscription: Subscription },
): Promise<void> {
  if (origin === undefined) return;
  const line = [{ channel: saved.channelId }, " hears of ", ...rulesLine(saved.subscription), "."];
  const message = shown(saidCard(line, [settingsButton(saved.channelId)]));
  try {
    await client.chat.postEphemeral({ channel: origin, user: userId, ...message });
  } catch {
    // where we are not in the channel nothing can be said there; the form closed, and Home shows what was saved
  }
}
