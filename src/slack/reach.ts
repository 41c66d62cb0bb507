import type { RespondFn } from "@slack/bolt";
import type { ModalView } from "@slack/types";
import type { WebClient } from "@slack/web-api";
import { log } from "../log.ts";
import { openView, pushView } from "./views.ts";

/** A way to somebody who asked something: to where they were, or where Slack names no such address, in a modal. */
export type Reach = { respond: RespondFn } | { modal: (view: ModalView) => Promise<void> };

export interface Asking {
  client: WebClient;
  respond?: RespondFn | undefined;
  triggerId?: string | undefined;
  /** The view in which they pressed something. */
  view?: { type?: string | undefined } | undefined;
}

export function reachOf({ client, respond, triggerId, view }: Asking): Reach {
  if (respond) return { respond };
  return {
    async modal(shown) {
      const show = view?.type === "modal" ? pushView : openView;
      const how = await show(client, triggerId, shown);
      const because = how === "too late" ? how : typeof how === "object" && "because" in how ? how.because : undefined;
      if (because !== undefined) log.warn({ because }, "somebody in Slack could not be answered");
    },
  };
}
