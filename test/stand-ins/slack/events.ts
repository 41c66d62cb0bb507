import { randomBytes } from "node:crypto";
import type { Deliver } from "./deliver.ts";
import type { Workspace } from "./workspace.ts";

export type Event = { type: string; [key: string]: unknown };
/** How the delivery of an event went: "notWanted" if the app has not subscribed to it. */
export type Told = { kind: "notWanted" } | { kind: "accepted" | "givenUp"; eventId: string; attempts: number };
export type Events = ReturnType<typeof eventDesk>;

/** How long Slack waits before it sends an event a second, third and fourth time. */
export const RETRIES_AFTER_MS = [0, 60_000, 300_000];

type Options = {
  workspace: Pick<Workspace, "team" | "bot" | "now">;
  deliver: Deliver;
  /** Whether the app has subscribed to such events. */
  wants: (type: string) => boolean;
  retriesAfterMs: readonly number[];
};

/** The Events API: tells the app what happened, again if it does not say within three seconds that it heard. */
export function eventDesk({ workspace, deliver, wants, retriesAfterMs }: Options) {
  const waiting = new Set<() => void>();
  let isClosed = false;

  async function tell(event: Event): Promise<Told> {
    if (!wants(event.type)) return { kind: "notWanted" };
    const { team, bot, now } = workspace;
    const at = now();
    const eventId = `Ev${randomBytes(5).toString("hex").toUpperCase()}`;
    const body = {
      token: "legacy-verification-token",
      team_id: team.id,
      api_app_id: bot.appId,
      event: { ...event, event_ts: (at / 1000).toFixed(6) },
      type: "event_callback",
      event_id: eventId,
      event_time: Math.floor(at / 1000),
      authorizations: [
        { enterprise_id: null, team_id: team.id, user_id: bot.userId, is_bot: true, is_enterprise_install: false },
      ],
      is_ext_shared_channel: false,
      event_context: `4-${eventId}`,
    };
    let reason = "";
    for (let attempt = 0; attempt <= retriesAfterMs.length; attempt += 1) {
      if (attempt > 0) await pause(retriesAfterMs[attempt - 1] ?? 0);
      if (isClosed) return { kind: "givenUp", eventId, attempts: attempt };
      const retry = attempt > 0 ? { num: attempt, reason } : undefined;
      const sent = await deliver("events_api", body, retry);
      if (sent.status >= 200 && sent.status < 300) return { kind: "accepted", eventId, attempts: attempt + 1 };
      if (sent.isFinal) return { kind: "givenUp", eventId, attempts: attempt + 1 };
      reason = sent.status > 0 ? "http_error" : sent.because.includes("respond") ? "http_timeout" : "connection_failed";
    }
    return { kind: "givenUp", eventId, attempts: retriesAfterMs.length + 1 };
  }

  async function pause(ms: number): Promise<void> {
    if (isClosed) return;
    return new Promise((resolve) => {
      const timer = setTimeout(wake, ms);
      function wake() {
        clearTimeout(timer);
        waiting.delete(wake);
        resolve();
      }
      waiting.add(wake);
    });
  }

  return {
    tell,
    /** Lets go of all events that wait for another try. */
    close(): void {
      isClosed = true;
      for (const wake of [...waiting]) wake();
    },
  };
}
