import type { App, BlockAction, BlockButtonAction, Context } from "@slack/bolt";
import type { Card } from "../card/card.ts";
import { type ReportQuestion, reportQuestion } from "../card/report-question.ts";
import { log } from "../log.ts";
import type { Asker } from "../ports.ts";
import type { Reader } from "../sight.ts";
import { answer } from "./answer.ts";
import { askerIn } from "./asker.ts";
import { type SentFile, sendFile } from "./send-file.ts";
import { where } from "./where.ts";

export interface Reports {
  report: (question: ReportQuestion, asker: Asker, reader: Reader) => Promise<Card>;
  /** The file behind a button; undefined when there is none any more, or it is not for the asker. */
  reportFile: (kind: "csv" | "picture", question: ReportQuestion, asker: Asker) => Promise<SentFile | undefined>;
}

/** The buttons of reports: choose, share, download. Each carries its question in the words that people type. */
export function reportButtons(app: App, { report, reportFile }: Reports): void {
  app.action<BlockButtonAction>(/^mtg_report\d*$/, async ({ ack, action, body, respond, context }) => {
    await ack();
    const card = async () => report(reportQuestion(action.value ?? ""), await whoPressed(context, body), "asker");
    // what everybody sees stays as it is
    await answer(respond, card, { replace_original: body.container?.is_ephemeral === true });
  });

  app.action<BlockButtonAction>("mtg_shareReport", async ({ ack, action, body, respond, context }) => {
    await ack();
    const card = async () => report(reportQuestion(action.value ?? ""), await whoPressed(context, body), "place");
    await answer(respond, card, { response_type: "in_channel", replace_original: false });
  });

  app.action<BlockButtonAction>(/^mtg_(csv|picture)$/, async ({ ack, action, body, respond, context }) => {
    await ack();
    const say = (text: string) => respond({ response_type: "ephemeral", replace_original: false, text });
    try {
      const kind = action.action_id === "mtg_csv" ? "csv" : "picture";
      const file = await reportFile(kind, reportQuestion(action.value ?? ""), await whoPressed(context, body));
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

/** Who pressed a button, and where. */
export async function whoPressed(context: Context, { user, channel }: BlockAction): Promise<Asker> {
  return askerIn(where(context), { userId: user.id, channelId: channel?.id });
}
