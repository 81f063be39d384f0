"use strict";

// Samples: one large picture, chosen by slider, arrow keys or a click on the strip.
(() => {
  const large = document.getElementById("large");
  const slider = document.getElementById("time");
  const buttons = [...document.querySelectorAll(".strip button")];
  const strip = document.querySelector(".strip");
  if (!large) return;
  strip.scrollLeft = strip.scrollWidth;
  const show = (index) => {
    const chosen = buttons[index], picture = chosen.querySelector("img");
    large.src = picture.src;
    large.alt = picture.alt;
    document.getElementById("moment").textContent = chosen.dataset.moment;
    buttons.forEach((button, i) => i === index ? button.setAttribute("aria-current", "true") : button.removeAttribute("aria-current"));
    if (slider) slider.value = index;
    strip.scrollLeft = chosen.offsetLeft - strip.offsetLeft - strip.clientWidth / 2;
  };
  buttons.forEach((button, index) => button.addEventListener("click", () => show(index)));
  if (slider) slider.addEventListener("input", () => show(Number(slider.value)));
})();

// Recipe: comments and table names stand apart. Text nodes only, so nothing in it can act.
(() => {
  const code = document.querySelector("#recipe code");
  if (!code) return;
  const lines = code.textContent.split("\n");
  code.textContent = "";
  const add = (text, kind) => {
    const span = document.createElement("span");
    if (kind) span.className = kind;
    span.textContent = text;
    code.append(span);
  };
  for (const line of lines) {
    const parts = line.match(/^((?:"(?:[^"\\]|\\.)*"|[^"#])*)(#.*)?$/) || [line, line];
    add(parts[1] || "", /^\s*\[/.test(line) ? "table" : "");
    add((parts[2] || "") + "\n", "comment");
  }
})();

addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));

// Charts: unpack the chart script, then draw each figure in the colours of the scheme.
(async () => {
  const plots = [...document.querySelectorAll(".plot")];
  const packed = document.getElementById("plotly").textContent.trim();
  if (!plots.length || !packed) return;
  const apologise = (why) => plots.forEach((plot) => {
    const note = document.createElement("p");
    note.className = "empty";
    note.textContent = `No chart: ${why} In short: ${plot.getAttribute("aria-label")}.`;
    plot.replaceChildren(note);
  });
  if (!("DecompressionStream" in window)) {
    apologise("this browser cannot unpack the chart script (it has no DecompressionStream); one from 2023 or later can.");
    return;
  }
  try {
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script);
  } catch (error) {
    apologise(`the chart script could not be unpacked (${error.message}).`);
    return;
  }
  const holder = document.getElementById("figures"), source = holder.textContent;
  const names = Object.entries(JSON.parse(holder.dataset.palette));
  const config = { displaylogo: false, responsive: true, modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]] };
  const draw = () => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const figures = JSON.parse(names.reduce((text, [name, light]) => text.replaceAll(`"${light}"`, `"${colour(name)}"`), source));
    figures.forEach(({ data, layout }, index) => {
      const axis = { gridcolor: colour("grid"), linecolor: colour("line"), tickfont: { size: 11, color: colour("soft") } };
      const title = { ...layout.xaxis?.title, font: { size: 11, color: colour("soft") } };
      const axes = layout.xaxis ? { xaxis: { ...layout.xaxis, ...axis, title }, yaxis: { ...layout.yaxis, ...axis } } : {};
      Plotly.react(plots[index], data, {
        ...layout,
        font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("ink") },
        hoverlabel: { bgcolor: colour("card"), bordercolor: colour("line"), font: { color: colour("ink"), size: 12 } },
        modebar: { bgcolor: "rgba(0,0,0,0)", color: colour("soft"), activecolor: colour("ink") },
        ...axes,
      }, config);
    });
  };
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
