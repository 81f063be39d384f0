"""What a run can be expected to come to, said before it begins."""

import math

from gansmith.recipe.durations import in_words

USEFUL = 1500  # steps from which samples of a size show more than those of half the size
TRAINED = 0.85  # of a budget; the rest goes into preparation, exams and checkpoints
GOOD = (
    20_000  # steps after which samples of a small set stopped gaining much (benchmarks/choices.md)
)
FINE = (30, 60, 120, 240, 600, 1440, 2880, 10_080)  # minutes a person would enter


def fitting(budget: float, seconds: float) -> int:
    """Return how many steps of so many seconds a budget holds, to two digits."""
    return int(float(f"{TRAINED * budget / max(seconds, 1e-6):.2g}"))


def outlook(budget: float, seconds: float, batch: int, count: int, pictures: bool = True) -> str:
    """Say how many steps fit, what they are good for, and how long a good result takes.

    Args:
        budget: seconds for everything.
        seconds: that a step takes.
        batch: images in a step.
        count: samples to train on.
        pictures: whether they are images, of which more is known than of points.
    """
    steps = fitting(budget, seconds)
    often = steps * batch / max(count, 1)
    seen = f", each sample about {often:.0f} times" if often >= 2 else ""
    begins = (
        f"about {steps:,} steps of {batch} fit into {in_words(budget)}, preparation and exams "
        f"included ({seconds:.2g} s each, measured here){seen}"
    )
    return f"{begins}; {_promise(steps, seconds)}" if pictures else begins


def _promise(steps: int, seconds: float) -> str:
    if steps >= GOOD:
        return "enough for a good result at this size"
    if steps >= USEFUL:
        hope = "expect shapes and colours, little detail"
    else:
        hope = "too few for more than blurred colours"
    return f"{hope}; a good result takes about {GOOD:,}: {_option(GOOD * seconds)}"


def _option(seconds: float) -> str:
    """Return the option that gives a run so long, rounded up to what a person would enter."""
    minutes = math.ceil(seconds / 60 * 1.15)
    asked = next((fine for fine in FINE if fine >= minutes), minutes)
    word = f"{asked}m" if asked < 120 else f"{asked / 60:g}h"
    return f"--budget {word}"
