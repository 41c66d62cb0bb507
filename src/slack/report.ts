import type { App, BlockButtonAction } from "@slack/bolt";
import type { Card } from "../card/card.ts";
import { type ReportQuestion, reportQuestion } from "../card/report-question.ts";
import { log } from "../log.ts";
import { answer } from "./answer.ts";
import { type SentFile, sendFile } from "./send-file.ts";
import { where } from "./where.ts";

export interface Reports {
  report: (question: ReportQuestion, timeZone: string, isPrivate: boolean) => Promise<Card>;
  /** The file behind a button; undefined when there is none any more. */
  reportFile: (kind: "csv" | "picture", question: ReportQuestion, timeZone: string) => Promise<SentFile | undefined>;
}

/** The buttons of reports: choose, share, download. Each carries its question in the words that people type. */
export function reportButtons(app: App, { report, reportFile }: Reports): void {
  app.action<BlockButtonAction>(/^mtg_report\d*$/, async ({ ack, action, body, respond, context }) => {
    await ack();
    const card = async () =>
      report(reportQuestion(action.value ?? ""), await where(context).timeZoneOf(body.user.id), true);
    // what everybody sees stays as it is
    await answer(respond, card, { replace_original: body.container?.is_ephemeral === true });
  });

  app.action<BlockButtonAction>("mtg_shareReport", async ({ ack, action, body, respond, context }) => {
    await ack();
    const card = async () =>
      report(reportQuestion(action.value ?? ""), await where(context).timeZoneOf(body.user.id), false);
    await answer(respond, card, { response_type: "in_channel", replace_original: false });
  });

  app.action<BlockButtonAction>(/^mtg_(csv|picture)$/, async ({ ack, action, body, respond, context }) => {
    await ack();
    const say = (text: string) => respond({ response_type: "ephemeral", replace_original: false, text });
    try {
      const kind = action.action_id === "mtg_csv" ? "csv" : "picture";
      const file = await reportFile(
        kind,
        reportQuestion(action.value ?? ""),
        await where(context).timeZoneOf(body.user.id),
      );
      if (!file) return void (await say("There is nothing left to send: I know nothing about this any more."));
      const sent = await sendFile(where(context).client, body.user.id, file);
      const isHere = sent.kind === "sent" && sent.channel === body.channel?.id;
      if (!isHere) await say(sent.kind === "sent" ? "I sent it to you, in our direct messages." : sent.because);
    } catch (err) {
      log.error({ err }, "a file could not be made");
      await say("I cannot make that file just now. Please try again in a minute.");
    }
  });
}
