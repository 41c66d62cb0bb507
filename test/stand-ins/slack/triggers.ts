import { randomBytes } from "node:crypto";
import { refuse } from "./refused.ts";

/** What a person did that an app may answer with a modal: who, and where. */
export type Trigger = { userId: string; channelId?: string | undefined };
export type Triggers = ReturnType<typeof triggerDesk>;

/** The trigger_ids of a workspace: each is good for one view, for as long as Slack's three seconds. */
export function triggerDesk(livesMs: number, monotonicMs = () => performance.now()) {
  const given = new Map<string, Trigger & { at: number; isUsed: boolean }>();
  return {
    give(trigger: Trigger): string {
      const id = `${Date.now()}.${randomBytes(4).readUInt32BE()}.${randomBytes(16).toString("hex")}`;
      given.set(id, { ...trigger, at: monotonicMs(), isUsed: false });
      return id;
    },
    exchange(id: string): Trigger {
      const trigger = given.get(id) ?? refuse("invalid_trigger_id");
      if (trigger.isUsed) refuse("exchanged_trigger_id");
      if (monotonicMs() - trigger.at > livesMs) refuse("expired_trigger_id");
      trigger.isUsed = true;
      return trigger;
    },
  };
}
