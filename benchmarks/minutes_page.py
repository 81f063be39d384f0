"""The page of benchmarks/minutes.py: one table a set, an arm a row."""

import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from minutes_arms import ARMS, WHY
from minutes_bars import AGAINST, DISTANCE, Cells, bars, mean_of
from minutes_choices import choices
from minutes_prose import BARS, SHOWN, TRIALS
from minutes_sets import SETS

PAGE = Path(__file__).with_name("minutes.md")
NUMBERS = {
    DISTANCE: "distance",
    "distance, random": "random features",
    "distance, classifier": "classifier's",
    "precision": "precision",
    "coverage": "coverage",
    "checkerboard": "checkerboard",
    "grain": "grain",
    "high_frequency_ratio": "high frequencies",
    "colour_shift": "colour shift",
}


def write(done: Cells) -> None:
    """Write the page of what has been measured."""
    lines = ["# Images in minutes", "", *_head(), "", "## Bars", "", *bars(done), "", BARS]
    lines += ["", "## Choice by choice", "", *choices(done)]
    for name, known in SETS.items():
        found = [cell for cell in done.values() if cell["set"] == name]
        if found:
            lines += [
                "",
                f"## {name.split(' for ')[0]}, {known.seconds:g} CPU seconds",
                "",
                *_table(found),
            ]
    words = [f"- `{arm}`: {why}" for arm, why in WHY.items()]
    PAGE.write_text("\n".join([*lines, "", "## The arms", "", *words, "", SHOWN, TRIALS]))


def _head() -> list[str]:
    import minutes

    about = minutes.__doc__ or ""
    machine = f"Processor: {processor()}, one thread, float32 where a row says no other."
    reading = (
        "Distance: Frechet distance in the features that exams use; beside it those of an "
        "untrained network and of a classifier trained on labelled reals. `reals`: as many images "
        "of the training part, the least that can be expected. Share: of plain DCGAN's distance. "
        "Means over seeds."
    )
    return [about.split("\n\n    OMP")[0].split("\n\n", 1)[1], "", f"{machine} {reading}"]


def processor() -> str:
    """Return the processor's name as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    flags = next((line for line in lines if line.startswith("flags")), "")
    fast = [word for word in ("avx512f", "avx512_bf16", "amx_bf16") if word in flags]
    return f"{named[0] if named else platform.machine()} ({', '.join(fast)})"


def _table(found: Sequence[Mapping[str, Any]]) -> list[str]:
    arms = [arm for arm in (*ARMS, "reals") if any(cell["arm"] == arm for cell in found)]
    measured = [what for what in NUMBERS if any(what in cell["metrics"] for cell in found)]
    heads = ["arm", "seeds", "steps", "share", *(NUMBERS[what] for what in measured)]
    rows = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    base = _mean(found, AGAINST, DISTANCE)
    for arm in arms:
        cells = [cell for cell in found if cell["arm"] == arm]
        steps = [cell["steps"] for cell in cells if "steps" in cell]
        own = _mean(found, arm, DISTANCE)
        share = f"{own / base:.2f}" if base and own else ""
        numbers = [_shown(_mean(found, arm, what)) for what in measured]
        count = f"{mean(steps):,.0f}" if steps else ""
        rows.append(f"| {arm} | {len(cells)} | {count} | {share} | {' | '.join(numbers)} |")
    return rows


def _mean(found: Sequence[Mapping[str, Any]], arm: str, what: str) -> float:
    return mean_of([cell for cell in found if cell["arm"] == arm], what) or 0.0


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
