import bolt, { type Receiver } from "@slack/bolt";
import type { WebClientOptions } from "@slack/web-api";
import type { Application } from "express";
import { type AgendaAsked, agendaAsked } from "../card/agenda-card.ts";
import type { Card } from "../card/card.ts";
import { helpCard, unknownCard } from "../card/help-card.ts";
import { saidCard } from "../card/subscription-cards.ts";
import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";
import type { Asker, Channel } from "../ports.ts";
import type { Reader, Scope } from "../sight.ts";
import { answer, shown } from "./answer.ts";
import { answerModal } from "./answer-modal.ts";
import { askerIn, type Place, scopeAt } from "./asker.ts";
import { command, unknownCommand } from "./command.ts";
import { type EventTable, listenTo, type ToldEvents } from "./events.ts";
import { type Explanations, explainButtons } from "./explain.ts";
import { happenings } from "./happenings.ts";
import { type HomeSide, slackHome } from "./home.ts";
import { watchInHand } from "./in-hand.ts";
import type { Uninstalled } from "./installations.ts";
import { slackLogger } from "./logger.ts";
import { pressesIn, unknownPress } from "./presses.ts";
import { reachOf } from "./reach.ts";
import { type SlackSide, slackReceiver } from "./receiver.ts";
import { type Reports, reportButtons, whoPressed } from "./report.ts";
import type { SlackRequest } from "./request.ts";
import { openSettings, settingsForm } from "./settings.ts";
import { socketMode } from "./socket-mode.ts";
import { opened, subscribeButtons } from "./subscribe-buttons.ts";
import { type Subscribers, subscribing } from "./subscribing.ts";
import { authorizeIn, NOBODY, strangersAreTold, where } from "./where.ts";
import type { Workspace, Workspaces } from "./workspaces.ts";

export interface SlackDoor extends Reports, Explanations {
  web: Application;
  /** How requests are known to be Slack's, where they come over HTTP. */
  signingSecret?: string | undefined;
  /** Of Socket Mode: then nothing is taken over HTTP. */
  appToken?: string | undefined;
  now: () => Instant;
  workspaces: Workspaces;
  told: ToldEvents;
  clientOptions: WebClientOptions;
  /** The app was taken out of a workspace, Slack says; it may say so again, and late. */
  uninstalled?: Uninstalled;
  agenda: (asked: AgendaAsked, scope: Scope, asker: Asker, reader: Reader) => Promise<Card>;
  /** Who was in a meeting; undefined when nothing is known of it any more, or it is not for the asker. */
  people: (uuid: string, asker: Asker) => Promise<Card | undefined>;
  status: (asker: Asker) => Promise<Card>;
  subscribers: Subscribers;
  /** Something may be due now. */
  onSubscribed: () => void;
  home: Omit<HomeSide, "workspaces" | "subscribers" | "now" | "onSubscribed">;
  /** Slack gave a channel another id. */
  move: (from: Channel, to: Channel) => Promise<void>;
}

/** How Slack reaches us, once it may. */
export interface SlackLine {
  start(): void;
  stop(): Promise<void>;
  /** Resolves when all that was acknowledged is done, too. */
  answered(): Promise<void>;
  /** Resolves while Slack can reach us; rejects with a sentence that says why not. */
  works(): Promise<void>;
  /** A meeting began or ended: who looks at their Home tab sees it soon. */
  refreshHome(): void;
}

const ENDPOINT = "/slack/events";
/** What the manifest calls "Meetings today". */
export const SHORTCUT = "meetings_today";

/**
 * Takes what people type and press in Slack, at `/slack/events` of our own Express app or through Socket Mode. Everything is acknowledged at
 * once and answered afterwards, so that a slow Redis never shows people "operation_timeout".
 */
