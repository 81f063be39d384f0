"""Whether a watched loop seems to show its data class after class, and not shuffled."""

import math

import numpy as np

from gansmith.doctor.history import TICKS, History, Values, median

JUMPS = 0.25  # of the spread of scores within a batch: loops of shuffled data have 0.02 to 0.1
CHANCE = 4.0  # times the standard error of a difference between two ticks
NAMES = ("scores/real/mean", "scores/real/std")


def jumps(history: History) -> float:
    """Return how far D's mean score of reals jumps between ticks, where shuffled data cannot.

    In units of the spread within a batch, as the median over the second half. What is shuffled
    differs from tick to tick by chance alone, unless the game is rough; classes in turn differ by
    what D makes of each. Ticks that are longer than a pass through the data average it away.

    Returns:
        0 where it is no more than chance and calm training give, where too little was recorded, and
        for runs of gansmith, which shuffle.
    """
    means, spreads = (history.column(name).known for name in NAMES)
    if history.recipe.get("data") or not len(means.values) == len(spreads.values) >= 2 * TICKS:
        return 0.0
    half = len(means.values) // 2
    apart = median(np.abs(np.diff(means.values[half:]))) / median(spreads.values[half:])
    least = max(JUMPS, CHANCE * math.sqrt(2 / _samples(means.kimg)))
    return apart if math.isfinite(apart) and apart > least else 0.0


def _samples(kimg: Values) -> float:
    """Return how many reals a tick shows."""
    return max(1.0, 1000 * median(np.diff(kimg)))
