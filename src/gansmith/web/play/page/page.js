"use strict";

const by = (id) => document.getElementById(id);
const make = (tag, about = {}, ...inside) => { const made = Object.assign(document.createElement(tag), about); made.append(...inside); return made; };
const controls = by("controls");
let about, wanted = null, busy = false;

// One control: its name, what it puts into the request, and when it is left out.
const slider = (says, name, low, high, value, step, into = name) => {
  const input = make("input", { type: "range", min: low, max: high, step });
  input.value = value;
  Object.assign(input.dataset, { into, usual: value });
  const told = make("span", { className: "now", textContent: into.startsWith("codes") ? "drawn" : value });
  input.addEventListener("input", () => { told.textContent = input.value; });
  return make("label", {}, make("span", { textContent: says }), told, input);
};
const field = (says, into, input) => { input.dataset.into = into; input.dataset.usual = ""; return make("label", {}, make("span", { textContent: says }), make("span"), input); };
const group = (title, ...inside) => make("fieldset", {}, make("legend", { textContent: title }), ...inside);

const build = () => {
  by("run").textContent = about.run;
  by("about").textContent = `${about.kind} ${about.shape.join(" × ")}, ${about.kimg.toPrecision(4)} kimg, step ${about.step.toLocaleString("en")}`;
  if (about.translates) {
    const file = make("input", { type: "file", accept: "image/*" });
    file.addEventListener("change", () => translate(file.files[0]));
    controls.replaceChildren(group("Image to translate", make("label", {}, "Choose a file", file)));
    return;
  }
  const again = make("button", { type: "button", textContent: "Other seeds" });
  again.addEventListener("click", () => { const seed = controls.querySelector("[data-into=seed]"); seed.value = Math.floor(Math.random() * 1e6); ask(); });
  const seed = make("input", { type: "number", min: 0, max: 2147483647, value: 0, step: 1 });
  const parts = [group("Samples", slider("How many", "count", 1, 64, about.kind === "table" || about.kind === "vector" ? 64 : 16, 1), field("Seed", "seed", seed), again)];
  const second = make("input", { type: "number", min: 0, max: 2147483647, step: 1, placeholder: "none" });
  parts.push(group("Between two seeds", field("Second seed", "to_seed", second), slider("Way from the first to it", "at", 0, 1, 0.5, 0.01)));
  if (about.classes.length) {
    const choice = make("select", {}, make("option", { value: "", textContent: "all in turn" }), ...about.classes.map((name, index) => make("option", { value: index, textContent: name })));
    parts.push(group("Class", field("Class", "label", choice)));
  }
  if (about.text) parts.push(group("Text", field("Text", "text", make("textarea", { rows: 2, maxLength: 1000 }))));
  if (about.codes.length) parts.push(group("Codes", ...about.codes.map((categories, index) => categories ? field(`Code ${index}`, `codes.${index}`, make("select", {}, make("option", { value: "", textContent: "drawn" }), ...[...Array(categories).keys()].map((value) => make("option", { value, textContent: value })))) : slider(`Code ${index}`, `code ${index}`, -1, 1, 0, 0.02, `codes.${index}`))));
  if (about.styled) parts.push(group("Truncation", slider("Share of the distance to the mean", "truncation", 0, 1.5, 1, 0.05)));
  if (about.directions.length) parts.push(group("Latent directions", ...about.directions.map((share, index) => slider(`Component ${index + 1} (${(100 * share).toFixed(1)} %)`, `direction ${index}`, -4, 4, 0, 0.1, `directions.${index}`))));
  const reset = make("button", { type: "reset", textContent: "Reset" });
  controls.replaceChildren(...parts, reset);
};

const request = () => {
  const told = {};
  for (const input of controls.querySelectorAll("[data-into]")) {
    const { into, usual } = input.dataset, value = input.value;
    if (value === "" || (value === usual && !["count", "seed"].includes(into))) continue;
    const [name, place] = into.split("."), given = into === "text" ? value : Number(value);
    if (place === undefined) told[name] = given; else (told[name] ||= {})[place] = given;
  }
  if (told.to_seed === undefined) delete told.at;
  return told;
};
const ask = async () => {
  wanted = request();
  if (busy) return;
  busy = true;
  while (wanted) {
    const told = wanted;
    wanted = null;
    by("curl").textContent = `curl ${location.origin}/sample -H 'content-type: application/json' -d '${JSON.stringify(told)}'`;
    show(await fetch("sample", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(told) }).catch(() => null));
    await new Promise((done) => setTimeout(done, 60));
  }
  busy = false;
};
const translate = async (file) => {
  if (!file) return;
  by("curl").textContent = `curl ${location.origin}/translate -H 'content-type: image/png' --data-binary @FILE`;
  const input = make("figure", {}, make("img", { src: URL.createObjectURL(file), alt: "what was given" }), make("figcaption", { textContent: "given" }));
  await show(await fetch("translate", { method: "POST", headers: { "content-type": file.type || "application/octet-stream" }, body: file }).catch(() => null));
  by("made").prepend(input);
};
const show = async (answer) => {
  const told = answer ? await answer.json().catch(() => ({ error: "not allowed" })) : { error: "no connection" };
  by("state").textContent = told.error || "";
  if (told.error) return;
  const parts = (told.files || []).map(({ name, type, base64 }) => {
    const src = `data:${type};base64,${base64}`, alone = told.files.length === 1 && name === "samples.png";
    const shown = type.startsWith("audio/") ? make("audio", { controls: true, src }) : type.startsWith("image/") ? make("img", { src, alt: `sample ${name}` }) : make("a", { href: src, download: name, textContent: name });
    return make("figure", { className: alone ? "wide" : "" }, shown);
  });
  if (told.texts) parts.push(make("ol", { className: "wide" }, ...told.texts.map((line) => make("li", { textContent: line }))));
  if (told.table) parts.push(make("div", { className: "wide scroll" }, make("table", {}, make("thead", {}, make("tr", {}, ...told.table[0].map((name) => make("th", { textContent: name })))), make("tbody", {}, ...told.table.slice(1).map((row) => make("tr", {}, ...row.map((cell) => make("td", { textContent: cell }))))))));
  by("made").replaceChildren(...parts);
};

controls.addEventListener("input", (event) => { if (event.target.type !== "file") ask(); });
controls.addEventListener("submit", (event) => event.preventDefault());
controls.addEventListener("reset", () => setTimeout(() => { controls.querySelectorAll("[data-usual]").forEach((input) => { if (input.type === "range") { input.value = input.dataset.usual; input.parentElement.querySelector(".now").textContent = input.value; } }); ask(); }));
fetch("about").then((answer) => answer.json()).then((told) => { about = told; build(); if (!about.translates) ask(); });
