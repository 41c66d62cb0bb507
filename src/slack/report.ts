import type { Card } from "../card/card.ts";
import { type ReportQuestion, reportQuestion } from "../card/report-question.ts";
import { saidCard } from "../card/subscription-cards.ts";
import { log } from "../log.ts";
import type { Asker } from "../ports.ts";
import type { Reader } from "../sight.ts";
import { askerIn } from "./asker.ts";
import type { OnPress, Press } from "./presses.ts";
import { type SentFile, sendFile } from "./send-file.ts";

export interface Reports {
  report: (question: ReportQuestion, asker: Asker, reader: Reader) => Promise<Card>;
  /** The file behind a button; undefined when there is none any more, or it is not for the asker. */
  reportFile: (kind: "csv" | "picture", question: ReportQuestion, asker: Asker) => Promise<SentFile | undefined>;
}

/** The buttons of reports: choose, share, download. Each carries its question in the words that people type. */
export function reportButtons(onPress: OnPress, { report, reportFile }: Reports): void {
  onPress(/^mtg_report\d*$/, async (press) => {
    const card = async () => report(reportQuestion(press.value), await whoPressed(press), "asker");
    // what everybody sees stays as it is
    await press.answer(card, { replace_original: press.isPrivate });
  });

  onPress("mtg_shareReport", async (press) => {
    const card = async () => report(reportQuestion(press.value), await whoPressed(press), "place");
    await press.answer(card, { response_type: "in_channel", replace_original: false });
  });

  onPress(/^mtg_(csv|picture)$/, async (press) => {
    const { workspace, place, actionId, value } = press;
    const send = async (): Promise<string | undefined> => {
      const kind = actionId === "mtg_csv" ? "csv" : "picture";
      const file = await reportFile(kind, reportQuestion(value), await whoPressed(press));
      if (!file) return "There is nothing left to send: I know nothing about this any more.";
      const sent = await sendFile(workspace.client, place.userId, file);
      if (sent.kind !== "sent") return sent.because;
      return sent.channel === place.channelId ? undefined : "I sent it to you, in our direct messages.";
    };
    const said = await send().catch((err: unknown) => {
      log.error({ err }, "a file could not be made");
      return "I cannot make that file just now. Please try again in a minute.";
    });
    await press.answer(async () => (said === undefined ? undefined : saidCard([said])), { replace_original: false });
  });
}

/** Who pressed a button, and where. */
export async function whoPressed({ workspace, place }: Pick<Press, "workspace" | "place">): Promise<Asker> {
  return askerIn(workspace, place);
}
