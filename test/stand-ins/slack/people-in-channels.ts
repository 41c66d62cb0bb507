import type { Events, Told } from "./events.ts";
import type { ViewStore } from "./views/view-store.ts";
import { viewJson } from "./views/view-store.ts";
import type { Channel, Installation, Workspace } from "./workspace.ts";

type Options = { workspace: Workspace; installation: Installation; views: ViewStore; events: Events };

/** What people do to channels and to our app, and the app hears of as an event. Each returns how that went. */
export function peopleInChannels({ workspace, installation, views, events }: Options) {
  const { bot, team } = workspace;

  function find(channelId: string): Channel {
    const channel = workspace.channels.find(({ id }) => id === channelId);
    if (!channel) throw new Error(`no channel ${channelId}`);
    return channel;
  }
  /** Private channels have events of their own, and only for who is in them. */
  async function tell(channel: Channel, what: string, more: object = {}): Promise<Told> {
    if (channel.kind !== "public" && !channel.botIsMember) return { kind: "notWanted" };
    return events.tell({
      type: `${channel.kind === "public" ? "channel" : "group"}_${what}`,
      channel: channel.id,
      ...more,
    });
  }
  const membership = (channel: Channel, user: string) => ({
    user,
    channel: channel.id,
    channel_type: channel.kind === "public" ? "C" : "G",
    team: team.id,
  });

  return {
    async archive(channelId: string, by: string): Promise<Told> {
      const channel = find(channelId);
      channel.isArchived = true;
      return tell(channel, "archive", { user: by });
    },
    async unarchive(channelId: string, by: string): Promise<Told> {
      const channel = find(channelId);
      channel.isArchived = false;
      return tell(channel, "unarchive", { user: by });
    },
    async rename(channelId: string, name: string): Promise<Told> {
      const channel = find(channelId);
      channel.name = name;
      workspace.names[channelId] = name;
      const created = Math.floor(workspace.now() / 1000);
      return tell(channel, "rename", { channel: { id: channelId, name, created } });
    },
    async deleteChannel(channelId: string, by: string): Promise<Told> {
      const channel = find(channelId);
      workspace.removeChannel(channel);
      return tell(channel, "deleted", { actor_id: by });
    },
    /** Slack Connect may give a channel another id; its messages keep their ts. */
    async changeId(channelId: string, newId: string): Promise<Told> {
      const channel = find(channelId);
      workspace.changeChannelId(channel, newId);
      return events.tell({ type: "channel_id_changed", old_channel_id: channelId, new_channel_id: newId });
    },
    /** Another company joins the channel. */
    async share(channelId: string, connectedTeamId = "T0PARTNER"): Promise<Told> {
      const channel = find(channelId);
      channel.isShared = true;
      return events.tell({ type: "channel_shared", channel: channelId, connected_team_id: connectedTeamId });
    },
    /** Makes a public channel private. Apps are not told. */
    makePrivate(channelId: string): void {
      find(channelId).kind = "private";
    },
    async inviteApp(channelId: string, by: string): Promise<Told> {
      const channel = find(channelId);
      channel.botIsMember = true;
      return events.tell({ type: "member_joined_channel", ...membership(channel, bot.userId), inviter: by });
    },
    async leave(channelId: string, userId: string): Promise<Told> {
      const channel = find(channelId);
      channel.members.splice(0, channel.members.length, ...channel.members.filter((id) => id !== userId));
      return events.tell({ type: "member_left_channel", ...membership(channel, userId) });
    },
    async removeApp(channelId: string): Promise<Told> {
      const channel = find(channelId);
      channel.botIsMember = false;
      return events.tell({ type: "member_left_channel", ...membership(channel, bot.userId) });
    },

    /** Somebody looks at our app: at its Home tab, or at its messages. */
    async openApp(userId: string, tab: "home" | "messages" = "home"): Promise<Told> {
      const shown = tab === "home" ? views.home(userId) : undefined;
      return events.tell({
        type: "app_home_opened",
        user: userId,
        channel: workspace.directMessageWith(userId).id,
        tab,
        ...(shown && { view: viewJson(shown, workspace) }),
      });
    },

    /** Takes our app out of the workspace. Of its two events either may come first. */
    async uninstall({ first = "app_uninstalled" }: { first?: "app_uninstalled" | "tokens_revoked" } = {}) {
      installation.state = "uninstalled";
      for (const channel of workspace.channels) channel.botIsMember = false;
      const both = [{ type: "app_uninstalled" }, { type: "tokens_revoked", tokens: { oauth: [], bot: [bot.userId] } }];
      const told: Told[] = [];
      for (const event of first === "app_uninstalled" ? both : both.toReversed()) told.push(await events.tell(event));
      return told;
    },
  };
}
