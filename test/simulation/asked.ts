import type { Instant, MeetingFact } from "../../src/meeting/fact.ts";
import { isNews, meetingAsOf } from "../../src/meeting/meeting.ts";
import type { Channel } from "../../src/ports.ts";
import { mayHear, turnOf } from "../../src/subscription/subscription.ts";
import { A_CLAIM_MS, type Violation } from "./check.ts";
import { factsOf, type Kept, said } from "./kept.ts";
import type { DayPlan } from "./plan.ts";
import type { PlayedDay } from "./play.ts";
import { CLOCKS_DIFFER_MS } from "./random-day.ts";

/** What was posted although nothing that was asked for there meant it, and channels that were bothered in vain. */
export function unasked({ channels, meetings }: DayPlan, played: PlayedDay, kept: Kept): Violation[] {
  const uuids = new Set(meetings.map(({ uuid }) => uuid));
  const posted = played.messages.filter(({ channel, key }) => channels.includes(channel) && uuids.has(key));
  const first = new Map(posted.toReversed().map((one) => [`${one.channel} ${one.key}`, one]));
  return [
    ...[...first.values()].flatMap(({ channel, key }): Violation[] => {
      const calls = played.calls.filter(
        (one) => one.channel === channel && one.card === key && one.what === "post sent",
      );
      // a post that was begun is finished, whatever is asked for meanwhile
      const looks = played.calls.filter(
        (one) => one.channel === channel && one.card === key && one.what === "find sent",
      );
      const isAsked = [...calls, ...looks].some(({ at }) => mayHaveTurn(played, kept, { channel, uuid: key }, at));
      return isAsked ? [] : [{ kind: "unasked", channel, card: key, what: "nothing that was asked for means it" }];
    }),
    ...inVain(played),
  ];
}

/** Whether a courier that sent something at an instant may have seen that it was the card's turn, a moment before. */
function mayHaveTurn(played: PlayedDay, kept: Kept, of: { channel: Channel; uuid: string }, sentAt: Instant): boolean {
  const { heard, books } = played;
  const since = sentAt - A_CLAIM_MS;
  const told = heard.flatMap(({ at }) => (at >= since && at <= sentAt ? [at - 1, at] : []));
  const instants = [since, ...told, sentAt];
  return books.between(of.channel, since, sentAt).some((subscription) =>
    instants.some((at) => {
      const facts = factsOf(keptBy(played, kept, at)).find(([first]) => first?.about.uuid === of.uuid);
      if (!facts) return false;
      return [at - CLOCKS_DIFFER_MS, sentAt + CLOCKS_DIFFER_MS].some((now) => {
        const meeting = meetingAsOf(now, facts);
        return isNews(meeting) && turnOf(subscription, meeting, now).kind === "now";
      });
    }),
  );
}

/** What may have been kept by then. */
function keptBy({ heard }: PlayedDay, kept: Kept, at: Instant): Kept {
  const known = new Set(heard.flatMap((one) => (one.at <= at ? [`${one.fact.about.uuid} ${said(one.fact)}`] : [])));
  return new Map(
    [...kept].flatMap(([uuid, facts]) => {
      const some = [...facts].filter(([key]) => known.has(`${uuid} ${key}`));
      return some.length > 0 ? [[uuid, new Map<string, MeetingFact>(some)] as const] : [];
    }),
  );
}

/** Where no rule could mean a meeting nobody looks what should be shown of it. */
function inVain({ seen, books, heard }: PlayedDay): Violation[] {
  return seen.flatMap(({ channel, card, what, details }): Violation[] => {
    const because = (details as { because?: string } | undefined)?.because;
    if (what !== "outcome" || because !== "not asked for here" || !channel) return [];
    const own = heard.find(({ fact }) => fact.about.uuid === card);
    if (!own) return [];
    const { number } = own.fact.about;
    // its number's next start may have ended it
    const facts = heard.filter(({ fact }) => fact.about.uuid === card || (number && fact.about.number === number));
    const mayBe = books.between(channel, 0).some((one) => facts.some(({ fact }) => mayHear(one, fact.about)));
    return mayBe ? [] : [{ kind: "unasked", channel, card: own.fact.about.uuid, what: "it was looked at in vain" }];
  });
}
