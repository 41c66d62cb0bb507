import { isDirect, type Place } from "./asker.ts";
import { isNotOffered } from "./refusal.ts";
import type { Workspace } from "./workspaces.ts";

export type WhoMayConfigure = "members" | "admins";

/** Whether somebody may change what a channel hears of, and we may post there if we must; else why not. */
export type Leave = { kind: "given"; isShared: boolean } | { kind: "refused"; because: Because | string };

/** What Slack has no word for. */
export type Because = "only_admins" | "not_a_member" | "no_guests" | "no_strangers" | "no_channel" | "not_told";

/** Why somebody may change no channel at all; undefined where that depends on the channel. */
export async function mayChangeNone(
  { person }: Pick<Workspace, "person">,
  userId: string,
  whoMay: WhoMayConfigure,
): Promise<Because | undefined> {
  const { isAdmin, isStranger, isGuest } = await person(userId);
  if (isStranger) return "no_strangers";
  if (isGuest) return "no_guests";
  return whoMay === "admins" && !isAdmin ? "only_admins" : undefined;
}

/**
 * Asks Slack for a channel as it is now. Whoever wants to hear less needs no channel that can be posted in. Where Slack
 * does not tell, for want of a permission of ours or of a method, who is in the channel may change it: whether we may post
 * there is seen when we do. Guests may not: they could let their channel hear of what they may not know of.
 */
export async function leaveToChange(
  { person, channels }: Pick<Workspace, "person" | "channels">,
  { userId, channelId: here }: Place,
  channelId: string | undefined,
  whoMay: WhoMayConfigure,
  { mustPost = true } = {},
): Promise<Leave> {
  if (channelId === undefined || isDirect(channelId)) return { kind: "refused", because: "no_channel" };
  const because = await mayChangeNone({ person }, userId, whoMay);
  if (because) return { kind: "refused", because };
  const found = await channels.lookAgain(channelId);
  if (found.kind === "unknown") {
    const isUntold = isNotOffered(found.because);
    const mayBe =
      channelId === here
        ? isUntold || found.because === "missing_scope" || !mustPost
        : isUntold && (await channels.isIn(channelId, userId));
    if (mayBe) return { kind: "given", isShared: false };
    return { kind: "refused", because: isUntold ? "not_told" : found.because };
  }
  if (found.isDirect) return { kind: "refused", because: "no_channel" };
  if (mustPost && found.isArchived) return { kind: "refused", because: "is_archived" };
  if (mustPost && found.isPrivate && !found.isMember) return { kind: "refused", because: "not_in_channel" };
  const isIn = channelId === here || (await channels.isIn(channelId, userId));
  const isTheirs = isIn || (!found.isPrivate && (await person(userId)).isAdmin);
  return isTheirs ? { kind: "given", isShared: found.isShared } : { kind: "refused", because: "not_a_member" };
}
