import type { Context } from "@slack/bolt";
import { z } from "zod";
import { saidCard } from "../card/subscription-cards.ts";
import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";
import type { Channel } from "../ports.ts";
import { shown } from "./answer.ts";
import type { EventTable } from "./events.ts";
import type { Home } from "./home.ts";
import type { Subscribers } from "./subscribing.ts";
import { where } from "./where.ts";

export interface Happenings {
  home: Home;
  subscribers: Subscribers;
  /** A channel can be posted in again, perhaps: what waits for it is tried at once. */
  retry(channel: Channel): Promise<void>;
  /** Slack gave a channel another id. */
  move(from: Channel, to: Channel): Promise<void>;
}

const Id = z.string().regex(/^[A-Z0-9]{2,40}$/);
const OfPerson = z.object({ user: Id });
const OfChannel = z.object({ channel: Id });
const OfMember = z.object({ user: Id, channel: Id, inviter: Id.optional() });
const OfRenamed = z.object({ channel: z.object({ id: Id }) });
const OfMoved = z
  .object({ old_channel_id: Id, new_channel_id: Id })
  .refine(({ old_channel_id, new_channel_id }) => old_channel_id !== new_channel_id);
/** Of events that do not concern a channel alone. */
const SHAPES: Partial<Record<keyof EventTable, z.ZodType>> = {
  app_home_opened: OfPerson,
  member_joined_channel: OfMember,
  member_left_channel: OfMember,
  channel_rename: OfRenamed,
  group_rename: OfRenamed,
  channel_id_changed: OfMoved,
};

/**
 * What happens in Slack to channels and to our app there. Each may be told twice and in any order: none does harm then.
 * One that does not say of what it tells is left out.
 */
export function happenings(side: Happenings): EventTable {
  const checked = Object.entries(happening(side)).map(([type, happens]) => [
    type,
    async (event: unknown, context: Context, at: Instant | undefined) => {
      const shape = SHAPES[type as keyof EventTable] ?? OfChannel;
      if (shape.safeParse(event).success) await (happens as Happens)(event, context, at);
      else log.warn({ event: type }, "Slack told of something and not of what");
    },
  ]);
  return Object.fromEntries(checked);
}

type Happens = (event: unknown, context: Context, at: Instant | undefined) => Promise<void>;

function happening({ home, subscribers, retry, move }: Happenings): EventTable {
  const channelIn = (context: Context, channelId: string): Channel => `${where(context).address}:${channelId}`;
  const open = async ({ channel }: { channel: string }, context: Context) => {
    where(context).channels.forget(channel);
    await retry(channelIn(context, channel));
    home.refresh();
  };
  const change = async ({ channel }: { channel: string | { id: string } }, context: Context) => {
    where(context).channels.forget(typeof channel === "string" ? channel : channel.id);
    home.refresh();
  };
  /** As it is now: Slack tells of things late, and in any order. Where it does not say so now, it shall tell again. */
  const lookAgain = async (context: Context, channel: string) => {
    const found = await where(context).channels.lookAgain(channel);
    if (found.kind === "unknown" && found.mayPass)
      throw new Error(`Slack tells nothing of a channel: ${found.because}`);
    return found;
  };
  const remove = async ({ channel }: { channel: string }, context: Context) => {
    if ((await lookAgain(context, channel)).kind === "known") return; // it came back since
    await subscribers.change(channelIn(context, channel), { kind: "remove", rules: [] }, { timeZone: "UTC" });
    home.refresh();
  };
  const sharing = async ({ channel }: { channel: string }, context: Context) => {
    const found = await lookAgain(context, channel);
    if (found.kind === "unknown") return;
    const what = { kind: "share", isShared: found.isShared } as const;
    await subscribers.change(channelIn(context, channel), what, { timeZone: "UTC" });
  };
  return {
    app_home_opened: async ({ user, tab, view }, context) => {
      if (tab === "home") await home.show(where(context), user, { isBlank: view === undefined });
    },
    member_joined_channel: async ({ user, channel, inviter }, context) => {
      const workspace = where(context);
      workspace.channels.forgetPerson(user);
      if (user !== (await workspace.botUserId())) return;
      await open({ channel }, context);
      if (inviter) await greet(context, channel, inviter, subscribers);
    },
    member_left_channel: async (event, context) => {
      where(context).channels.forgetPerson(event.user);
      await change(event, context);
    },
    channel_archive: change,
    channel_unarchive: open,
    channel_rename: change,
    channel_deleted: remove,
    channel_id_changed: async ({ old_channel_id, new_channel_id }, context) => {
      await move(channelIn(context, old_channel_id), channelIn(context, new_channel_id));
      home.refresh();
    },
    channel_shared: sharing,
    channel_unshared: sharing,
    group_archive: change,
    group_unarchive: open,
    group_rename: change,
    group_deleted: remove,
  };
}

/** Who invited us sees what comes next, and nobody else does. */
async function greet(context: Context, channelId: string, inviter: string, { book }: Subscribers): Promise<void> {
  const { address, client } = where(context);
  const { rules = [] } = (await book()).channels.get(`${address}:${channelId}`) ?? {};
  if (rules.length > 0) return;
  const card = saidCard(
    ["Thank you for the invitation. Choose which Zoom meetings ", { channel: channelId }, " hears of."],
    [{ kind: "ask", label: "Choose meetings", ask: "settings", about: channelId, isMain: true }],
  );
  try {
    await client.chat.postEphemeral({ channel: channelId, user: inviter, ...shown(card) });
  } catch (err) {
    log.info({ err, channel: channelId }, "who invited the app could not be greeted");
  }
}
