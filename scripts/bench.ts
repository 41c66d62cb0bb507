import { parseArgs } from "node:util";
import { FIGURES, type Row } from "./bench/figures.ts";
import { openBench } from "./bench/stage.ts";

const { values } = parseArgs({
  options: { json: { type: "boolean" }, only: { type: "string" }, help: { type: "boolean", short: "h" } },
});

if (values.help) {
  console.log(`npm run bench -- [--json] [--only WORD]\n\nFigures: ${FIGURES.map(({ name }) => name).join(", ")}`);
} else {
  const rows: Row[] = [];
  for (const { name, measure } of FIGURES.filter(({ name }) => name.includes(values.only ?? ""))) {
    console.error(`measuring ${name} …`);
    const bench = await openBench();
    try {
      rows.push(...(await measure(bench)));
    } finally {
      await bench.close();
    }
  }
  if (values.json) console.log(JSON.stringify(rows, null, 2));
  else console.table(rows.map(({ isReached, ...row }) => ({ ...row, reached: isReached ? "yes" : "no" })));
}
