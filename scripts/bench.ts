import { parseArgs } from "node:util";
import { FIGURES } from "./bench/figures.ts";
import { type Row, shown } from "./bench/row.ts";
import { openBench } from "./bench/stage.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    only: { type: "string" },
    events: { type: "string", default: "1000000" },
    help: { type: "boolean", short: "h" },
  },
});

if (values.help) {
  const names = FIGURES.map(({ name, isLong }) => (isLong ? `${name} (takes long: only if asked for)` : name));
  console.log(`npm run bench -- [--json] [--only WORD] [--events N]\n\nFigures: ${names.join(", ")}`);
} else {
  const rows: Row[] = [];
  const isWanted = values.only ? (name: string) => name === values.only : undefined;
  const wanted = FIGURES.filter(({ name, isLong }) => (isWanted ? isWanted(name) : !isLong));
  if (wanted.length === 0) throw new Error(`There is no figure "${values.only}": see npm run bench -- --help`);
  for (const { name, measure } of wanted) {
    console.error(`measuring ${name} …`);
    const bench = await openBench();
    try {
      for (const row of await measure(bench, { events: Number(values.events) })) rows.push({ name, ...row });
    } finally {
      await bench.close();
    }
  }
  if (values.json) console.log(JSON.stringify(rows, null, 2));
  else console.table(rows.map(shown));
}
