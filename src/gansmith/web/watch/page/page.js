"use strict";

const by = (id) => document.getElementById(id);
const make = (tag, about = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), about);
  made.append(...inside.filter((part) => part !== null && part !== undefined));
  return made;
};
const number = (value, digits = 4) => value === null || value === undefined ? "–" : Number(value.toPrecision(digits)).toLocaleString("en");
const time = (seconds) => seconds < 90 ? `${Math.round(seconds)} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
const address = (name) => `api/run/${name.split("/").map(encodeURIComponent).join("/")}`;
const COLOURS = ["blue", "orange", "green", "violet", "teal", "rose", "grey"];
const MARKS = { diagnosis: "bad", treatment: "green", move: "violet", segment: "grey" };
const TITLES = { quality: "Quality", training: "Training", knobs: "Knobs" };

const runs = new Map();      // lines of the list, by name
const shown = new Map();     // what the server says of those that are chosen
let chosen = new Set(), place = 1, waiting = false;   // place of the slider, 0 to 1

// The list of runs.
const listRuns = () => {
  const words = by("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [...runs.values()].filter((run) => words.every((word) => `${run.id} ${run.state} ${run.told}`.toLowerCase().includes(word)));
  by("count").textContent = `${found.length} of ${runs.size} runs`;
  by("runs").replaceChildren(...found.map(lineOf));
};
const lineOf = (run) => {
  const box = make("input", { type: "checkbox", checked: chosen.has(run.id) });
  box.addEventListener("change", () => choose(run.id, box.checked));
  const state = make("span", { className: `chip ${run.state}`, textContent: run.state });
  const name = make("span", { className: "name", textContent: ` ${run.id}` });
  const metric = run.metric ? `${run.metric[0]} ${number(run.metric[1])}` : "";
  const words = [`${number(run.kimg)} kimg`, metric, run.state === "live" && run.speed ? `${number(run.speed, 3)} samples/s` : "", run.left !== null && run.left !== undefined ? `${time(run.left)} left` : ""];
  const small = make("span", { className: "small", textContent: words.filter(Boolean).join(" · ") });
  const bar = run.state === "live" && run.progress !== null ? make("progress", { value: run.progress, max: 1 }) : null;
  bar?.setAttribute("aria-label", `progress of ${run.id}`);
  return make("li", { className: chosen.has(run.id) ? "chosen" : "" }, make("label", {}, box, name, state, small, bar));
};
const choose = (name, on) => {
  if (on) chosen.add(name); else { chosen.delete(name); shown.delete(name); }
  history.replaceState(null, "", chosen.size ? `#${[...chosen].map(encodeURIComponent).join(",")}` : "#");
  listRuns();
  if (on) refresh([name]); else draw();
};

// What is chosen is asked for again when it has changed; of two answers the later asked for stays.
let asks = 0;
const newest = new Map();
const refresh = async (names) => {
  await Promise.all(names.map(async (name) => {
    const turn = ++asks, answer = await fetch(address(name)).catch(() => null), told = answer?.ok ? await answer.json() : null;
    if (!told || !chosen.has(name) || turn < (newest.get(name) || 0)) return;
    newest.set(name, turn);
    shown.set(name, told);
  }));
  draw();
  for (const name of names) judge(name);
};
const verdicts = new Map(), asked = new Set();
const judge = async (name) => {
  if (asked.has(name)) return;
  asked.add(name);
  const answer = await fetch(`${address(name)}/verdict`).catch(() => null);
  asked.delete(name);
  if (answer?.ok) { verdicts.set(name, await answer.json()); drawVerdicts(); }
};
const chosenViews = () => [...chosen].filter((name) => shown.has(name)).map((name) => [name, shown.get(name)]);
const changed = async (names) => {
  if (waiting) return;
  waiting = true;
  const begun = performance.now();
  await refresh(names.filter((name) => chosen.has(name)));
  setTimeout(() => { waiting = false; if (late.size) { const more = [...late]; late.clear(); changed(more); } }, Math.max(500, 3 * (performance.now() - begun)));
};
const late = new Set();
const listen = () => {
  const source = new EventSource("api/events");
  const told = (says, kind) => { by("line").textContent = says; by("line").className = `chip ${kind}`; };
  source.onopen = () => told("live", "live");
  source.onerror = () => told("no connection", "lost");
  source.onmessage = (event) => {
    const lines = JSON.parse(event.data);
    for (const line of lines) line.gone ? runs.delete(line.id) : runs.set(line.id, line);
    if (!chosen.size && runs.size) {
      const named = decodeURIComponent(location.hash.slice(1)).split(",").filter((name) => runs.has(name));
      const first = [...runs.values()].find((run) => run.state === "live") || [...runs.values()].at(-1);
      chosen = new Set(named.length ? named : [first.id]);
    }
    listRuns();
    const names = lines.map((line) => line.id).filter((name) => chosen.has(name));
    if (waiting) names.forEach((name) => late.add(name)); else if (names.length) changed(names);
  };
};

