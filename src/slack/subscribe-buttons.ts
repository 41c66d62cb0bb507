import type bolt from "@slack/bolt";
import type { Card } from "../card/card.ts";
import { saidCard } from "../card/subscription-cards.ts";
import { answer } from "./answer.ts";
import type { Place } from "./asker.ts";
import { unmuteAsked } from "./home-asks.ts";
import { leaveToChange } from "./rights.ts";
import { type Opening, openSettings, type Settings } from "./settings.ts";
import { muteOne, refusedCard, unmuteOne } from "./subscribing.ts";
import { where } from "./where.ts";
import type { Workspace } from "./workspaces.ts";

/** The buttons and menus below cards and answers that change what a channel hears of. */
export function subscribeButtons(app: bolt.App, settings: Settings): void {
  const { subscribers, now, onChange } = settings;

  const openFor = async (workspace: Workspace, place: Place, triggerId: string, channelId: string | undefined) =>
    opened(await openSettings(settings, workspace, place, { triggerId, channelId: channelId || place.channelId }));

  const muteHere = async (workspace: Workspace, place: Place, uuid: string): Promise<Card> => {
    const { channelId } = place;
    const leave = await leaveToChange(workspace, place, channelId, subscribers.whoMay, { mustPost: false });
    if (leave.kind === "refused" || channelId === undefined) return refusedCard(leave, "mute");
    return muteOne(subscribers, uuid, channelId, { workspace, place, now: now() });
  };

  app.action<bolt.BlockButtonAction>(/^mtg_(settings|subscribe)$/, async ({ ack, action, body, respond, context }) => {
    await ack();
    const card = () => openFor(where(context), placeOf(body), body.trigger_id, action.value);
    await answer(respond, card, { replace_original: false });
  });

  app.action<bolt.BlockAction<bolt.OverflowAction>>("mtg_more", async ({ ack, action, body, respond, context }) => {
    await ack();
    const [, ask, about = ""] = /^(mute|settings):(.*)$/s.exec(action.selected_option.value) ?? [];
    const [workspace, place] = [where(context), placeOf(body)];
    const card = async () =>
      ask === "mute" ? muteHere(workspace, place, about) : openFor(workspace, place, body.trigger_id, about);
    await answer(respond, card, { replace_original: false });
    onChange(workspace, place.userId);
  });

  app.action<bolt.BlockButtonAction>(/^mtg_mute\d*$/, async ({ ack, action, body, respond, context }) => {
    await ack();
    const [workspace, place] = [where(context), placeOf(body)];
    await answer(respond, () => muteHere(workspace, place, action.value ?? ""), { replace_original: true });
    onChange(workspace, place.userId);
  });

  app.action<bolt.BlockButtonAction>("mtg_unmute", async ({ ack, action, body, respond, context }) => {
    await ack();
    const [workspace, place] = [where(context), placeOf(body)];
    const card = async (): Promise<Card> => {
      const asked = unmuteAsked(action.value ?? "");
      if (!asked) return saidCard(["I know nothing about this meeting any more."]);
      const leave = await leaveToChange(workspace, place, asked.channelId, subscribers.whoMay);
      return leave.kind === "refused"
        ? refusedCard(leave, "unmute")
        : unmuteOne(subscribers, asked.muted, asked.channelId, { workspace, place, now: now() });
    };
    await answer(respond, card, { replace_original: true });
    onChange(workspace, place.userId);
  });
}

/** A form that opened says all there is to say. */
export function opened(how: Opening): Card | undefined {
  if (how === "opened") return undefined;
  if (how === "too late") return saidCard(["That took too long for Slack. Please try again."]);
  const words = ["subscribe all", "subscribe host @somebody", "digest daily 18:00", "pause 2h"];
  return saidCard(
    ["Slack does not open the form just now. Everything in it can be typed too, for example:"],
    [],
    words.map((one) => ["• ", { code: `/meetings ${one}` }]),
  );
}

function placeOf({ user, channel }: bolt.BlockAction): Place {
  return { userId: user.id, channelId: channel?.id };
}
