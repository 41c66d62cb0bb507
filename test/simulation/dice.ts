export type Dice = ReturnType<typeof dice>;

/** Whole numbers, choices and chances from numbers between 0 and 1. */
export function dice(random: () => number) {
  return {
    chance: (share: number) => random() < share,
    whole: (least: number, most: number) => least + Math.floor(random() * (most - least + 1)),
    one: <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T,
    /** Around `typical`, seldom much more. */
    about: (typical: number) => Math.floor(-Math.log(1 - random()) * typical),
  };
}