export function slackDoor({
  web,
  signingSecret,
  appToken,
  now,
  workspaces,
  told,
  clientOptions,
  uninstalled = async () => {},
  agenda,
  people,
  explain,
  status,
  subscribers,
  onSubscribed,
  home: homeSide,
  move,
  ...reports
}: SlackDoor): SlackLine {
  const logger = slackLogger("bolt");
  const socket = appToken === undefined ? undefined : socketMode({ appToken, clientOptions, unheard });
  const receiver = socket ?? overHttp(web, { signingSecret, now, unheard });
  const app = new bolt.App({
    receiver,
    logger,
    clientOptions,
    authorize: authorizeIn(workspaces),
  });
  const answered = watchInHand(app);
  strangersAreTold(app);
  const onPress = pressesIn(app);
  app.error(async (err) => log.error({ err }, "an answer in Slack failed"));

  const agendaFor = async (asked: AgendaAsked, place: Place, reader: Reader, workspace: Workspace) => {
    const { isAll = false, channelId } = asked;
    const scope = scopeAt(place, { isAll, ...(channelId && { asked: channelId }) }, workspace.address);
    return agenda(asked, scope, await askerIn(workspace, place), reader);
  };

  const home = slackHome(app, onPress, { ...homeSide, workspaces, subscribers, now, onSubscribed });
  const onChange = () => {
    onSubscribed();
    home.refresh();
  };
  const settings = { subscribers, now, onChange };

  app.command("/meetings", async ({ command: typed, ack, respond, context }) => {
    const { text = "", user_id, channel_id, trigger_id } = typed;
    const asked = command(text);
    if (asked.kind === "help" || asked.kind === "unknown") {
      await ack(privately(asked.kind === "unknown" ? unknownCard(asked.problem) : helpCard()));
      return;
    }
    if (!user_id) return ack(privately(saidCard([NOBODY])));
    await ack();
    const workspace = where(context);
    const reach = reachOf({ client: workspace.client, respond, triggerId: trigger_id });
    await answer(reach, async () => {
      const place = { userId: user_id, channelId: channel_id };
      if (asked.kind === "agenda") return agendaFor(asked, place, "asker", workspace);
      if (asked.kind === "status") return status(await askerIn(workspace, place));
      if (asked.kind === "explain") return explain(asked.question, await askerIn(workspace, place));
      if (asked.kind === "report") return reports.report(asked.question, await askerIn(workspace, place), "asker");
      if (asked.kind === "settings" || (asked.kind === "subscribe" && asked.rules.length === 0)) {
        const channelId = asked.channelId ?? channel_id;
        return opened(await openSettings(settings, workspace, place, { triggerId: trigger_id, channelId }));
      }
      return subscribing(subscribers, asked, { workspace, place, now: now() }).finally(onChange);
    });
  });

  onPress(/^mtg_(refresh|earlier|later)$/, async ({ workspace, place, value, answer: say }) => {
    await say(() => agendaFor(agendaAsked(value), place, "asker", workspace), { replace_original: true });
  });

  onPress("mtg_share", async ({ workspace, place, value, answer: say }) => {
    const card = () => agendaFor(agendaAsked(value), place, "place", workspace);
    await say(card, { response_type: "in_channel", replace_original: false });
  });

  onPress("mtg_people", async (press) => {
    const card = async () => (await people(press.value, await whoPressed(press))) ?? forgotten;
    await press.answer(card, { replace_original: false });
  });

  onPress("mtg_help", async (press) => press.answer(async () => helpCard(), { replace_original: true }));

  reportButtons(onPress, reports);
  settingsForm(app, onPress, settings);
  subscribeButtons(onPress, settings);
  explainButtons(onPress, { explain });

  onPress("mtg_open", async () => {}); // a link; Slack tells us all the same

  const today = async (userId: string, workspace: Workspace) => {
    const asker = await askerIn(workspace, { userId });
    return agenda({ scope: "today" }, { of: "all" }, asker, "asker");
  };
  app.use(async (args) => {
    if (!("shortcut" in args)) return args.next();
    const { ack, body, shortcut, context, ...rest } = args;
    await ack();
    const workspace = where(context);
    const respond = "respond" in rest ? rest.respond : undefined;
    const reach = reachOf({ client: workspace.client, respond, triggerId: shortcut.trigger_id });
    const isKnown = shortcut.callback_id === SHORTCUT;
    await answer(reach, async () => (isKnown ? today(body.user.id, workspace) : unknownPress));
  });

  const events: EventTable = {
    ...happenings({ home, subscribers, retry: homeSide.retry, move }),
    app_uninstalled: async (_, { teamId = "" }, at) => uninstalled(teamId, at),
    tokens_revoked: async ({ tokens }, { teamId = "" }, at) => {
      if ((tokens?.bot ?? []).length > 0) await uninstalled(teamId, at);
    },
  };
  listenTo(app, events, told);

  return {
    start: () => void receiver.start(),
    stop: async () => void (await receiver.stop()),
    answered,
    works: async () => socket?.works(),
    refreshHome: home.refresh,
  };
}

function overHttp(
  web: Application,
  { signingSecret, ...side }: Omit<SlackSide, "signingSecret"> & Pick<SlackDoor, "signingSecret">,
): Receiver {
  if (!signingSecret) throw new Error("nothing would tell Slack's requests from those of strangers");
  const { receiver, handler } = slackReceiver({ signingSecret, ...side });
  web.all(ENDPOINT, handler);
  return receiver;
}

/** What somebody reads who typed or submitted what nobody here listens to. */
function unheard({ command: name, type }: SlackRequest): object | undefined {
  if (name !== undefined) return privately(unknownCard(unknownCommand(name)));
  return type === "view_submission" ? { response_action: "update", view: answerModal(unknownForm) } : undefined;
}

/** Only the asker sees it. */
function privately(card: Card) {
  return { response_type: "ephemeral" as const, ...shown(card) };
}

const unknownForm: Card = saidCard(["I do not know this form any more, so nothing is changed. Please open it again."]);

const forgotten: Card = {
  stage: "answer",
  summary: "I know nothing about this meeting any more.",
  parts: [{ kind: "line", line: ["I know nothing about this meeting any more."] }],
  buttons: [],
};
