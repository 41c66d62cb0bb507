/** Controls, line ends and everything that reorders or hides text; the joiner that emoji need stays. */
const CONTROLS = /[\p{Cc}\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/gu;
/** Most lines: words of visible ASCII, one space between them. Nothing in it has to be folded, hidden or put together. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;
const INVISIBLE = /\s|\u200C|\u200D|[\uFE00-\uFE0F]|\u3164|\u2800/gu;
/** One person's character may be many code units; no honest one is longer than this. */
const LONGEST_GRAPHEME = 32;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Foreign text as one harmless line: without control and bidi characters, white space folded, cut between graphemes
 * to at most `most` of them (then it ends with "…"). Empty when nothing visible is left. Markup stays: showing it as
 * plain text is the platform's duty.
 */
export function plainLine(text: string, most: number): string {
  if (text.length <= most && PLAIN.test(text)) return text; // as below, without taking it apart
  const folded = text
    .slice(0, most * LONGEST_GRAPHEME * 2)
    .toWellFormed()
    .replace(CONTROLS, " ")
    .replace(/\s+/gu, " ")
    .trim();
  if (folded.replaceAll(INVISIBLE, "") === "") return "";
  let line = "";
  let count = 0;
  for (const { segment } of graphemes.segment(folded)) {
    if (count === most) return `${line.trimEnd()}…`;
    line += segment.length > LONGEST_GRAPHEME ? "\uFFFD" : segment;
    count += 1;
  }
  return line;
}
