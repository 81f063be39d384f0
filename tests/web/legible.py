"""What a page must keep for those who see little or nothing, as a script that lists offences.

Contrast of text by WCAG 2.2, 1.4.3: 4.5 to 1, large text 3 to 1; names of pictures and controls;
one language; identifiers that are unique; headings that leave no level out.
"""

LEGIBLE = r"""() => {
  const found = [], all = (what) => [...document.querySelectorAll(what)];
  const seen = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const told = (one) => `${one.tagName.toLowerCase()} "${(one.innerText || one.outerHTML).trim().slice(0, 60)}"`;
  const rgba = (text) => { const n = text.match(/[\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] ?? 1]; };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = ([r, g, b]) => { const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4); return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
  const behind = (one) => { const chain = []; for (let at = one; at; at = at.parentElement) chain.push(rgba(getComputedStyle(at).backgroundColor)); return chain.reduceRight((below, top) => over(top, below), [255, 255, 255, 1]); };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), holders = new Set();
  while (texts.nextNode()) if (texts.currentNode.data.trim() && !texts.currentNode.parentElement.closest("svg, script, noscript, option")) holders.add(texts.currentNode.parentElement);
  for (const one of [...holders].filter(seen)) {
    const style = getComputedStyle(one), ground = behind(one), a = light(over(rgba(style.color), ground)), b = light(ground);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    if (ratio < least - 0.005) found.push(`contrast ${ratio.toFixed(2)} of ${told(one)}`);
  }
  const named = (one) => one.getAttribute("aria-label") || one.title || one.textContent.trim() || one.querySelector("img[alt]")?.alt || [...(one.labels || [])].map((label) => label.textContent).join("");
  for (const one of all("img").filter(seen)) if (!one.alt) found.push(`no alt: ${told(one)}`);
  for (const one of all("a[href], button, input, select, textarea, summary, [role=img]").filter(seen)) if (!named(one)) found.push(`no name: ${told(one)}`);
  if (!document.documentElement.lang) found.push("no language");
  if (!document.title) found.push("no title");
  const ids = all("[id]").filter((one) => !one.closest("svg")).map((one) => one.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) found.push(`two of #${id}`);
  const levels = all("h1, h2, h3, h4, h5, h6").filter(seen).map((one) => [Number(one.tagName[1]), one]);
  levels.forEach(([level, one], at) => { if (level > (at ? levels[at - 1][0] : 0) + 1) found.push(`heading left out before ${told(one)}`); });
  return found;
}"""
