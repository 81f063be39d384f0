"""The page of what the recipes of each kind reach, and the results behind it.

python -m benchmarks.kinds_page      # writes the page anew
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.kinds_text_page import text_page

RESULTS = Path(__file__).with_name("kinds.json")
PAGE = RESULTS.with_suffix(".md")
TABLES = ("iris", "wine", "breast_cancer", "diabetes", "adult")
BARS = {"judge on held-out reals": 0.95, "judge on samples": 0.70, "neighbours among samples": 0.5}
Found = dict[str, Any]


def kept(section: str) -> Found:
    """Return what a section has been measured to reach, by name."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    return dict(known.get(section, {}))


def keep(section: str, name: str, found: Found) -> None:
    """Store one result, and write the page of all."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    known.setdefault(section, {})[name] = found
    RESULTS.write_text(json.dumps(known, indent=1) + "\n")
    PAGE.write_text(page(known))


def page(known: Found) -> str:
    """Return what is known as Markdown."""
    lines = [
        "# What the recipes of each kind of samples reach",
        "",
        "With the floor and a baseline beside it. Written by `benchmarks/kinds.py` (tables and"
        " series), `kinds_text.py` and `kinds_audio.py`.",
        "",
    ]
    for kind, write in PAGES.items():
        lines += [*write(known[kind]), ""] if kind in known else []
    return "\n".join(line.rstrip() for line in "\n".join(lines).split("\n"))


def tables_page(known: Found) -> Iterator[str]:
    """Yield the lines of the section on tables."""
    yield "## Tables\n"
    yield (
        "A recipe is trained on one part of the rows; boosted trees then tell its rows from those"
        " that were held out (tree AUC, 0.5 is perfect), each scored by trees that were fitted to"
        " other folds, so that neither the generator nor the trees saw it. Beside it the same of"
        " the training rows themselves (the floor), of a Gaussian copula of the training rows (the"
        " baseline), and of each column drawn by itself. The mean over three draws of samples, one"
        " division of the rows.\n"
    )
    heads = ("table", "rows to train on", "judged", "columns", "recipe", "real rows")
    yield f"| {' | '.join((*heads, 'columns alone', 'Gaussian copula', 'GAN', 'CPU s'))} |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for name in (name for name in TABLES if name in known):
        one = known[name]
        numbers = (one["reals"], one["margins"], one["copula"], one["gan"])
        cells = [name, one["train"], one["judged"], one["columns"], one["recipe"], *numbers]
        yield f"| {' | '.join(map(str, cells))} | {one['cpu_s']} |"
    below = [
        name for name in TABLES if name in known and known[name]["gan"] < known[name]["copula"]
    ]
    yield f"\nBelow the copula: {', '.join(below) or 'none'}.\n"
    yield "| table | column shapes | pair trends | efficacy | of reals | nearest record | copies |"
    yield "|---|---|---|---|---|---|---|"
    shown = ("column_shapes", "pair_trends", "efficacy", "efficacy_of_reals")
    for name in (name for name in TABLES if name in known):
        values = [known[name].get(one, "") for one in (*shown, "nearest_record_ratio")]
        yield f"| {name} | {' | '.join(map(str, values))} | {known[name].get('copied_rows', '')} |"
    machines = sorted({one["processor"] for one in known.values()})
    yield f"\nOne thread of {' and '.join(machines)}."


def series_page(known: Found) -> Iterator[str]:
    """Yield the section of series."""
    found = known["stocks"]
    yield "## Series: stocks"
    yield ""
    yield (
        "Windows of 24 days of daily prices (TimeGAN's stocks), cut from blocks of 150 days of"
        " which every fifth is held out, so that no window overlaps another part and all parts are"
        " of all years. Discriminative and predictive score are those of held-out windows, mean of"
        " three networks, beside the same of the training windows (the floor) and of no input."
    )
    yield ""
    yield f"{found['processor']}, one thread, {found['kimg']:g} kimg in"
    yield f"{found['cpu_s']} CPU seconds;"
    yield f"{found['train']} training windows, {found['judged']} held-out ones."
    yield ""
    yield "| measured on held-out windows | recipe `stocks` | training windows (floor) | bar |"
    yield "|---|---|---|---|"
    bars = {
        "discriminative_score": "at most .15",
        "predictive_score": "below no input",
        "predictive_score_without_input": "",
        "autocorrelation_difference": "",
        "cross_correlation_difference": "",
    }
    for name, bar in bars.items():
        cells = (name.replace("_", " "), found["gan"][name], found["reals"][name], bar)
        yield f"| {' | '.join(map(str, cells))} |"


def audio_page(known: Found) -> Iterator[str]:
    """Yield the section of spoken digits."""
    found = known["digits_spoken"]
    yield "## Sound: spoken digits"
    yield ""
    yield (
        f"`gansmith train digits_spoken` on 600 clips: {found['kimg']:.1f} kimg in"
        f" {found['cpu_seconds']:,.0f} CPU seconds ({found['processor']})."
    )
    yield ""
    yield "| | value | bar |"
    yield "|---|---|---|"
    for name, value in found["measured"].items():
        yield f"| {name} | {value:.3g} | {f'at least {BARS[name]:g}' if name in BARS else ''} |"
    yield ""
    yield (
        "Neighbours are mean distances to the nearest one in `log_mel` features, over that of a"
        " real to the nearest other real; held-out reals beside them are fewer, so their"
        " distance to the trained ones is what copies would fall below."
    )


PAGES: dict[str, Callable[[Found], Iterator[str]]] = {
    "tables": tables_page,
    "series": series_page,
    "text": text_page,
    "audio": audio_page,
}

if __name__ == "__main__":
    PAGE.write_text(page(json.loads(RESULTS.read_text())))
