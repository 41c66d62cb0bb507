import type { MeetingIdentity } from "./fact.ts";
import type { Meeting } from "./meeting.ts";

/** Whether each of some words is in a topic, as people search: without regard to case and accents. */
export function isTopic({ topic = "" }: Pick<MeetingIdentity, "topic">, words: string): boolean {
  return hasWords(topic, words);
}

/** Whether a meeting's host is called so, by name or by what stands before the @ of the e-mail address. */
export function isHostedBy({ people, hostEmail = "" }: Pick<Meeting, "people" | "hostEmail">, words: string): boolean {
  const names = people.filter(({ isHost }) => isHost).map(({ name = "" }) => name);
  return [...names, hostEmail.split("@")[0] ?? ""].some((name) => hasWords(name, words.replace(/^@/, "")));
}

function hasWords(text: string, words: string): boolean {
  const searched = folded(text);
  return folded(words)
    .split(/\s+/)
    .every((word) => searched.includes(word));
}

const MARKS = /\p{M}/gu;

/** Every delivery is asked about by every channel, and most texts are the same. */
const remembered = new Map<string, string>();
const MOST_REMEMBERED = 10_000;

function folded(text: string): string {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const plain = text.normalize("NFKD").replace(MARKS, "").toLowerCase();
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(text, plain);
  return plain;
}
