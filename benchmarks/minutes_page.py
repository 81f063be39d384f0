"""The page of benchmarks/minutes.py: one table a set, an arm a row."""

import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from minutes_arms import ARMS, WHY
from minutes_bars import AGAINST, DISTANCE, Cells, bars, mean_of
from minutes_choices import choices
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
BARS = """Grey images keep the former choices, so that digits are what they were. 76 emoji judge, to
which reals come no nearer than their row says: half of plain DCGAN's distance is hardly more. The
checkerboard number of reals is 0, since it counts only what reals do not have; that of plain DCGAN
is 24 times gansmith's."""
TRIALS = """## Trials before the table

Clothing at 32 px, 100 CPU seconds, one seed, 800 to 2,000 fakes, made with nets that are not part
of gansmith; so not by this command. Above the floor: distance less that of as many reals. Second
judge: the distance in features of an untrained network (floor 0.53 to 0.58).

| trial | above the floor | second judge | seen |
|---|---|---|---|
| former choices, after 200 s | 623 | 0.66 | blurred, many colours |
| `nearest` G, rate 2e-3 falling, gamma 0.1 at every 4th step | 536 | 1.07 | sharper, few colours |
| the same with minibatch deviation in D | 566 | 0.67 | more colours, a fifth fewer steps |
| `nearest` G, rate 2e-3 falling, gamma 1 at every 4th step | 562 | 0.78 | |
| the same, every step, a blur after G's last doubling | 539 | 0.90 | the clearest outlines |
| the same at every 4th step | diverged | | G's tanh saturates |
| the same, width 64 in bfloat16 | diverged | | |
| `nearest` G, rate 2e-3 falling after a rise, gamma 1 at every step | diverged | | at 115 s |
| the same with gamma 0.1 | diverged | | G's tanh saturates |
| a low-pass filter on G's image, gamma 0.5 | 1,037 | 1.60 | D sees what the filter took away |
| D on EfficientNet-Lite0's maps, 32 px, hinge, spectral norm | 821 | 6.3 | one colour, no shapes |

The choices were made on clothing at 32 px with the one seed that its table shows, so that their
lead there is partly luck; other sets and seeds had no say in them.

The plain loops sample as their scripts do, with the batch's own means in batch norm; with those of
training a plain DCGAN loop of the same nets came to 1,604 and not 1,880 on clothing at 32 px.

A blur in G did not lower the checkerboard number (0.0106 with it, 0.0094 to 0.0152 without) and
made two of three runs diverge; it was left out. At 64 px a pretrained D costs 130 ms a step of 16,
against 56, which leaves it 1,500 steps in 200 seconds. bfloat16 takes 0.8 of the time of a step at
width 32 and 0.7 at 64 on this processor.
"""


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
    PAGE.write_text("\n".join([*lines, "", "## The arms", "", *words, "", TRIALS]))


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
