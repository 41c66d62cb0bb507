/** What happened, for the counts and for whoever has to understand a failure. */
export interface Entry {
  /** Milliseconds since 1970. */
  at: number;
  from: "Zoom" | "Slack" | "process" | "fault";
  text: string;
  /** A meeting that it concerns; without one it may concern any. */
  uuid?: string;
  /** A channel whose notifiers it concerns; without one it concerns all. */
  channel?: string;
}

export type Journal = ReturnType<typeof openJournal>;

export function openJournal() {
  const entries: Entry[] = [];
  const counts = new Map<string, number>();
  return {
    entries: entries as readonly Entry[],
    counts: counts as ReadonlyMap<string, number>,
    note(from: Entry["from"], text: string, about: Pick<Entry, "uuid" | "channel"> = {}, at = Date.now()) {
      entries.push({ at, from, text, ...about });
    },
    count(what: string) {
      counts.set(what, (counts.get(what) ?? 0) + 1);
    },
  };
}
