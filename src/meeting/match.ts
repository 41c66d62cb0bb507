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

function folded(text: string): string {
  return text.normalize("NFKD").replace(MARKS, "").toLowerCase();
}
