// Charts of data_visualization blocks: line, area, bar and pie, drawn as SVG, with the same numbers as a table for screen readers.

import { h, s } from "./dom.js";

const WIDTHS = [260, 600];
const HEIGHT = 230;
const EDGE = { left: 46, right: 14, top: 24, bottom: 30 };
const number = (value) => new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 }).format(value);
const short = (value) =>
  new Intl.NumberFormat("en-US", {
    notation: Math.abs(value) >= 10_000 ? "compact" : "standard",
    maximumFractionDigits: 2,
  }).format(value);

/** Round steps that cover `low` to `high`. */
function ticks(low, high) {
  const span = high - low || Math.abs(high) || 1;
  const raw = span / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw - 1e-9);
  const first = Math.floor(low / step) * step;
  const found = [];
  for (let value = first; value < high + step * 0.999; value += step) found.push(Number(value.toFixed(10)));
  return found;
}

const tip = (text) => s("title", null, text);

function axes(categories, marks, x, y, config, width) {
  const room = Math.max(1, Math.ceil(categories.length / Math.floor(width / 70)));
  return [
    marks.map((mark) => [
      s("line", {
        class: "grid",
        x1: EDGE.left,
        x2: width - EDGE.right,
        y1: y(mark),
        y2: y(mark),
        "data-zero": mark === 0,
      }),
      s("text", { class: "tick", x: EDGE.left - 8, y: y(mark) + 4, "text-anchor": "end" }, short(mark)),
    ]),
    categories.map(
      (name, index) =>
        index % room === 0 &&
        s(
          "text",
          { class: "tick", x: x(index), y: HEIGHT - EDGE.bottom + 18, "text-anchor": "middle" },
          name.length > 12 ? `${name.slice(0, 11)}…` : name,
        ),
    ),
    config.y_label && s("text", { class: "axis", x: 4, y: 10 }, config.y_label),
  ];
}

function seriesChart(chart, width) {
  const config = chart.axis_config ?? {};
  const categories = config.categories ?? chart.series?.[0]?.data?.map((point) => point.label) ?? [];
  const series = (chart.series ?? []).map((line) => ({
    name: line.name,
    values: categories.map((name) => line.data?.find((point) => point.label === name)?.value ?? null),
  }));
  const values = series
    .flatMap((line) => line.values)
    .filter((value) => value !== null)
    .map(Number);
  const grounded = chart.type !== "line" || Math.min(...values, 0) < 0;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  // A line may leave zero out when it would press what changed into a flat stroke.
  const low = grounded || least < (most - least) * 2 ? Math.min(0, least) : least;
  const marks = ticks(low, Math.max(most, low + 1e-9));
  const [bottom, top] = [marks[0], marks.at(-1)];
  const wide = width - EDGE.left - EDGE.right;
  const tall = HEIGHT - EDGE.top - EDGE.bottom;
  const y = (value) => EDGE.top + tall * (1 - (value - bottom) / (top - bottom || 1));
  const band = wide / Math.max(1, categories.length);
  const spread = chart.type === "bar" || categories.length < 2;
  const x = (index) => EDGE.left + (spread ? band * (index + 0.5) : (wide * index) / (categories.length - 1));

  const drawn = series.map((line, at) => {
    const kept = line.values
      .map((value, index) => [x(index), value, categories[index]])
      .filter(([, value]) => value !== null);
    if (chart.type === "bar") {
      const bar = Math.min(36, (band * 0.7) / series.length);
      return kept.map(([middle, value, name]) =>
        s(
          "rect",
          {
            class: `series-${at % 6}`,
            x: middle - (bar * series.length) / 2 + bar * at,
            width: Math.max(1, bar - 2),
            rx: 2,
            y: Math.min(y(value), y(Math.max(0, bottom))),
            height: Math.max(1, Math.abs(y(value) - y(Math.max(0, bottom)))),
          },
          tip(`${line.name}, ${name}: ${number(value)}`),
        ),
      );
    }
    const path = kept
      .map(([left, value], index) => `${index ? "L" : "M"}${left.toFixed(1)} ${y(value).toFixed(1)}`)
      .join("");
    const ground = y(Math.max(0, bottom));
    return [
      chart.type === "area" &&
        kept.length > 1 &&
        s("path", {
          class: `area series-${at % 6}`,
          d: `${path}L${kept.at(-1)[0]} ${ground}L${kept[0][0]} ${ground}Z`,
        }),
      s("path", { class: `line series-${at % 6}`, d: path }),
      kept.map(([left, value, name]) =>
        s(
          "circle",
          { class: `series-${at % 6}`, cx: left, cy: y(value), r: kept.length > 20 ? 2 : 3.5 },
          tip(`${line.name}, ${name}: ${number(value)}`),
        ),
      ),
    ];
  });
  const head = ["Label", ...series.map((line) => line.name)];
  const rows = categories.map((name, index) => [
    name,
    ...series.map((line) => (line.values[index] === null ? "–" : number(line.values[index]))),
  ]);
  return {
    art: [axes(categories, marks, x, y, config, width), drawn],
    names: series.map((line) => line.name),
    head,
    rows,
    below: config.x_label,
  };
}

