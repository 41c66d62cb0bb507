/** Of the wide forms only those that mean the same: a wide `<` is not Slack's, which begins a channel or a person. */
const WIDE = /[\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A\uFF01\uFF02\uFF07\uFF0C-\uFF0E\uFF1A\uFF1B\uFF1F]/g;
const WIDE_BY = 0xfee0;
const UNSEEN = /[\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;
const FULL_STOPS: Record<string, string> = { "。": ".", "、": "," };
const DOUBLE = /[“”„‟«»″〝〞「」『』]/g;
const SINGLE = /(^|[\s,])['‘‚‛]([^'‘’‚‛]+)['’](?=$|[\s.,;:!?])/g;

/**
 * What people type, with the quotes, blanks, digits and stops that a manual has: phones and keyboards of other scripts
 * write others. An apostrophe within a word stays. Done twice it is done once.
 */
export function asMeant(typed: string): string {
  const text = typed
    .replaceAll(UNSEEN, " ")
    .replaceAll(WIDE, (wide) => String.fromCharCode(wide.charCodeAt(0) - WIDE_BY))
    .replaceAll(/[。、]/g, (stop) => FULL_STOPS[stop] ?? stop)
    .replaceAll(DOUBLE, '"')
    .replaceAll(SINGLE, '$1"$2"')
    .replaceAll(/\s+/g, " ")
    .trim();
  return /^"([^"]*)"$/.exec(text)?.[1]?.trim() ?? text;
}

/**
 * Without the stop at its end. A question mark stays: who asks does not want it done. So does what ends a sign that Slack
 * writes in letters.
 */
export function withoutStop(text: string): string {
  return text.replace(/(?:[\s.,:!…]|(?<!&(?:lt|gt|amp));)+$/, "");
}

/** Whatever stands for a hyphen in numbers and dates. */
export const DASHES = /[\u2010-\u2015\u2212]/g;
