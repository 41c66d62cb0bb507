import type { CounterExample } from "./shrink.ts";

/** What happened to the card that breaks a promise, for people to read. */
export function story({ plan, played, violation }: CounterExample): string {
  const { kind, channel, card, what } = violation;
  const lines = played.seen
    .filter((one) => (one.card ?? card) === card || card === undefined || one.channel === undefined)
    .filter((one) => (one.channel ?? channel) === channel || channel === undefined)
    .slice(0, MOST_LINES)
    .map(({ at, process, channel: where, card: which, what: said, details }) => {
      const who = process === undefined ? "" : `process ${process}`;
      const about = [which !== card && which, channel === undefined && where].filter(Boolean).join(" in ");
      return `  ${new Date(at).toISOString().slice(5, 23)}  ${who.padEnd(10)} ${about && `${about}: `}${said}${details ? ` ${JSON.stringify(details)}` : ""}`;
    });
  return [
    `seed ${plan.seed}: ${kind}${card ? `: ${card}` : ""}${channel ? ` in ${channel}` : ""}`,
    `  ${what}`,
    `  ${plan.channels.length} channels, ${plan.skewsMs.length} processes, faults:`,
    ...plan.channels.map((one) => `    ${one} ${JSON.stringify(plan.subscriptions[one])}`),
    ...plan.faults.map((fault) => `    ${new Date(fault.at).toISOString().slice(5, 23)} ${JSON.stringify(fault)}`),
    ...lines,
  ].join("\n");
}

const MOST_LINES = 200;
