"""Why the exams do not prove that a run is near the data, or at least on its way: it is unknown.

A run in which no detector finds a failure is healthy only if what it makes is known to be like the
data. Whoever asks after two exams, or with a metric that says nothing but that no mode was found,
gets the reason why nobody can say.
"""

import math

from gansmith.doctor.history import History
from gansmith.doctor.measurements.progress import (
    are_vectors,
    fell_from_peak,
    improves,
    remaining_distance,
    remaining_since,
    untrained_value,
)
from gansmith.doctor.outlook import outlook

MAX_REMAINING_AT_REST = 0.75  # nobody would call more healthy unless it shrinks
MAX_REMAINING = 0.8  # the same, whether or not it shrinks
MAX_REMAINING_OF_FEW_EXAMS = 0.55
MAX_REMAINING_OF_A_BARE_COVER = 0.5  # of what covers next to nothing of the data
MIN_EXAMS = 4  # to say that it shrinks
MIN_FALL = 0.3  # of the distance, to say so
MIN_COVER = {"coverage": 0.1, "recall": 0.5}  # over the reals' own
MIN_OVER_REALS = {"modes": 0.5, "high_quality": 0.05, "precision": 0.02, "classes_found": 0.5}
OTHER_DISTANCES = ("kernel_distance", "frechet_infinity", "sliced_wasserstein")
WORDS = {
    "modes": "modes have a good sample",
    "high_quality": "samples lie at a mode",
    "precision": "samples lie among the reals",
    "classes_found": "classes are found",
}


def why_inconclusive(history: History) -> str:
    """Return why the exams do not prove that a run is near the data; empty where they do.

    Also empty where there was no exam: then nothing is known, which the verdict says.
    """
    if not history.exams:
        return ""
    left = known_remaining_distance(history)
    said = f"{left:.0%} of the distance to the data remains"
    if left >= MAX_REMAINING_OF_FEW_EXAMS and history.exams < MIN_EXAMS:
        return f"{said}, and it is too early to say whether it shrinks"
    if left >= MAX_REMAINING_AT_REST and not _shrinks(history):
        return f"{said} and does not shrink, and no detector found a reason"
    if left >= MAX_REMAINING:
        return f"{said}, and shrinks: too early to judge, train on"
    return _poor(history) or _bare(history, left, said) or _no_gain(history)


def known_remaining_distance(history: History) -> float:
    """Return the remaining distance, by the newest exams or exam; NaN: unknown.

    Where no Frechet distance was measured, another distance tells, from the untrained generator's
    value (1) to the reals' own (0).
    """
    left = min(remaining_distance(history), remaining_since(history, 1))  # noisy, or the newest
    if not math.isnan(left):
        return left
    return min(
        (_share(history, name) for name in OTHER_DISTANCES), default=math.nan, key=_known_first
    )


def _known_first(value: float) -> float:
    return math.inf if math.isnan(value) else value


def _share(history: History, name: str) -> float:
    now, floor = history.recent(f"metrics/{name}", 0.0, 2), history.recent(f"floor/{name}")
    start = untrained_value(history, name)
    return (now - floor) / (start - floor) if start > floor else math.nan


def _shrinks(history: History) -> bool:
    ahead = outlook(history)
    falls = ahead is not None and ahead.trend == "falling"
    return falls or improves(history, MIN_FALL) or fell_from_peak(history, 1 - MIN_FALL)


def _poor(history: History) -> str:
    """What reaches next to nothing of the reals' own value, whatever the distance."""
    for name, least in MIN_OVER_REALS.items():
        now, own = history.recent(f"metrics/{name}", 0.0, 3), history.recent(f"floor/{name}")
        if own > 0 and now < least * own:
            amount = f"{now:.2g} of {own:.3g}" if own > 1 else f"{now:.1%} of the"
            return f"{amount} {WORDS[name]}, where reals have {own:.3g}"
    return ""


def _no_gain(history: History) -> str:
    """Samples made from images that lie nearer to the data when they are left alone."""
    now = history.recent("metrics/frechet_distance", 0.0, 2)
    inputs = history.recent("floor/inputs_frechet_distance")
    if not now >= inputs:
        return ""
    return (
        f"samples lie farther from the data (distance {now:.4g}) than the images that they are"
        f" made from ({inputs:.4g})"
    )


def _bare(history: History, left: float, said: str) -> str:
    """Images that cover next to nothing of the data, with half of the distance remaining."""
    if are_vectors(history) or not left >= MAX_REMAINING_OF_A_BARE_COVER:
        return ""
    now = {name: history.recent(f"metrics/{name}", 0.0, 2) for name in MIN_COVER}
    own = {name: history.recent(f"floor/{name}") for name in MIN_COVER}
    if not all(now[name] < least * own[name] for name, least in MIN_COVER.items()):
        return ""
    return f"{said}, and only {now['coverage']:.1%} of the data have a sample near them"
