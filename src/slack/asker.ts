import type { Asker } from "../ports.ts";
import type { Scope } from "../sight.ts";
import type { Workspace } from "./workspaces.ts";

/** Where somebody is in Slack when they ask something. */
export interface Place {
  userId: string;
  /** Absent in the Home tab and in forms. */
  channelId?: string | undefined;
}

/** Who asks, as the rest of the notifier knows askers. */
export async function askerIn(workspace: Workspace, { userId, channelId }: Place): Promise<Asker> {
  const person = await workspace.person(userId);
  const { address, channels } = workspace;
  const isHere = (channel: string) => channel.startsWith(`${address}:`);
  return {
    channel: `${address}:${channelId ?? userId}`,
    timeZone: person.timeZone,
    isStranger: person.isStranger,
    isGuest: person.isGuest,
    ...(person.email && { email: person.email }),
    mayRead: async (channel) =>
      isHere(channel) &&
      channels.mayRead(channel.slice(address.length + 1), userId, person.isGuest || person.isStranger),
    strangersRead: async () => {
      if (channelId === undefined || isDirect(channelId)) return false;
      const found = await channels.look(channelId);
      return found.kind === "known" ? found.isShared : found.mayPass;
    },
  };
}

/** Who changes what a channel hears of, as the rest of the notifier knows that person. */
export async function changerIn({ person }: Pick<Workspace, "person">, userId: string): Promise<Changer> {
  const { timeZone, name } = await person(userId);
  return { userId, timeZone, ...(name && { name }) };
}

export interface Changer {
  userId?: string;
  name?: string;
  timeZone: string;
}

/** Direct messages, with the app or among people: nothing is subscribed there. */
export function isDirect(channelId: string): boolean {
  return channelId.startsWith("D");
}

/** What is asked about where nothing else is said: in direct messages there is no channel to ask about. */
export function scopeAt(
  { channelId }: Place,
  { isAll, asked }: { isAll?: boolean; asked?: string },
  address: string,
): Scope {
  if (asked !== undefined) return { of: "channel", channel: `${address}:${asked}` };
  return isAll || channelId === undefined || isDirect(channelId) ? { of: "all" } : { of: "here" };
}
