// Draws a run from the events of its record. Every name comes from features, boards and brokers: all of it goes to the page as text.
"use strict";

const mostFailures = 1000;
const words = { "pass": "PASSED", "fail": "FAILED", "rig-error": "RIG ERROR", "inconclusive": "INCONCLUSIVE", "unjudgeable": "UNJUDGEABLE", "aborted": "ABORTED" };
const run = { last: 0, selected: 0, done: 0, started: null, verdict: null, left: "", devices: new Map(), current: new Map(), features: new Map(), failures: [], shown: 0 };
const at = id => document.getElementById(id);

// Characters that control a terminal or turn the direction of text are shown as what they are.
const plain = text => String(text ?? "").replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, c => `\\u{${c.charCodeAt(0).toString(16)}}`);

function element(name, text, ...parts) {
  const made = document.createElement(name);
  if (text) made.textContent = plain(text);
  made.append(...parts);
  return made;
}

function count(verdict) {
  return run.failures.filter(f => f.verdict === verdict).length;
}

const take = {
  "run-started"(e) {
    run.selected = e.selected;
    run.started = e;
    for (const part of e.wiring ?? []) if (part.kind === "device") run.devices.set(part.name, { word: "not used yet", faults: 0 });
  },
  "device-ready"(e) {
    run.devices.set(e.device, { word: `ready by ${e.driver}`, faults: run.devices.get(e.device)?.faults ?? 0 });
  },
  "fault-seen"(e) {
    run.devices.set(e.device, { word: `last fault ${e.fault}`, faults: (run.devices.get(e.device)?.faults ?? 0) + 1 });
  },
  "scenario-started"(e) {
    run.current.set(e.id, { name: e.name, feature: e.feature, step: "" });
    if (!run.features.has(e.feature)) run.features.set(e.feature, { passed: 0, of: 0, ms: 0, row: null });
  },
  "step-started"(e) {
    const scenario = run.current.get(e.scenario);
    if (scenario) scenario.step = `${e.keyword} ${e.text}`;
  },
  "scenario-finished"(e) {
    run.done++;
    const feature = run.features.get(run.current.get(e.id)?.feature);
    run.current.delete(e.id);
    if (feature) {
      feature.of++;
      feature.passed += e.verdict === "pass" ? 1 : 0;
      feature.ms += Number.isFinite(e.duration_ms) ? e.duration_ms : 0;
    }
    if (e.verdict !== "pass") run.failures.push(e);
  },
  "run-finished"(e) {
    run.verdict = e.verdict;
    run.left = "";
    events.close();
    say("");
  },
};

function failure(e) {
  const box = element("div", null, element("h3", `${words[e.verdict] ?? e.verdict}: ${e.name}`), element("p", e.id));
  box.className = `reason ${plain(e.verdict)}`;
  box.lastChild.className = "id";
  if (e.failure) {
    const f = e.failure;
    box.append(element("p", `${f.item}: expected ${f.expected}, saw ${f.seen}${f.unit ? ` ${f.unit}` : ""}`));
    if (f.next_command) box.append(element("p", "next: ", element("code", f.next_command)));
  }
  return box;
}

function drawFailures() {
  const failures = at("failures");
  for (; run.shown < Math.min(run.failures.length, mostFailures); run.shown++) failures.append(failure(run.failures[run.shown]));
  let more = at("more");
  if (run.failures.length > mostFailures) {
    if (!more) failures.append(more = Object.assign(element("p"), { id: "more" }));
    more.textContent = `and ${run.failures.length - mostFailures} more: they stand in the record`;
  }
}

function drawFeatures() {
  for (const [name, f] of run.features) {
    if (!f.row) at("features").append(f.row = element("li", null, element("span"), element("span", name), element("span")));
    f.row.className = f.of === 0 ? "" : f.passed === f.of ? "all" : "not";
    f.row.children[0].textContent = f.of === 0 ? "under way" : `${f.passed} of ${f.of} passed`;
    f.row.children[2].textContent = f.of === 0 ? "" : `${(f.ms / 1000).toFixed(1)} s`;
  }
}

function draw() {
  asked = false;
  const s = run.started;
  at("head").className = `top ${run.verdict ?? ""}`;
  at("verdict").textContent = run.verdict ? words[run.verdict] ?? run.verdict : s ? "Running" : "Waiting for the run";
  if (s) at("run").textContent = plain(`${s.rig_name}: ${s.selected} scenarios of ${s.features}${s.deselected?.length ? `, ${s.deselected.length} left out` : ""}`);
  document.title = plain(`${run.done}/${run.selected} ${run.verdict ?? "running"}${run.failures.length ? `, ${run.failures.length} not passed` : ""}`);
  at("bar").max = Math.max(1, run.selected);
  at("bar").value = run.done;
  at("count").textContent = `${run.done} of ${run.selected}`
    + Object.keys(words).filter(v => v !== "pass" && count(v)).map(v => `, ${count(v)} ${v}`).join("") + (run.verdict ? `; the report is report.html in the folder of run ${plain(s?.run_id)}` : "");
  at("left").textContent = run.left;
  at("devices").replaceChildren(...[...run.devices].map(([name, d]) => element("li", `${name}: ${d.word}${d.faults ? ` (${d.faults})` : ""}`)));
  at("current").replaceChildren(...[...run.current.values()].map(c => element("li", `${c.feature}: ${c.name}`, element("small", c.step || "..."))));
  drawFailures();
  drawFeatures();
}

let asked = false;
function redraw() {
  if (!asked) {
    asked = true;
    requestAnimationFrame(draw);
  }
}

function say(text) {
  at("connection").textContent = text;
}

const events = new EventSource("events");
events.onopen = () => say("");
events.onerror = () => say("No connection: the run's program has ended or does not answer. Trying again.");
events.onmessage = message => {
  const e = JSON.parse(message.data);
  if (e.seq <= run.last) return; // seen before the connection was lost
  run.last = e.seq;
  take[e.event]?.(e);
  redraw();
};
events.addEventListener("left", message => {
  run.left = message.data;
  redraw();
});
