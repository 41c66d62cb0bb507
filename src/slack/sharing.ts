import type { Shared } from "../ports.ts";
import type { Workspaces } from "./workspaces.ts";

/** A card waits no longer for it. */
const TOLD_WITHIN_MS = 1_500;

/** Whether another company reads a channel, as Slack told within the last two minutes. Never rejects. */
export function sharingIn(workspaces: Pick<Workspaces, "at">): (channel: string) => Promise<Shared> {
  return async (channel) => {
    const [address = "", channelId = ""] = channel.split(":");
    const asked = async (): Promise<Shared> => {
      const found = await (await workspaces.at(address))?.channels.look(channelId);
      if (found?.kind === "known") return found.isShared ? "shared" : "not shared";
      return found?.mayPass === false ? "never told" : "not told now";
    };
    return inTime(asked().catch(() => "not told now"));
  };
}

function inTime(answer: Promise<Shared>): Promise<Shared> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, TOLD_WITHIN_MS, "not told now");
    answer.then((told) => {
      clearTimeout(timer);
      resolve(told);
    });
  });
}