// One page for what is chosen, side by side where it is several.
const draw = () => {
  const views = chosenViews();
  const one = views.length === 1 ? views[0][1] : null;
  by("title").replaceChildren(...(views.length ? [views.map(([name]) => name).join(", ")] : ["No run is chosen"]));
  by("says").textContent = one ? [one.stopped, one.says].filter(Boolean).join(" ") : views.length ? `${views.length} runs side by side` : "Choose one or several on the list.";
  const left = one && one.left !== null ? [{ name: "Time left", value: time(one.left) }] : [];
  by("facts").replaceChildren(...(one ? [...one.facts, ...left] : []).map((fact) => make("div", { className: "fact" }, make("span", { className: "name", textContent: fact.name }), make("span", { className: "value", textContent: fact.value }))));
  by("facts").hidden = !one;
  document.querySelector(".looks").classList.toggle("several", views.length > 1);
  drawSamples(views);
  drawVerdicts();
  drawMoves(one);
  drawCharts(views);
  by("journal").hidden = !one || !one.journal.length;
  if (one) by("events").replaceChildren(...one.journal.slice().reverse().map((row) => make("tr", {}, make("td", { className: "n", textContent: number(row.kimg) }), make("td", { className: `event ${row.event}`, textContent: row.event }), make("td", { className: "says", textContent: row.says }))));
};

const frameAt = (view) => view.samples.length ? Math.round(place * (view.samples.length - 1)) : -1;
const fileOf = (name, [kimg, ending]) => `${address(name)}/samples/kimg-${String(kimg).padStart(6, "0")}.${ending}`;
const drawSamples = (views) => {
  const pictured = views.filter(([, view]) => view.samples.length);
  by("samples").hidden = !pictured.length;
  if (!pictured.length) return;
  const most = Math.max(...pictured.map(([, view]) => view.samples.length));
  by("time").max = most - 1;
  by("time").value = Math.round(place * (most - 1));
  show(pictured);
  const [name, view] = pictured[0];
  const count = Math.min(24, view.samples.length), wanted = [...new Set([...Array(count).keys()].map((i) => Math.round(i * (view.samples.length - 1) / Math.max(1, count - 1))))];
  const key = pictured.length > 1 || view.samples[0][1] !== "png" ? "" : `${name} ${wanted.length} ${view.samples.length}`;
  if (by("strip").dataset.key === key) return;
  by("strip").dataset.key = key;
  by("strip").replaceChildren(...(key ? wanted : []).map((index) => {
    const [kimg] = view.samples[index], says = `samples at ${number(kimg)} kimg`;
    const button = make("button", { type: "button", title: says }, make("img", { src: `${fileOf(name, view.samples[index])}?small`, alt: says, loading: "lazy" }), `${kimg}`);
    button.addEventListener("click", () => slide(index));
    return button;
  }));
};
const slide = (index) => {
  place = Number(by("time").max) ? index / Number(by("time").max) : 1;
  by("time").value = index;
  show(chosenViews().filter(([, view]) => view.samples.length));
};
const show = (pictured) => {
  const key = (name) => `picture ${name}`;
  const kept = new Map([...by("pictures").children].map((figure) => [figure.dataset.key, figure]));
  by("pictures").replaceChildren(...pictured.map(([name, view]) => {
    const sample = view.samples[frameAt(view)], text = sample[1] === "txt";
    const figure = kept.get(key(name)) || make("figure", {}, make(text ? "pre" : "img"), make("figcaption"));
    figure.dataset.key = key(name);
    const file = fileOf(name, sample), last = frameAt(view) === view.samples.length - 1, says = `${pictured.length > 1 ? `${name}, ` : ""}${number(sample[0])} kimg${last ? ", the newest" : ""}`;
    if (figure.dataset.file !== file) {
      figure.dataset.file = file;
      if (text) fetch(file).then((answer) => answer.text()).then((lines) => { figure.firstChild.textContent = lines; });
      else Object.assign(figure.firstChild, { src: file, alt: `samples of ${name} at ${sample[0]} kimg` });
    }
    figure.lastChild.textContent = says;
    return figure;
  }));
  const [, view] = pictured[0], at = frameAt(view);
  by("moment").textContent = `${at + 1} of ${view.samples.length}; the arrow keys move the slider, too`;
};

