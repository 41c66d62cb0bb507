import type { HomeView, ModalView } from "@slack/types";
import type { WebClient } from "@slack/web-api";
import { log } from "../log.ts";
import type { Refusal } from "../ports.ts";
import { answered, isRefusal } from "./refusal.ts";

/** A view in front of somebody. `hash` tells whether it was changed since. */
export interface ShownView {
  viewId: string;
  hash?: string;
}

/** What to show, made anew where somebody else was quicker. */
export type Fresh<V> = V | (() => Promise<V>);

/**
 * Opens a modal. "too late": the person has to ask again, for Slack lets us answer each press within three seconds, and
 * once. "shown": it is open, but Slack does not say how to change it. Like all that follows it never throws for what Slack says no to; the client must not retry by itself.
 */
export async function openView(client: WebClient, triggerId: string | undefined, view: ModalView): Promise<Shown> {
  return inAnswer(triggerId, (trigger_id) => client.views.open({ trigger_id, view }));
}

/** The same above an open modal, in which something was pressed. */
export async function pushView(client: WebClient, triggerId: string | undefined, view: ModalView): Promise<Shown> {
  return inAnswer(triggerId, (trigger_id) => client.views.push({ trigger_id, view }));
}

type Shown = ShownView | "shown" | "too late" | Refusal;

async function inAnswer(
  triggerId: string | undefined,
  show: (triggerId: string) => Promise<Parameters<typeof shown>[0]>,
): Promise<Shown> {
  if (triggerId === undefined) return "too late"; // there is nothing to answer
  const answer = await answered(() => show(triggerId).then(shown));
  return isRefusal(answer) && TOO_LATE.has(answer.because) ? "too late" : answer;
}

/**
 * Changes an open modal. With a `hash`, only if nobody changed it since: else what to show is made anew, and stands.
 * "gone": it was closed meanwhile.
 */
export async function updateView(
  client: WebClient,
  { viewId, hash }: ShownView,
  view: Fresh<ModalView>,
): Promise<ShownView | "shown" | "gone" | Refusal> {
  const update = async (expected?: string) => {
    const fresh = await made(view);
    const asked = { view_id: viewId, view: fresh, ...(expected !== undefined && { hash: expected }) };
    return answered(() => client.views.update(asked).then(shown));
  };
  const answer = await update(hash);
  const settled = isRefusal(answer) && answer.because === "hash_conflict" ? await update() : answer;
  return isRefusal(settled) && settled.because === "not_found" ? "gone" : settled;
}

/**
 * Shows somebody their Home tab. "no home": the workspace's app has none. Slack says so once and is not asked again for
 * an hour, so publishing may be tried wherever something changes.
 */
export async function publishHome(
  client: WebClient,
  userId: string,
  view: Fresh<HomeView>,
): Promise<"done" | "no home" | Refusal> {
  const refusedAt = withoutHome.get(client);
  if (refusedAt !== undefined && performance.now() - refusedAt < ASKED_AGAIN_MS) return "no home";
  const publish = async () => {
    const fresh = await made(view);
    return answered(() => client.views.publish({ user_id: userId, view: fresh }).then(() => "done" as const));
  };
  const first = await publish();
  const answer = isRefusal(first) && first.because === "hash_conflict" ? await publish() : first;
  if (!isRefusal(answer)) withoutHome.delete(client);
  if (!isRefusal(answer) || answer.because !== "not_enabled") return answer;
  if (refusedAt === undefined)
    log.warn("the Slack app has no Home tab: switch it on under App Home, or it is left out");
  withoutHome.set(client, performance.now());
  return "no home";
}

const TOO_LATE = new Set([
  "expired_trigger_id",
  "exchanged_trigger_id",
  "invalid_trigger_id",
  "trigger_expired",
  "trigger_exchanged",
]);
const ASKED_AGAIN_MS = 3_600_000;
/** Since when, on the clock that never jumps. */
const withoutHome = new WeakMap<WebClient, number>();

const made = <V extends HomeView | ModalView>(view: Fresh<V>): V | Promise<V> =>
  typeof view === "function" ? view() : view;

function shown({ view }: { view?: { id?: string; hash?: string } }): ShownView | "shown" {
  if (!view?.id) return "shown";
  return { viewId: view.id, ...(view.hash !== undefined && { hash: view.hash }) };
}
