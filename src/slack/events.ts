import type { App, Context, SlackEventMiddlewareArgs } from "@slack/bolt";
import type { SlackEvent } from "@slack/types";
import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";

/**
 * What is done when Slack tells that something happened, by Slack's name of it; `where(context)` is the workspace, and
 * `at` the end of the second in which it happened, where Slack tells that. Slack tells until it is answered, so each must do no harm when it is done twice, or in another order.
 */
export type EventTable = {
  [Type in SlackEvent["type"]]?: (
    event: SlackEventMiddlewareArgs<Type>["event"],
    context: Context,
    at: Instant | undefined,
  ) => Promise<void>;
};

/** False for what was told before. */
export type IsFirst = (eventId: string) => Promise<boolean>;

/** Listens to what is in the table. An event that comes again is left out, where that can be found out. */
export function listenTo(app: App, table: EventTable, isFirst: IsFirst): void {
  for (const [type, happens] of Object.entries(table) as [SlackEvent["type"], Happens][]) {
    app.event(type, async ({ event, body, context }) => {
      const isNew = await isFirst(body.event_id ?? "").catch((err: unknown) => {
        log.warn({ err }, "whether Slack tells of something for the first time could not be found out");
        return true;
      });
      const at: unknown = body.event_time;
      if (isNew) await happens(event, context, typeof at === "number" ? at * 1_000 + 999 : undefined);
    });
  }
}

type Happens = (event: SlackEvent, context: Context, at: Instant | undefined) => Promise<void>;
