import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import type { MeetingBodies, ZoomSender } from "../stand-ins/zoom.ts";

/** Guests who keep joining one meeting, until the test is over. A delivery that is not taken is not sent again. */
export function guestsJoin(t: TestContext, zoom: ZoomSender, bodies: MeetingBodies, senders = 3) {
  const taken: string[] = [];
  const answers: number[] = [];
  let isOver = false;
  t.after(() => {
    isOver = true;
  });
  const until = async (isSo: () => boolean) => {
    while (!isOver && !isSo()) await sleep(5);
  };
  const all = Array.from({ length: senders }, async (_, sender) => {
    for (let count = 0; !isOver; count += 1) {
      const name = `Guest ${sender}-${count}`;
      const { status } = await zoom.send(bodies.connection({ name }).joined(Date.now()));
      answers.push(status);
      if (status === 200) taken.push(name);
      await sleep(20);
    }
  });
  return {
    taken: taken as readonly string[],
    /** The status of each delivery. */
    answers: answers as readonly number[],
    /** Resolves when this many more were taken. */
    async untilTaken(more: number) {
      const enough = taken.length + more;
      await until(() => taken.length >= enough);
    },
    async untilAnswered(status: number) {
      const from = answers.length;
      await until(() => answers.slice(from).includes(status));
    },
    async stop() {
      isOver = true;
      await Promise.all(all);
    },
  };
}

export const namesIn = (facts: readonly MeetingFact[]) =>
  new Set(facts.flatMap((fact) => ("who" in fact && fact.who.name !== undefined ? [fact.who.name] : [])));
