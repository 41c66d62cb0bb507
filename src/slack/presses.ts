import type bolt from "@slack/bolt";
import type { Card } from "../card/card.ts";
import { saidCard } from "../card/subscription-cards.ts";
import { answer, type Manner } from "./answer.ts";
import type { Place } from "./asker.ts";
import { reachOf } from "./reach.ts";
import { where } from "./where.ts";
import type { Workspace } from "./workspaces.ts";

/** A button that somebody pressed, or a choice in a menu. */
export interface Press {
  workspace: Workspace;
  place: Place;
  actionId: string;
  /** What the button or the choice carries; empty where it carries nothing. */
  value: string;
  /** Opens a view; absent where Slack gave none. */
  triggerId?: string | undefined;
  /** The view it was in, as it stands there. */
  view?: bolt.BlockAction["view"];
  /** It was in an answer that nobody else sees. */
  isPrivate: boolean;
  /** Says what came of it, if there is something to say. Never rejects for want of an answer. */
  answer(card: () => Promise<Card | undefined>, manner?: Manner): Promise<void>;
}

/** Hears what is pressed in these controls, by their `action_id`. Each of them has one listener. */
export type OnPress = (actionId: string | RegExp, pressed: (press: Press) => Promise<void>) => void;

/** For a button that carries nothing that we know: of another version, or not ours at all. */
export const unknownPress: Card = saidCard([
  "I do not know what was pressed there. Ask again, or type ",
  { code: "/meetings help" },
  ".",
]);

/** Every press is acknowledged at once, and nobody's is left without an answer: also of what nobody listens to. */
export function pressesIn(app: bolt.App): OnPress {
  const listeners: [string | RegExp, (press: Press) => Promise<void>][] = [];
  app.use(async (args) => {
    if (!isPress(args)) return args.next();
    await args.ack();
    const press = pressOf(args);
    const isMeant = ([actionId]: (typeof listeners)[number]) =>
      typeof actionId === "string" ? actionId === press.actionId : actionId.test(press.actionId);
    const [, pressed] = listeners.find(isMeant) ?? [];
    if (pressed) await pressed(press);
    else await press.answer(async () => unknownPress);
  });
  return (actionId, pressed) => void listeners.push([actionId, pressed]);
}

type Args = bolt.SlackActionMiddlewareArgs<bolt.BlockAction> & bolt.AllMiddlewareArgs;

function isPress(args: bolt.AnyMiddlewareArgs & bolt.AllMiddlewareArgs): args is Args {
  return "action" in args;
}

/** `request.ts` has seen to it that what is there makes sense, but little has to be there. */
function pressOf({ body, context, ...args }: Args): Press {
  const workspace = where(context);
  const { action_id = "", ...carried }: Partial<Carrying> = (args.action as Carrying | undefined) ?? {};
  const { trigger_id: triggerId, view } = body;
  const reach = reachOf({ client: workspace.client, respond: args.respond, triggerId, view });
  return {
    workspace,
    place: { userId: body.user.id, channelId: body.channel?.id },
    actionId: action_id,
    value: carried.value ?? carried.selected_option?.value ?? "",
    triggerId,
    view,
    isPrivate: body.container?.is_ephemeral === true,
    answer: (card, manner) => answer(reach, card, manner),
  };
}

type Carrying = { action_id?: string; value?: string; selected_option?: { value: string } };
