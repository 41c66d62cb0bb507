import type { Muted } from "../subscription/subscription.ts";

/** What the menu beside a channel asks for. */
export type ChannelAsk = "edit" | "pause" | "resume" | "muted" | "remove";

/** As text that a menu's option carries; `channelAsked` reads it again. */
export const channelAskText = (ask: ChannelAsk, channelId: string) => `${ask}:${channelId}`;

export function channelAsked(text: string): { ask: ChannelAsk; channelId: string } | undefined {
  const { ask, channelId } = CHANNEL_ASK.exec(text)?.groups ?? {};
  return channelId === undefined ? undefined : { ask: ask as ChannelAsk, channelId };
}

/** That a muted meeting is to be told of again in a channel, as text that a button carries. */
export function unmuteText(channelId: string, { number, uuid }: Muted): string {
  return number === undefined ? `${channelId}:uuid:${uuid}` : `${channelId}:number:${number}`;
}

export function unmuteAsked(text: string): { channelId: string; muted: Pick<Muted, "number" | "uuid"> } | undefined {
  const { channelId, of, which } = UNMUTE_ASK.exec(text)?.groups ?? {};
  if (channelId === undefined || which === undefined) return undefined;
  return { channelId, muted: of === "number" ? { number: which } : { uuid: which } };
}

const CHANNEL_ASK = /^(?<ask>edit|pause|resume|muted|remove):(?<channelId>[CGD][A-Z0-9]{2,30})$/;
const UNMUTE_ASK = /^(?<channelId>[CGD][A-Z0-9]{2,30}):(?<of>number|uuid):(?<which>\S{1,200})$/;
