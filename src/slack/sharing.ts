import type { Instant } from "../meeting/fact.ts";
import type { Channel, Shared } from "../ports.ts";
import { inTime } from "./in-time.ts";
import type { Workspaces } from "./workspaces.ts";

/** A card waits no longer for it. */
const TOLD_WITHIN_MS = 1_500;

/** For as long Slack may fail before nobody is named any more. */
const GOOD_FOR_MS = 10 * 60_000;

/** Whether another company reads a channel, as Slack told within the last two minutes, or ten where it fails. Never rejects. */
export function sharingIn(
  workspaces: Pick<Workspaces, "at">,
  now: () => Instant = Date.now,
): (channel: Channel) => Promise<Shared> {
  const toldLast = new Map<Channel, { told: Shared; until: Instant }>();
  return async (channel) => {
    const [address = "", channelId = ""] = channel.split(":");
    const asked = async (): Promise<Shared> => {
      const found = await (await workspaces.at(address))?.channels.look(channelId);
      if (found?.kind === "known") return found.isShared ? "shared" : "not shared";
      return found?.mayPass === false ? "never told" : "not told now";
    };
    const told = await inTime(asked, TOLD_WITHIN_MS).catch((): Shared => "not told now");
    const last = toldLast.get(channel);
    if (told === "not told now") return last && now() < last.until ? last.told : told;
    toldLast.set(channel, { told, until: now() + GOOD_FOR_MS });
    return told;
  };
}