function pieChart(chart) {
  const segments = chart.segments ?? [];
  const whole = segments.reduce((sum, segment) => sum + Math.max(0, Number(segment.value)), 0) || 1;
  const [centre, middle, radius] = [HEIGHT / 2, HEIGHT / 2, 96];
  const point = (share) => [
    centre + radius * Math.sin(share * 2 * Math.PI),
    middle - radius * Math.cos(share * 2 * Math.PI),
  ];
  let from = 0;
  const art = segments.map((segment, at) => {
    const share = Math.max(0, Number(segment.value)) / whole;
    const [start, end] = [point(from), point(from + share)];
    from += share;
    const label = tip(`${segment.label}: ${number(segment.value)} (${Math.round(share * 100)} %)`);
    if (share > 0.9999)
      return s("circle", { class: `slice series-${at % 6}`, cx: centre, cy: middle, r: radius }, label);
    const arc = `M${centre} ${middle}L${start.map((n) => n.toFixed(2)).join(" ")}A${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${end.map((n) => n.toFixed(2)).join(" ")}Z`;
    return s("path", { class: `slice series-${at % 6}`, d: arc }, label);
  });
  const share = (value) => `${Math.round((Math.max(0, Number(value)) / whole) * 100)} %`;
  return {
    art,
    box: HEIGHT,
    head: ["Label", "Value", "Share"],
    names: segments.map((segment) => `${segment.label} · ${number(segment.value)} (${share(segment.value)})`),
    rows: segments.map((segment) => [segment.label, number(segment.value), share(segment.value)]),
  };
}

/** A `data_visualization` block. */
export function chart(block) {
  const kind = block.chart?.type;
  if (!["line", "area", "bar", "pie"].includes(kind))
    return h("p", { class: "unknown" }, `A chart of the unknown type “${kind}”`);
  const picture = s("svg", {
    class: "chart",
    "data-kind": kind,
    role: "img",
    "aria-label": `${kind} chart: ${block.title}`,
  });
  const draw = (room) => {
    const width = Math.round(Math.min(WIDTHS[1], Math.max(WIDTHS[0], room)));
    const drawn = kind === "pie" ? pieChart(block.chart) : seriesChart(block.chart, width);
    picture.setAttribute("viewBox", `0 0 ${drawn.box ?? width} ${HEIGHT}`);
    picture.replaceChildren(...[drawn.art].flat(Infinity).filter(Boolean));
    return drawn;
  };
  const { names, head, rows, below } = draw(WIDTHS[1]);
  // Drawn at the width there is, so that its words stay readable on a phone.
  if (kind !== "pie")
    new ResizeObserver(([entry]) => entry.contentRect.width > 0 && draw(entry.contentRect.width)).observe(picture);
  const legend =
    (names.length > 1 || kind === "pie") &&
    h(
      "ul",
      { class: "legend" },
      names.map((name, at) =>
        h(
          "li",
          null,
          s(
            "svg",
            { viewBox: "0 0 10 10", "aria-hidden": "true" },
            s("circle", { class: `series-${at % 6}`, cx: 5, cy: 5, r: 4.5 }),
          ),
          name,
        ),
      ),
    );
  const numbers = h(
    "table",
    { class: "sr" },
    h("caption", null, block.title),
    h(
      "tr",
      null,
      head.map((name) => h("th", { scope: "col" }, name)),
    ),
    rows.map((row) =>
      h(
        "tr",
        null,
        row.map((value) => h("td", null, value)),
      ),
    ),
  );
  return h(
    "figure",
    { class: "figure", "data-kind": kind },
    h("figcaption", null, block.title),
    picture,
    below && h("p", { class: "axis-below" }, below),
    legend,
    numbers,
  );
}
