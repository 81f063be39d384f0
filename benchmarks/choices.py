"""What is chosen from the number of images, their size, the budget and the device.

    OMP_NUM_THREADS=1 python benchmarks/choices.py     # half a minute; writes choices.md

Steps are timed as `gansmith train` times them, but in CPU seconds of one thread, so that a busy
machine disturbs little; a machine with more cores or a GPU gets larger images from the same rule.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import platform
import time
from pathlib import Path

import torch

from gansmith.data.audit.enough import few
from gansmith.recipe.defaults import Surroundings, complete, from_scratch
from gansmith.recipe.durations import in_words
from gansmith.recipe.recipe import Recipe, make_recipe
from gansmith.training.runtime import Runtime
from gansmith.training.startup.expected_result import TRAINED, USEFUL
from gansmith.training.startup.speed_trial import SIZES, Pace, made_up, seconds_a_step

PAGE = Path(__file__).with_suffix(".md")
BUDGETS = (60.0, 240.0, 1200.0, 3600.0, 6 * 3600.0)
PIXELS = (28, 64, 600)
COUNTS = (90, 400, 2500, 50_000)
KINDS = (("photographs", 3, True), ("colour drawings", 3, False), ("grey symbols", 1, False))


KNOWN: dict[int, float] = {}  # CPU seconds of a step, by the side


class Timed(Pace):
    """A pace whose steps are timed once, in CPU seconds, for every budget."""

    def _measure(self, side: int, count: int) -> float:
        if side not in KNOWN:
            recipe = chosen((3, side, side), count)
            data = made_up((3, side, side), recipe)
            KNOWN[side] = seconds_a_step(recipe, data, self.runtime, 4, time.process_time)
        return KNOWN[side]


def chosen(shape: tuple[int, ...], count: int, photographs: bool = False) -> Recipe:
    around = Surroundings(shape, count, device(), 1, few=few(shape[1]), photographs=photographs)
    return complete(make_recipe(from_scratch("x")), around)[0]


def device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def pace(budget: float) -> Timed:
    return Timed(make_recipe(from_scratch("x") | {"length": {"budget": budget}}), Runtime("auto"))


def timing_rows() -> list[str]:
    timed = pace(1e9)
    for side in SIZES:
        timed._measure(side, 5000)
    rows = ["| side | CPU seconds a step | times the last |", "|---|---|---|"]
    last = None
    for side in SIZES:
        now = KNOWN[side]
        rows.append(f"| {side} | {now:.3g} | {f'{now / last:.1f}' if last else ''} |")
        last = now
    return rows


def size_rows() -> list[str]:
    heads = " | ".join(f"{pixels} px" for pixels in PIXELS)
    rows = [f"| budget | {heads} |", "|---|" + "---|" * len(PIXELS)]
    for budget in BUDGETS:
        cells = []
        for pixels in PIXELS:
            fits = max((side for side in (8, *SIZES) if side <= pixels), default=8)
            most = pace(budget).afford(256, 400)
            side = min(fits, most.side) if most else fits
            steps = TRAINED * budget / KNOWN[side]
            cells.append(f"{side} px, {float(f'{steps:.2g}'):,.0f} steps")
        rows.append(f"| {in_words(budget)} | {' | '.join(cells)} |")
    return rows


def count_rows() -> list[str]:
    rows = ["| images, 32 px | kind | batch | augmentation | mirrored |", "|---|---|---|---|---|"]
    for count in COUNTS:
        for kind, channels, photographs in KINDS:
            recipe = chosen((channels, 32, 32), count, photographs)
            policies = recipe.augment.options["policies"] if recipe.augment else []
            augment = f"diffaugment: {', '.join(policies)}" if policies else "none"
            flip = "yes" if recipe.data.flip else "no"
            rows.append(f"| {count:,} | {kind} | {recipe.data.batch} | {augment} | {flip} |")
    return rows


def main() -> None:
    torch.set_num_threads(1)
    timing = timing_rows()
    text = [
        __doc__.split("\n\n")[0],
        "",
        f"Device: {device()}, one thread, torch {torch.__version__}, {platform.machine()}.",
        "",
        "## What a step takes",
        "",
        "Nets, loss and penalties of the choices, batch 16:",
        "",
        *timing,
        "",
        "## What size a budget holds",
        "",
        f"The largest size at which {USEFUL:,} steps fit into {TRAINED:.0%} of the budget, and not",
        "above the pictures' median short side:",
        "",
        *size_rows(),
        "",
        "## What follows from number and kind",
        "",
        *count_rows(),
    ]
    PAGE.write_text("\n".join(text) + "\n")
    print("\n".join(text))


if __name__ == "__main__":
    main()
