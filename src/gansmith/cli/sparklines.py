"""A run's vital signs as a few lines in a terminal."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from gansmith.doctor.history import History

WIDTH = 40
BLOCKS, PLAIN = "▁▂▃▄▅▆▇█", "_.-=+*#@"
SIGNS = (
    ("loss D", "loss/discriminator"),
    ("loss G", "loss/generator"),
    ("pairs in the right order", "scores/ranked_right"),
    ("gradient D", "gradient/discriminator"),
    ("gradient G", "gradient/generator"),
    ("gradient at samples", "gradient/samples"),
    ("Frechet distance", "metrics/frechet_distance"),
    ("variety", "metrics/diversity_ratio"),
    ("modes", "metrics/modes"),
    ("left out", "metrics/missing_share"),
    ("listens to labels", "metrics/condition_consistency"),
    ("moves with labels", "metrics/condition_sensitivity"),
)


def vitals(history: "History", blocks: str = BLOCKS) -> "Table":
    """Return a table of the signals there are: name, curve over the run, newest value."""
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    for title, name in SIGNS:
        values = history.column(name).values.tolist()
        if any(math.isfinite(value) for value in values):
            table.add_row(title, sparkline(values, blocks=blocks), f"{values[-1]:.4g}")
    return table


def sparkline(values: Sequence[float], width: int = WIDTH, blocks: str = BLOCKS) -> str:
    """Return a curve as a line of blocks; ``!`` where a value is not a number.

    Positive curves over more than two orders of magnitude are drawn on a logarithmic scale.
    """
    means = _binned(values, width)
    known = [value for value in means if math.isfinite(value)]
    if not known:
        return "!" * len(means)
    if min(known) > 0 and max(known) > 100 * min(known):
        means = [math.log(value) if math.isfinite(value) else value for value in means]
        known = [math.log(value) for value in known]
    low, span = min(known), max(known) - min(known)
    steps = len(blocks) - 1
    return "".join(
        "!" if not math.isfinite(v) else blocks[round(steps * (v - low) / span) if span else 0]
        for v in means
    )


def _binned(values: Sequence[float], width: int) -> list[float]:
    """Means of ``width`` equal stretches; a stretch without one number is not a number."""
    count = min(width, len(values))
    edges = [round(i * len(values) / count) for i in range(count + 1)] if count else []
    means = []
    for start, end in pairwise(edges):
        known = [value for value in values[start:end] if math.isfinite(value)]
        means.append(sum(known) / len(known) if known else math.nan)
    return means
