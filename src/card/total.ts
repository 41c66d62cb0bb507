import type { Tally } from "../meeting/tally.ts";
import type { Figure } from "./card.ts";
import { durationSure } from "./words.ts";

type Total = Pick<Tally, "meetings" | "live" | "lastedMs" | "isLengthSure">;

/** How long meetings took together. Where none is over yet that is not known, so it is not said to be nothing. */
export function totalFigure(total: Total, more: readonly string[] = []): Figure {
  const { live, lastedMs, isLengthSure } = total;
  if (isNoneOver(total)) return { value: String(live), label: ["still live", ...more].join(", ") };
  const label = ["in total", ...(live > 0 ? [`${live} still live`] : []), ...more].join(", ");
  return { value: durationSure(lastedMs, isLengthSure), label };
}

/** The same after the number of meetings: "2 meetings, all still live". */
export function totalWords(total: Total): string {
  if (isNoneOver(total)) return total.live === 1 ? "still live" : "all still live";
  return durationSure(total.lastedMs, total.isLengthSure);
}

export function isNoneOver({ meetings, live }: Pick<Tally, "meetings" | "live">): boolean {
  return meetings > 0 && live === meetings;
}
