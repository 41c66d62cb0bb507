import { createElement as h, type ReactNode } from "react";
import type { Block } from "../../test/stand-ins/slack.ts";

type ChartBlock = Extract<Block, { type: "data_visualization" }>;
type Chart = ChartBlock["chart"];
type Axes = Exclude<Chart, { type: "pie" }>;
type Pie = Extract<Chart, { type: "pie" }>;

const WIDTH = 560;
const HEIGHT = 220;
const LEFT = 44;
const BOTTOM = 22;
const TOP = 8;
const STEPS = 4;

/** A chart as Slack draws it, near enough to be read: what it shows is also said to who cannot see it. */
export function chartNode({ title, chart }: ChartBlock): ReactNode {
  const names = chart.type === "pie" ? chart.segments.map(({ label }) => label) : chart.series.map(({ name }) => name);
  return h(
    "figure",
    { className: "chart" },
    h("figcaption", null, title),
    h(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${title}: ${inWords(chart)}` },
      chart.type === "pie" ? pieNode(chart) : axesNode(chart),
    ),
    h(
      "ul",
      { className: "legend" },
      ...names.map((name, index) => h("li", { key: name }, h("span", { className: `swatch series-${index}` }), name)),
    ),
  );
}

function inWords(chart: Chart): string {
  const points = (all: { label: string; value: number }[]) =>
    all.map(({ label, value }) => `${label} ${value}`).join(", ");
  if (chart.type === "pie") return points(chart.segments);
  return chart.series.map(({ name, data }) => `${name}: ${points(data)}`).join("; ");
}

function axesNode(chart: Axes): ReactNode[] {
  const { categories, x_label, y_label } = chart.axis_config;
  const top = roundUp(Math.max(0, ...chart.series.flatMap(({ data }) => data.map(({ value }) => value))));
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const slot = (WIDTH - LEFT) / categories.length;
  const middle = (index: number) => LEFT + slot * (index + 0.5);
  const step = Math.ceil(categories.length / 12);
  const grid = Array.from({ length: STEPS + 1 }, (_, index) => (top / STEPS) * index);
  return [
    ...grid.flatMap((value) => [
      h("line", { key: `g${value}`, className: "grid", x1: LEFT, x2: WIDTH, y1: y(value), y2: y(value) }),
      h(
        "text",
        { key: `t${value}`, x: LEFT - 6, y: y(value) + 4, textAnchor: "end" },
        String(Number(value.toFixed(2))),
      ),
    ]),
    ...categories.map(
      (label, index) =>
        index % step === 0 &&
        h("text", { key: `c${label}${index}`, x: middle(index), y: HEIGHT - 6, textAnchor: "middle" }, label),
    ),
    ...chart.series.map(({ name, data }, nth) => {
      const values = data.map(({ value }) => value);
      if (chart.type !== "bar") return h("g", { key: name }, lineNode(values, nth, middle, y, chart.type === "area"));
      const width = (slot * 0.7) / chart.series.length;
      const left = (index: number) => middle(index) - slot * 0.35 + width * nth;
      return h("g", { key: name }, ...values.map((value, index) => barNode(left(index), width, y(value), y(0), nth)));
    }),
    x_label && h("title", { key: "x" }, [x_label, y_label].filter(Boolean).join(" · ")),
  ];
}

const barNode = (x: number, width: number, from: number, to: number, nth: number) =>
  h("rect", {
    key: x,
    className: `series-${nth}`,
    x,
    y: from,
    width: Math.max(1, width - 2),
    height: Math.max(0, to - from),
  });

function lineNode(
  values: number[],
  nth: number,
  x: (index: number) => number,
  y: (value: number) => number,
  isArea: boolean,
) {
  const path = values.map((value, index) => `${index === 0 ? "M" : "L"}${x(index)} ${y(value)}`).join("");
  const closed = `${path}L${x(values.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z`;
  return [
    isArea && h("path", { key: "area", className: `area series-${nth}`, d: closed }),
    h("path", { key: "line", className: `line series-${nth}`, d: path }),
  ];
}

function pieNode({ segments }: Pie): ReactNode[] {
  const total = segments.reduce((sum, { value }) => sum + value, 0);
  const [x, y, radius] = [WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - TOP];
  let from = 0;
  return segments.map(({ label, value }, nth) => {
    const at = from / total;
    from += value;
    // A circle's outline, as thick as its radius and as long as the part: a whole needs no other shape than a part.
    const around = Math.PI * radius;
    const dash = `${(value / total) * around} ${around}`;
    const turn = `rotate(${at * 360 - 90} ${x} ${y})`;
    const shape = { cx: x, cy: y, r: radius / 2, strokeWidth: radius, strokeDasharray: dash, transform: turn };
    return h("circle", { key: label, className: `slice series-${nth}`, ...shape });
  });
}

/** The next number that divides well into the lines of a grid. */
function roundUp(value: number): number {
  const size = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 4, 6, 8, 10].map((times) => times * size).find((round) => round >= value) ?? 1;
}
