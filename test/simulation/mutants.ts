import { PRELUDE } from "../../src/redis/script.ts";
import { compiled } from "./lua.ts";
import { playDay } from "./play.ts";
import type { Sabotage } from "./process.ts";
import { randomDay } from "./random-day.ts";

/** One line of a script left out, as somebody might by mistake. */
export interface Mutant {
  /** The first line that is the script's own. */
  script: string;
  line: string;
  sabotage: Sabotage;
}

/** Every script of the notifier without one of its lines, as far as that is still Lua. */
export async function mutants(): Promise<Mutant[]> {
  const scripts = await scriptsOf(3);
  const shared = linesOf(PRELUDE).map((line) => mutant("what all scripts share", line, PRELUDE, scripts));
  const own = scripts.flatMap((lua) => {
    const text = lua.startsWith(PRELUDE) ? lua.slice(PRELUDE.length) : lua;
    const name = linesOf(text)[0]?.text.trim() ?? "";
    return linesOf(text).map((line) => mutant(name, line, text, [lua]));
  });
  return [...shared, ...own].filter((one) => one !== undefined);
}

interface Line {
  text: string;
  /** Where it begins. */
  at: number;
}

function linesOf(text: string): Line[] {
  let at = 0;
  return text
    .split("\n")
    .map((line) => {
      const here = { text: line, at };
      at += line.length + 1;
      return here;
    })
    .filter(({ text }) => text.trim() !== "");
}

function mutant(script: string, { text, at }: Line, from: string, scripts: readonly string[]): Mutant | undefined {
  const without = `${from.slice(0, at)}${from.slice(at + text.length + 1)}`;
  const mutate = (lua: string) => lua.replace(from, () => without);
  if (!scripts.every((lua) => isLua(mutate(lua)))) return undefined;
  return { script, line: text.trim(), sabotage: { script: mutate } };
}

function isLua(text: string): boolean {
  try {
    compiled(text);
    return true;
  } catch {
    return false;
  }
}

/** The scripts that the notifier runs on some days. */
async function scriptsOf(days: number): Promise<string[]> {
  const seen = new Set<string>();
  const script = (lua: string) => {
    seen.add(lua);
    return lua;
  };
  for (let seed = 1; seed <= days; seed += 1) await playDay(randomDay(seed), { sabotage: { script } });
  return [...seen];
}