const drawVerdicts = () => {
  const views = chosenViews();
  by("verdict").replaceChildren(...views.flatMap(([name, view]) => verdict(name, view, views.length > 1)));
};
const verdict = (name, view, named) => {
  const found = verdicts.get(name) || { verdict: "", says: "The doctor is looking.", outlook: "", diagnoses: [] };
  const head = make("p", { className: "verdict" }, make("span", { className: `chip ${found.verdict}`, textContent: found.verdict }), ` ${named ? `${name}: ` : ""}${found.says}`);
  const diagnoses = found.diagnoses.filter((one) => one.confidence >= 0.2).map((one) => make("article", { className: "diagnosis" },
    make("h3", {}, one.failure.replaceAll("_", " "), make("span", { className: "sure", textContent: `confidence ${one.confidence.toFixed(2)}${one.since_kimg === null || one.since_kimg === undefined ? "" : `, since ${number(one.since_kimg)} kimg`}` })),
    make("ul", {}, ...one.evidence.map((part) => make("li", { textContent: part.says }))),
    one.remedies.length ? make("p", { className: "hint", textContent: `To try: ${one.remedies[0].because}` }) : null));
  const treated = view.treatments.map((one) => make("article", { className: "diagnosis treated" }, make("h3", {}, `${one.title} `, make("span", { className: "chip", textContent: one.state })),
    make("p", { textContent: `${one.when}: ${one.because}` }),
    make("p", { className: "hint", textContent: [Object.entries(one.changes).map(([path, value]) => `${path} = ${value}`).join(", "), one.expected, one.came].filter(Boolean).join("; ") })));
  const first = found.first ? [make("div", { className: "first" }, make("p", {}, make("b", { textContent: "To do first: " }), found.first.says), found.first.command ? make("pre", { className: "command" }, make("code", { textContent: found.first.command })) : null)] : [];
  return [head, ...first, ...diagnoses, ...treated];
};

// Moves by hand.
const drawMoves = (view) => {
  by("hand").hidden = !view || !view.moves;
  if (by("hand").hidden) return;
  const names = Object.keys(view.knobs), which = by("which");
  if (which.dataset.names !== names.join()) {
    which.dataset.names = names.join();
    which.replaceChildren(...names.map((name) => make("option", { textContent: name })));
    by("to").value = view.knobs[which.value];
  }
};
const ask = async (wish) => {
  const answer = await fetch(`${address([...chosen][0])}/move`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(wish) }).catch(() => null);
  const told = answer ? await answer.json().catch(() => ({ error: "not allowed" })) : { error: "no connection" };
  by("answer").textContent = told.says || told.error;
};
by("which").addEventListener("change", () => { by("to").value = shown.get([...chosen][0])?.knobs[by("which").value]; });
by("knob").addEventListener("submit", (event) => { event.preventDefault(); ask({ does: "knob", knob: by("which").value, to: Number(by("to").value) }); });
by("checkpoint").addEventListener("click", () => ask({ does: "checkpoint" }));
by("stop").addEventListener("click", () => { if (confirm("Stop this run? It keeps a checkpoint and can be resumed.")) ask({ does: "stop" }); });

