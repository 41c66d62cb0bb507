/** One figure as measured: beside its floor or its goal, never alone. `--json` prints these, so names and units stay. */
export interface Row {
  /** Its name for `--only`. */
  name: string;
  figure: string;
  measured: number;
  unit: "µs" | "ms" | "KiB" | "MB" | "calls" | "ratio";
  /** The same on the floor, in the same run and unit; null where there is none. */
  floor: number | null;
  /** Measured to floor. */
  ratio: number | null;
  goal: string;
  reached: boolean;
  /** What else was seen, by its name and unit. */
  numbers: Record<string, number>;
}

type Measured = Omit<Row, "name" | "floor" | "ratio" | "numbers"> & { floor?: number; numbers?: Row["numbers"] };

export function row({ floor, numbers = {}, ...rest }: Measured): Omit<Row, "name"> {
  const ratio = floor === undefined ? null : rest.measured / floor;
  return { ...rest, floor: floor ?? null, ratio, numbers };
}

/** A row as people read it. */
export function shown({ figure, measured, unit, floor, ratio, goal, reached, numbers }: Row) {
  const rounded = (value: number) => Number(value.toPrecision(3));
  const floorAndRatio =
    floor === null || ratio === null ? [] : [`floor ${rounded(floor)} ${unit}: × ${ratio.toFixed(2)}`];
  const rest = Object.entries(numbers).map(([name, value]) => `${name} ${rounded(value)}`);
  return {
    figure,
    measured: `${rounded(measured)} ${unit}`,
    beside: [...floorAndRatio, ...rest].join(", "),
    goal,
    reached: reached ? "yes" : "no",
  };
}
