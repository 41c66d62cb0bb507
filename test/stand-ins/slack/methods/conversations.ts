import { z } from "zod";
import { refuse } from "../refused.ts";
import type { Channel, Message } from "../workspace.ts";
import { channelSeen, channelToReadFrom, directMessage } from "./channels.ts";
import { channelJson, isInChannel, messageJson } from "./json.ts";
import { type Desk, Flag, Id, type Method, method, needScope, Paging, page, Ts } from "./method.ts";
import { person } from "./users.ts";

const READ_SCOPES = { public: "channels:read", private: "groups:read", direct: "im:read" };
const KINDS: Record<string, Channel["kind"]> = { public_channel: "public", private_channel: "private", im: "direct" };

const Range = { oldest: Ts.default("0"), latest: Ts.optional(), inclusive: Flag };
const Listing = { types: z.string().default("public_channel"), exclude_archived: Flag, ...Paging };

export const CONVERSATIONS: Record<string, Method> = {
  "conversations.history": method(
    z.object({ channel: Id, ...Range, include_all_metadata: Flag, ...Paging }),
    (args, desk) => {
      const channel = channelToReadFrom(args.channel, desk);
      const newestFirst = desk.workspace
        .messagesIn(channel.id)
        .filter((message) => isInChannel(message) && isInRange(message, args))
        .toReversed();
      const { items, ...paging } = page(newestFirst, args);
      return {
        messages: items.map((message) => messageJson(message, desk.workspace, args.include_all_metadata)),
        ...paging,
      };
    },
  ),

  "conversations.replies": method(
    z.object({ channel: Id, ts: Ts, ...Range, include_all_metadata: Flag, ...Paging }),
    (args, desk) => {
      const channel = channelToReadFrom(args.channel, desk);
      if (!desk.workspace.message(channel.id, args.ts)) refuse("thread_not_found");
      const thread = desk.workspace.messagesIn(channel.id).filter(
        (message) => message.ts === args.ts || (message.threadTs === args.ts && isInRange(message, args)), // the parent always comes
      );
      const { items, ...paging } = page(thread, args);
      return {
        messages: items.map((message) => messageJson(message, desk.workspace, args.include_all_metadata)),
        ...paging,
      };
    },
  ),

  "conversations.info": method(z.object({ channel: Id, include_num_members: Flag }), (args, desk) => {
    const channel = channelSeen(args.channel, desk);
    needScope(READ_SCOPES[channel.kind], desk);
    return { channel: channelJson(channel, args.include_num_members) };
  }),

  "conversations.members": method(z.object({ channel: Id, ...Paging }), (args, desk) => {
    const channel = channelSeen(args.channel, desk);
    needScope(READ_SCOPES[channel.kind], desk);
    const bots = channel.botIsMember ? [desk.workspace.bot.userId] : [];
    const { items, ...paging } = page([...channel.members, ...bots], args);
    return { members: items, ...paging };
  }),

  "conversations.list": method(z.object(Listing), (args, desk) => {
    const { items, ...paging } = page(channelsOfKind(args, desk), args);
    return { channels: items.map((channel) => channelJson(channel, true)), ...paging };
  }),

  "users.conversations": method(z.object({ ...Listing, user: Id.optional() }), (args, desk) => {
    const { user } = args;
    const isOfUser = ({ members }: Channel) => user !== undefined && members.includes(person(user, desk.workspace).id);
    const joined = channelsOfKind(args, desk).filter((channel) => (user ? isOfUser(channel) : channel.botIsMember));
    const { items, ...paging } = page(joined, args);
    return { channels: items.map((channel) => channelJson(channel)), ...paging };
  }),

  "conversations.open": method(
    z.object({ users: z.string().optional(), channel: Id.optional(), return_im: Flag }),
    (args, desk) => {
      const known = args.channel && channelSeen(args.channel, desk);
      if (known && known.kind !== "direct") refuse("method_not_supported_for_channel_type");
      const [userId, ...others] = known ? known.members : (args.users?.split(",") ?? []);
      if (!userId) refuse("users_list_not_supplied");
      if (others.length > 0) refuse("not_enough_users", { messages: ["the stand-in knows no group messages"] });
      const wasOpen = desk.workspace.isDirectMessageOpen(userId);
      const channel = directMessage(userId, desk);
      const already = wasOpen && { no_op: true, already_open: true };
      return { ...already, channel: args.return_im ? channelJson(channel) : { id: channel.id } };
    },
    "im:write",
  ),

  "conversations.join": method(
    z.object({ channel: Id }),
    (args, desk) => {
      const channel = channelSeen(args.channel, desk);
      if (channel.kind !== "public") refuse("method_not_supported_for_channel_type");
      if (channel.isArchived) refuse("is_archived");
      if (channel.botIsMember) return { channel: channelJson(channel), warning: "already_in_channel" };
      channel.botIsMember = true;
      const { bot, team } = desk.workspace;
      const joined = { user: bot.userId, channel: channel.id, channel_type: "C", team: team.id };
      void desk.events.tell({ type: "member_joined_channel", ...joined });
      return { channel: channelJson(channel) };
    },
    "channels:join",
  ),
};

function isInRange({ ts }: Message, range: z.output<z.ZodObject<typeof Range>>): boolean {
  const after = order(ts, range.oldest);
  const before = range.latest === undefined ? -1 : order(ts, range.latest);
  return range.inclusive ? after >= 0 && before <= 0 : after > 0 && before < 0;
}

function channelsOfKind({ types, exclude_archived }: { types: string; exclude_archived: boolean }, desk: Desk) {
  const wanted = types.split(",").map((type) => KINDS[type.trim()] ?? refuse("invalid_types"));
  for (const kind of wanted) needScope(READ_SCOPES[kind], desk);
  return desk.workspace.channels.filter(
    (channel) =>
      wanted.includes(channel.kind) &&
      (channel.kind === "public" || channel.botIsMember) &&
      !(exclude_archived && channel.isArchived),
  );
}

const order = (a: string, b: string) => Number(BigInt(micros(a)) - BigInt(micros(b)));
function micros(ts: string): string {
  const [seconds = "0", fraction = ""] = ts.split(".");
  return seconds + fraction.padEnd(6, "0").slice(0, 6);
}
