import bolt from "@slack/bolt";
import type { WebClientOptions } from "@slack/web-api";
import type { Application } from "express";
import { type AgendaAsked, agendaAsked } from "../card/agenda-card.ts";
import type { Card, Line } from "../card/card.ts";
import { helpCard } from "../card/help-card.ts";
import { log } from "../log.ts";
import type { Instant } from "../meeting/fact.ts";
import { answer, shown } from "./answer.ts";
import { command, unknownCommand } from "./command.ts";
import { type IsFirst, listenTo } from "./events.ts";
import { slackLogger } from "./logger.ts";
import { slackReceiver } from "./receiver.ts";
import { type Reports, reportButtons } from "./report.ts";
import { authorizeIn, strangersAreTold, where } from "./where.ts";
import type { Workspaces } from "./workspaces.ts";

export interface SlackDoor extends Reports {
  web: Application;
  signingSecret: string;
  now: () => Instant;
  workspaces: Workspaces;
  isFirst: IsFirst;
  clientOptions: WebClientOptions;
  agenda: (asked: AgendaAsked, timeZone: string, isPrivate: boolean) => Promise<Card>;
  /** Who was in a meeting; undefined when nothing is known of it any more. */
  people: (uuid: string) => Promise<Card | undefined>;
}

const ENDPOINT = "/slack/events";

/**
 * Takes what people type and press in Slack, at `/slack/events` of our own Express app. Everything is acknowledged at
 * once and answered afterwards, so that a slow Redis never shows people "operation_timeout".
 */
export function slackDoor({
  web,
  signingSecret,
  now,
  workspaces,
  isFirst,
  clientOptions,
  agenda,
  people,
  ...reports
}: SlackDoor): void {
  const logger = slackLogger("bolt");
  const { receiver, handler } = slackReceiver({
    signingSecret,
    now,
    unknownCommand: (name) => helpInstead(unknownCommand(name)),
  });
  web.all(ENDPOINT, handler);
  const app = new bolt.App({
    receiver,
    logger,
    clientOptions,
    authorize: authorizeIn(workspaces),
  });
  strangersAreTold(app);
  app.error(async (err) => log.error({ err }, "an answer in Slack failed"));

  app.command("/meetings", async ({ command: { text = "", user_id }, ack, respond, context }) => {
    const asked = command(text);
    if (asked.kind === "help" || asked.kind === "unknown") {
      await ack(helpInstead(asked.kind === "unknown" ? asked.problem : undefined));
      return;
    }
    await ack();
    await answer(respond, async () => {
      const timeZone = await where(context).timeZoneOf(user_id);
      return asked.kind === "agenda" ? agenda(asked, timeZone, true) : reports.report(asked.question, timeZone, true);
    });
  });

  app.action<bolt.BlockButtonAction>(
    /^mtg_(refresh|earlier|later)$/,
    async ({ ack, action, body, respond, context }) => {
      await ack();
      const card = async () =>
        agenda(agendaAsked(action.value ?? ""), await where(context).timeZoneOf(body.user.id), true);
      await answer(respond, card, { replace_original: true });
    },
  );

  app.action<bolt.BlockButtonAction>("mtg_share", async ({ ack, action, body, respond, context }) => {
    await ack();
    const card = async () =>
      agenda(agendaAsked(action.value ?? ""), await where(context).timeZoneOf(body.user.id), false);
    await answer(respond, card, { response_type: "in_channel", replace_original: false });
  });

  app.action<bolt.BlockButtonAction>("mtg_people", async ({ ack, action, respond }) => {
    await ack();
    await answer(respond, async () => (await people(action.value ?? "")) ?? forgotten, { replace_original: false });
  });

  reportButtons(app, reports);

  app.action("mtg_open", async ({ ack }) => ack()); // a link; Slack tells us all the same

  listenTo(app, {}, isFirst);
}

/** Only the asker sees it. */
function helpInstead(problem?: Line) {
  return { response_type: "ephemeral" as const, ...shown(helpCard(problem)) };
}

const forgotten: Card = {
  stage: "answer",
  summary: "I know nothing about this meeting any more.",
  parts: [{ kind: "line", line: ["I know nothing about this meeting any more."] }],
  buttons: [],
};
