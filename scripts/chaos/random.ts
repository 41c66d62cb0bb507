import { seededRandom } from "../replay/random.ts";

export type Dice = ReturnType<typeof dice>;

/** What a plan asks of chance; the same answers for the same seed. */
export function dice(seed: number) {
  const random = seededRandom(seed);
  const between = (least: number, most: number) => least + random() * (most - least);
  return {
    random,
    between,
    whole: (least: number, most: number) => Math.floor(between(least, most + 1)),
    happens: (share: number) => random() < share,
    oneOf<Thing>(things: readonly Thing[]): Thing {
      return things[Math.floor(random() * things.length)] as Thing;
    },
    /** Another chance of its own, so that one part of a plan does not change with another. */
    another: () => dice(Math.floor(random() * 2 ** 32)),
  };
}
