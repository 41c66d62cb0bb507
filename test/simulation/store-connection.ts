import type { Redis } from "ioredis";
import { type Answer, answersOf, type Command, redisClient } from "./client.ts";
import type { MemoryRedis } from "./memory-redis.ts";
import { isDuring, type StoreFault } from "./plan.ts";
import type { SimulatedProcess } from "./process.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** As in `connectRedis`. */
const COMMAND_TIMEOUT_MS = 1_500;

export interface StoreWire {
  time: VirtualTime;
  redis: MemoryRedis;
  faults: readonly StoreFault[];
  random: () => number;
}

/**
 * One process's connection, with the part of ioredis' face that the notifier uses: a command is done after a moment and
 * answered after another, unless a fault says otherwise. What was sent first is done first.
 */
export function storeConnection({ time, redis, faults, random }: StoreWire, process: SimulatedProcess): Redis {
  let lastDoneAt = 0;
  const faultNow = () =>
    faults.find((one) => isDuring(one, time.now()) && (one.process === undefined || one.process === process.index));

  const send = (commands: readonly Command[]) =>
    new Promise<Answer[]>((resolve) => {
      const failed = (message: string) => commands.map((): Answer => [new Error(message), null]);
      const perform = () => answersOf(redis, commands);
      const answer = (answers: Answer[]) => time.goOnAs(process, () => resolve(answers));
      const doAt = (at: number, work: () => void) => {
        lastDoneAt = Math.max(lastDoneAt, at);
        time.at(lastDoneAt, "wire", work);
      };
      const soon = time.now() + random() * 1.5;
      process.makesCall("store", () => {
        const fault = faultNow();
        if (!fault) {
          doAt(soon, () => answer(perform()));
          return;
        }
        switch (fault.how) {
          case "down":
            time.at(soon, "wire", () =>
              answer(failed("Stream isn't writeable and enableOfflineQueue options is false")),
            );
            return;
          case "cut": {
            const isDone = random() < 0.5;
            doAt(soon, () => {
              if (isDone) perform();
              answer(failed("Connection is closed."));
            });
            return;
          }
          case "slow":
          case "frozen": {
            const doneAt =
              fault.how === "slow" ? time.now() + random() * 2 * COMMAND_TIMEOUT_MS : fault.at + fault.forMs;
            let isLate = false;
            const timeout = time.at(time.now() + COMMAND_TIMEOUT_MS, "wire", () => {
              isLate = true;
              answer(failed("Command timed out"));
            });
            doAt(doneAt, () => {
              const answers = perform();
              if (isLate) return;
              time.off(timeout);
              answer(answers);
            });
          }
        }
      });
    });

  return redisClient(send);
}
