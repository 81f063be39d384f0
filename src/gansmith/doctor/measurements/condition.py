"""Whether samples follow the class that they are asked for."""

import numpy as np

from gansmith.doctor.history import History, Values, median
from gansmith.doctor.measurements.measurement import measured

MIN_CONSISTENCY_OVER_CHANCE = 0.15  # of reals: eight standard errors of 256 fakes


@measured(unit="share of the distance between samples", healthy=(0.05, None))
def condition_sensitivity(history: History) -> float:
    """How far a sample moves when another class is asked for with the same noise.

    Median of the newest three exams.
    """
    return median(history.column("metrics/condition_sensitivity").known.values[-3:])


@measured(unit="share of the way from chance to reals", healthy=(0.3, None))
def condition_consistency(history: History) -> float:
    """How often fakes look like the class asked for: 0 by chance, 1 as often as reals do.

    The middle one of the newest three exams; NaN: features do not separate the classes of reals.
    """
    return median(consistency_over_chance(history)[-3:])


def consistency_over_chance(history: History) -> Values:
    """Return the consistency of each exam, from chance (0) to that of reals (1).

    Empty where reals themselves are recognised no more often than by chance.
    """
    series = history.column("metrics/condition_consistency").known
    reals, chance = history.recent("floor/condition_consistency"), chance_of_the_class(history)
    if not reals - chance > MIN_CONSISTENCY_OVER_CHANCE:
        return np.empty(0)
    return np.asarray((series.values - chance) / (reals - chance))


def chance_of_the_class(history: History) -> float:
    """Return how often a generator that ignores its class is right, by the classes it makes.

    Where that was not recorded, the sum of squared class shares.
    """
    known = history.column("metrics/condition_chance").known.values
    if len(known):
        return median(known[-3:])
    facts = history.data.get("facts")
    classes = facts.get("classes") if isinstance(facts, dict) else None
    counts = [float(n) for n in classes.values()] if isinstance(classes, dict) else []
    total = sum(counts)
    return sum((n / total) ** 2 for n in counts) if total else 0.1
