import type { App, BlockButtonAction } from "@slack/bolt";
import type { Card } from "../card/card.ts";
import { type MeetingQuestion, meetingQuestion } from "../card/report-question.ts";
import type { Asker } from "../ports.ts";
import { answer } from "./answer.ts";
import { whoPressed } from "./report.ts";

export interface Explanations {
  explain: (question: MeetingQuestion, asker: Asker) => Promise<Card>;
}

/** The buttons that choose a meeting to explain, and that explain it anew. Each carries its question in words. */
export function explainButtons(app: App, { explain }: Explanations): void {
  app.action<BlockButtonAction>(/^mtg_explain\d*$/, async ({ ack, action, body, respond, context }) => {
    await ack();
    const card = async () => explain(meetingQuestion(action.value ?? ""), await whoPressed(context, body));
    await answer(respond, card, { replace_original: body.container?.is_ephemeral === true });
  });
}
