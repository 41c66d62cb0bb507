import type { Card } from "../card/card.ts";
import { saidCard } from "../card/subscription-cards.ts";
import type { Place } from "./asker.ts";
import { unmuteAsked } from "./home-asks.ts";
import { type OnPress, unknownPress } from "./presses.ts";
import { leaveToChange } from "./rights.ts";
import { type Opening, openSettings, type Settings } from "./settings.ts";
import { listed, muteOne, refusedCard, unmuteOne } from "./subscribing.ts";
import type { Workspace } from "./workspaces.ts";

/** The buttons and menus below cards and answers that change what a channel hears of. */
export function subscribeButtons(onPress: OnPress, settings: Settings): void {
  const { subscribers, now, onChange } = settings;

  const openFor = async (workspace: Workspace, place: Place, triggerId: string | undefined, channelId: string) =>
    opened(await openSettings(settings, workspace, place, { triggerId, channelId: channelId || place.channelId }));

  const muteHere = async (workspace: Workspace, place: Place, uuid: string): Promise<Card> => {
    const { channelId } = place;
    const leave = await leaveToChange(workspace, place, channelId, subscribers.whoMay, { mustPost: false });
    if (leave.kind === "refused" || channelId === undefined) return refusedCard(leave, "mute");
    return muteOne(subscribers, uuid, channelId, { workspace, place, now: now() });
  };

  onPress(/^mtg_(settings|subscribe)$/, async ({ workspace, place, value, triggerId, answer }) => {
    await answer(() => openFor(workspace, place, triggerId, value), { replace_original: false });
  });

  onPress(/^mtg_list\d*$/, async ({ workspace, place, value, answer }) => {
    const first = /^\d{1,6}$/.test(value) ? Number(value) : 0;
    const card = () => listed(subscribers, { workspace, place, now: now() }, first);
    await answer(card, { replace_original: true });
  });

  onPress("mtg_more", async ({ workspace, place, value, triggerId, answer }) => {
    const [, ask, about = ""] = /^(mute|settings):(.*)$/s.exec(value) ?? [];
    const card = async () => {
      if (ask === "mute") return muteHere(workspace, place, about);
      return ask === "settings" ? openFor(workspace, place, triggerId, about) : unknownPress;
    };
    await answer(card, { replace_original: false });
    onChange(workspace, place.userId);
  });

  onPress(/^mtg_mute\d*$/, async ({ workspace, place, value, answer }) => {
    await answer(() => muteHere(workspace, place, value), { replace_original: true });
    onChange(workspace, place.userId);
  });

  onPress("mtg_unmute", async ({ workspace, place, value, answer }) => {
    const card = async (): Promise<Card> => {
      const asked = unmuteAsked(value);
      if (!asked) return unknownPress;
      const leave = await leaveToChange(workspace, place, asked.channelId, subscribers.whoMay);
      return leave.kind === "refused"
        ? refusedCard(leave, "unmute")
        : unmuteOne(subscribers, asked.muted, asked.channelId, { workspace, place, now: now() });
    };
    await answer(card, { replace_original: true });
    onChange(workspace, place.userId);
  });
}

/** A form that opened says all there is to say. */
export function opened(how: Opening): Card | undefined {
  if (how === "opened") return undefined;
  if (typeof how === "object") return refusedCard(how, "settings");
  if (how === "too late") return saidCard(["That took too long for Slack. Please try again."]);
  const words = ["subscribe all", "subscribe host @somebody", "digest daily 18:00", "pause 2h"];
  return saidCard(
    ["Slack does not open the form just now. Everything in it can be typed too, for example:"],
    [],
    words.map((one) => ["• ", { code: `/meetings ${one}` }]),
  );
}
