import { gridY, lineY, plot, pointerX, rectY, ruleX, ruleY, text, tip, dot, axisX, axisY } from "@observablehq/plot";
import { digits, percent } from "./numbers.js";

// Lines are told apart by their dashes and their words, not by colour alone.
const dashes = { budget: null, baseline: "7,4", floor: "2,3" };
const seriesDashes = [null, "7,4", "2,3", "10,3,2,3", "4,4"];

/** Draws every chart that is not drawn yet. */
export function drawAll(root) {
  for (const figure of root.querySelectorAll("figure[data-chart]")) {
    draw(figure);
  }
}

/** Draws each chart when it comes near the window: a report may hold hundreds. */
export function drawLater(root) {
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((e) => e.isIntersecting)) {
      seen.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "400px" });
  root.querySelectorAll("figure[data-chart]").forEach((figure) => seen.observe(figure));
}

function draw(figure) {
  const place = figure.querySelector(".charts");
  if (!place || place.childElementCount > 0) {
    return;
  }

  for (const chart of figure.dataset.chart === "costs" ? costs(figure, place) : distribution(figure, place)) {
    // A chart is one picture with a name, and its table says the rest: names of its parts are no names for a screen reader.
    chart.setAttribute("role", "img");
    for (const part of chart.querySelectorAll("g[aria-label]")) {
      part.dataset.part = part.getAttribute("aria-label");
      part.removeAttribute("aria-label");
    }

    place.append(chart);
  }
}

const rows = (figure) => [...figure.querySelectorAll("tbody tr")].map((row) => row.dataset);
const size = (place) => ({ width: Math.max(280, Math.min(520, place.clientWidth || 480)), height: 220 });
const frame = (figure, what) => ({ className: "plot", ariaLabel: `${what}: ${figure.dataset.title}`, marginLeft: 56, marginTop: 30, marginBottom: 40, marginRight: 18 });

function distribution(figure, place) {
  const bins = rows(figure).map((d) => ({ from: +d.from, to: +d.to, n: +d.n, share: +d.share, above: d.above === "true" }));
  const unit = figure.dataset.unit;
  const low = bins[0].from;
  const high = bins.at(-1).to;
  const span = high - low || Math.abs(high) || 1;
  const marks = [...figure.querySelectorAll("[data-mark]")].map((m) => ({ kind: m.dataset.mark, at: +m.dataset.at, words: m.dataset.mark }));
  const near = marks.filter((m) => m.at >= low - span && m.at <= high + span);
  const domain = [Math.min(low, ...near.map((m) => m.at)), Math.max(high, ...near.map((m) => m.at))];
  // One that would squeeze the samples into a corner stands at the edge, with an arrow to where it is.
  for (const m of marks) {
    m.words = near.includes(m) ? m.words : m.at < low ? `← ${m.words}` : `${m.words} →`;
    m.x = Math.min(domain[1], Math.max(domain[0], m.at));
  }
  const x = { label: unit, domain, nice: false };
  const xAxis = axisX({ ticks: 5, tickFormat: (v) => digits(v), label: unit });
  const words = (d) => `${d.above ? "above " : ""}${digits(d.from)} to ${d.above ? "the largest" : digits(d.to)} ${unit}\n${digits(d.n)} samples\nup to here: ${percent(d.share)}`;
  const lines = () => marks.flatMap((m, i) => [
    ruleX([m], { x: "x", stroke: "var(--mark)", strokeWidth: m.kind === "budget" ? 2.5 : 1.5, strokeDasharray: dashes[m.kind] ?? null }),
    text([m], { x: "x", text: "words", frameAnchor: "top", dy: -22 + 11 * (i % 2), textAnchor: m.x > (domain[0] + domain[1]) / 2 ? "end" : "start", fill: "currentColor" }),
  ]);
  const histogram = plot({
    ...frame(figure, "Histogram"), ...size(place), x, y: { label: "samples", nice: true },
    marks: [
      gridY({ ticks: 4 }), xAxis, axisY({ ticks: 4, tickFormat: (v) => digits(v), label: "samples" }),
      rectY(bins, { x1: "from", x2: "to", y: "n", fill: "var(--bar)", insetLeft: 0.5, insetRight: 0.5 }),
      text(bins.filter((b) => b.above), { x: "to", y: "n", text: () => "and above", textAnchor: "end", dy: -7, fill: "currentColor" }),
      ruleY([0]), ...lines(),
      tip(bins, pointerX({ x1: "from", x2: "to", y: "n", title: words, anchor: "bottom" })),
    ],
  });
  const steps = [{ ...bins[0], to: bins[0].from, share: 0 }, ...bins];
  const ecdf = plot({
    ...frame(figure, "Share of samples up to a value"), ...size(place), x, y: { label: "share of samples", domain: [0, 1] },
    marks: [
      gridY({ ticks: 4 }), xAxis, axisY({ ticks: 4, tickFormat: (v) => percent(v), label: "share up to here" }),
      lineY(steps, { x: "to", y: "share", curve: "step-after", stroke: "var(--bar)", strokeWidth: 2 }),
      ruleY([0]), ...lines(),
      tip(bins, pointerX({ x: "to", y: "share", title: words })),
    ],
  });
  return [histogram, ecdf];
}

function costs(figure, place) {
  const points = rows(figure).filter((d) => d.total !== undefined).map((d) => ({ scheme: d.scheme, bytes: +d.bytes, total: +d.total }));
  const schemes = [...new Set(points.map((p) => p.scheme))];
  const last = schemes.map((scheme) => points.filter((p) => p.scheme === scheme).at(-1));
  // Labels at the ends of lines that lie close together would cover each other.
  const top = Math.max(...points.map((p) => p.total));
  last.sort((a, b) => b.total - a.total);
  let free = Infinity;
  for (const p of last) {
    p.label = Math.min(p.total, free);
    free = p.label - top / 13;
  }

  return [plot({
    ...frame(figure, "Cost of a message by length"), width: Math.max(280, Math.min(720, place.clientWidth || 640)), height: 300, marginRight: 110, marginLeft: 76,
    x: { label: "bytes of plaintext" }, y: { label: figure.dataset.unit, zero: true },
    marks: [
      gridY({ ticks: 5 }), axisX({ ticks: 5, tickFormat: (v) => digits(v), label: "bytes of plaintext" }), axisY({ ticks: 5, tickFormat: (v) => digits(v), label: `seal + open, ${figure.dataset.unit}` }),
      ...schemes.map((scheme, i) => lineY(points.filter((p) => p.scheme === scheme), { x: "bytes", y: "total", stroke: "var(--bar)", strokeWidth: 2, strokeDasharray: seriesDashes[i % seriesDashes.length] })),
      dot(points, { x: "bytes", y: "total", symbol: "scheme", fill: "var(--bar)", r: 3.5 }),
      text(last, { x: "bytes", y: "label", text: "scheme", textAnchor: "start", dx: 9, fill: "currentColor" }),
      tip(points, pointerX({ x: "bytes", y: "total", title: (p) => `${p.scheme}\n${digits(p.bytes)} bytes\n${digits(p.total)} ${figure.dataset.unit}` })),
    ],
  })];
}