// Charts: those of the runs chosen, laid over each other by title.
const merged = (views) => {
  const found = new Map();
  views.forEach(([name, view], index) => view.charts.forEach((chart) => {
    const key = `${chart.group} ${chart.title}`;
    if (!found.has(key)) found.set(key, { ...chart, curves: [], marks: [] });
    const into = found.get(key), columns = chart.curves.map((curve) => curve.column);
    chart.curves.forEach((curve, at) => into.curves.push(views.length === 1 ? curve : { ...curve, label: `${name} · ${curve.label}`, colour: COLOURS[index % COLOURS.length], dash: at % 2 ? "dot" : "solid" }));
    if (views.length === 1) into.marks = view.marks.filter((mark) => !mark.on.length || mark.on.some((column) => columns.includes(column)) || (mark.kind === "diagnosis" && mark.on.every((column) => !view.charts.some((other) => other.curves.some((curve) => curve.column === column)))));
  }));
  return [...found.values()];
};
const drawCharts = (views) => {
  const charts = merged(views), host = by("charts");
  by("curves").hidden = !charts.length;
  const key = charts.map((chart) => `${chart.group} ${chart.title}`).join("|");
  if (host.dataset.key !== key) {
    host.querySelectorAll(".plot").forEach((plot) => Plotly.purge(plot));
    host.dataset.key = key;
    host.replaceChildren(...Object.entries(TITLES).flatMap(([group, title]) => {
      const own = charts.filter((chart) => chart.group === group);
      return own.length ? [make("h3", { textContent: title }), make("div", { className: "charts small" }, ...own.map((chart) => make("figure", { className: "chart" }, make("figcaption", {}, make("h3", { textContent: chart.title }), make("p", { textContent: chart.reads })), make("div", { className: "plot" }))))] : [];
    }));
    const drawn = Object.keys(TITLES).flatMap((group) => charts.filter((chart) => chart.group === group));
    const looked = new IntersectionObserver((entries) => entries.forEach((entry) => { entry.target.inView = entry.isIntersecting; if (entry.isIntersecting) plotted(entry.target); }), { rootMargin: "300px" });
    host.querySelectorAll(".plot").forEach((plot, index) => { plot.chart = drawn[index]; looked.observe(plot); });
  }
  const ordered = Object.keys(TITLES).flatMap((group) => charts.filter((chart) => chart.group === group));
  host.querySelectorAll(".plot").forEach((plot, index) => { plot.chart = ordered[index]; described(plot); if (plot.inView) plotted(plot); });
};
const described = (plot) => {
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", `${plot.chart.title}: ${plot.chart.curves.map((curve) => `${curve.label} now ${number(curve.y.at(-1))}`).join("; ")}`);
};
const plotted = (plot) => {
  const style = getComputedStyle(document.documentElement), colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const chart = plot.chart;
  const traces = chart.curves.map((curve) => ({ x: curve.x, y: curve.y, name: curve.label, mode: curve.points ? "lines+markers" : "lines", marker: { size: 5 }, line: { color: colour(curve.colour), width: 1.8, dash: curve.dash, shape: curve.step ? "hv" : "linear" } }));
  const shapes = chart.marks.flatMap((mark) => {
    const paint = colour(MARKS[mark.kind]), line = { type: "line", x0: mark.kimg, x1: mark.kimg, y0: 0, y1: 1, yref: "paper", line: { color: paint, width: 1.4, dash: "dot" } };
    return mark.kind === "diagnosis" && mark.since < mark.kimg ? [line, { type: "rect", x0: mark.since, x1: mark.kimg, y0: 0, y1: 1, yref: "paper", line: { width: 0 }, fillcolor: paint, opacity: 0.1 }] : [line];
  });
  const notes = { x: chart.marks.map((mark) => mark.kimg), y: chart.marks.map(() => 0.99), yaxis: "y2", text: chart.marks.map((mark) => mark.says.replace(/[<>&]/g, " ").replace(/(.{60}\S*) /g, "$1<br>")), mode: "markers", showlegend: false, hovertemplate: "%{text}<extra></extra>", marker: { symbol: "triangle-down", size: 9, color: chart.marks.map((mark) => colour(MARKS[mark.kind])) } };
  const axis = { gridcolor: colour("grid"), linecolor: colour("line"), zeroline: false, tickfont: { size: 11, color: colour("soft") } };
  Plotly.react(plot, chart.marks.length ? [...traces, notes] : traces, {
    margin: { l: 52, r: 12, t: 30, b: 34 }, hovermode: "closest", showlegend: true, uirevision: "kept", shapes,
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { size: 12 } },
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("ink") },
    hoverlabel: { bgcolor: colour("card"), bordercolor: colour("line"), font: { color: colour("ink"), size: 12 } },
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    xaxis: { ...axis, nticks: 7, title: { text: "kimg", standoff: 6, font: { size: 11, color: colour("soft") } } },
    yaxis: { ...axis, nticks: 6, exponentformat: "power", type: chart.log ? "log" : "linear", ...(chart.share ? { range: [-0.03, 1.03], tickformat: ".0%" } : {}) },
    yaxis2: { overlaying: "y", range: [0, 1], visible: false, fixedrange: true },
  }, { displaylogo: false, displayModeBar: false, responsive: true });
};

by("filter").addEventListener("input", listRuns);
by("time").addEventListener("input", () => slide(Number(by("time").value)));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.querySelectorAll(".plot").forEach((plot) => { if (plot.inView) plotted(plot); }));
listen();
