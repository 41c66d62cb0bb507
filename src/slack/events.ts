import type { App, Context, SlackEventMiddlewareArgs } from "@slack/bolt";
import type { SlackEvent } from "@slack/types";
import { WebAPIPlatformError } from "@slack/web-api";
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

/** What was done of all that Slack told, by whichever process. */
export interface ToldEvents {
  isDone(eventId: string): Promise<boolean>;
  /** It is: what comes again is left out. */
  done(eventId: string): Promise<void>;
}

/**
 * Listens to what is in the table. An event that comes again is left out once it is done; what failed, or died over it, is
 * done when Slack tells it again.
 */
export function listenTo(app: App, table: EventTable, told: ToldEvents): void {
  const once = oneAtATime(told);
  for (const [type, happens] of Object.entries(table) as [SlackEvent["type"], Happens][]) {
    app.event(type, async ({ event, body, context }) => {
      const at: unknown = body.event_time;
      const happened = typeof at === "number" ? at * 1_000 + 999 : undefined;
      try {
        await once(body.event_id ?? "", () => happens(event, context, happened));
      } catch (err) {
        if (!(err instanceof WebAPIPlatformError)) tellAgain(context); // what Slack says no to it would refuse again
        throw err;
      }
    });
  }
}

type Happens = (event: SlackEvent, context: Context, at: Instant | undefined) => Promise<void>;

/** What a request carries for `tellAgain`. */
export interface Told {
  tellAgain: () => void;
}

/** Nothing could be done of an event: Slack shall tell it again. */
export function tellAgain(context: Context): void {
  (context as Partial<Told>).tellAgain?.();
}

/** Who hears of an event while it is under way waits for what becomes of it. */
function oneAtATime(told: ToldEvents): (eventId: string, work: () => Promise<void>) => Promise<void> {
  const underWay = new Map<string, Promise<void>>();
  const doneOnce = async (eventId: string, work: () => Promise<void>) => {
    if (await told.isDone(eventId)) return;
    await work();
    await told.done(eventId).catch((err: unknown) => {
      log.warn({ err }, "what Slack told is done, and may be done once more");
    });
  };
  return (eventId, work) => {
    const before = underWay.get(eventId);
    if (before && eventId !== "") return before;
    const doing = doneOnce(eventId, work).finally(() => underWay.delete(eventId));
    underWay.set(eventId, doing);
    return doing;
  };
}
