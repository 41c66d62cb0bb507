import type { Card } from "../card/card.ts";
import { type MeetingQuestion, meetingQuestion } from "../card/report-question.ts";
import type { Asker } from "../ports.ts";
import type { OnPress } from "./presses.ts";
import { whoPressed } from "./report.ts";

export interface Explanations {
  explain: (question: MeetingQuestion, asker: Asker) => Promise<Card>;
}

/** The buttons that choose a meeting to explain, and that explain it anew. Each carries its question in words. */
export function explainButtons(onPress: OnPress, { explain }: Explanations): void {
  onPress(/^mtg_explain\d*$/, async (press) => {
    const card = async () => explain(meetingQuestion(press.value), await whoPressed(press));
    await press.answer(card, { replace_original: press.isPrivate });
  });
}
