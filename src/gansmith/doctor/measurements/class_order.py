"""Whether a watched loop seems to show its data class after class, and not shuffled."""

import math

import numpy as np

from gansmith.doctor.history import TICKS, History, Values, median
from gansmith.doctor.measurements.measurement import measured

MIN_STANDARD_ERRORS = 4.0  # of a difference between two ticks, beyond which it is no chance
NAMES = ("scores/real/mean", "scores/real/std")


@measured(unit="spreads of scores within a batch", healthy=(None, 0.25))
def score_jumps(history: History) -> float:
    """How far D's mean score of reals jumps from tick to tick, where shuffled data cannot.

    The median over the second half. What is shuffled differs from tick to tick by chance alone,
    0.02 to 0.1, unless the game is rough; classes in turn differ by what D makes of each. Ticks
    that are longer than a pass through the data average it away.

    Returns:
        0 where it is no more than chance and calm training give, where too little was recorded, and
        for runs of gansmith, which shuffle.
    """
    means, spreads = (history.column(name).known for name in NAMES)
    if history.recipe.get("data") or not len(means.values) == len(spreads.values) >= 2 * TICKS:
        return 0.0
    half = len(means.values) // 2
    apart = median(np.abs(np.diff(means.values[half:]))) / median(spreads.values[half:])
    by_chance = MIN_STANDARD_ERRORS * math.sqrt(2 / _samples(means.kimg))
    least = max(score_jumps.high, by_chance)
    return apart if math.isfinite(apart) and apart > least else 0.0


def _samples(kimg: Values) -> float:
    """Return how many reals a tick shows."""
    return max(1.0, 1000 * median(np.diff(kimg)))
