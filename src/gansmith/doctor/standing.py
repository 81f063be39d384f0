"""Whether the exams prove that a run is near the data, or at least on its way: else it is unknown.

A run in which no detector finds a failure is healthy only if what it makes is known to be like the
data. Whoever asks after two exams, or with a metric that says nothing but that no mode was found,
gets the reason why nobody can say.
"""

import math

from gansmith.doctor.history import History
from gansmith.doctor.outlook import outlook
from gansmith.doctor.quality import are_vectors, came_down, improves, untrained, way_left

FAR = 0.75  # way left that nobody would call healthy unless it shrinks
TOO_FAR = 0.8  # the same, whether or not it shrinks
EARLY = 0.55  # way left with which few exams prove nothing
HALF = 0.5  # way left with which what covers next to nothing of the data is not near it
ENOUGH, NEARER = 4, 0.3  # exams, and share of the distance that must fall, to say that it shrinks
BARE = {"coverage": 0.1, "recall": 0.5}  # of the reals' own
SOME = {"modes": 0.5, "high_quality": 0.05, "precision": 0.02, "classes_found": 0.5}  # the same
OTHERS = ("kernel_distance", "frechet_infinity", "sliced_wasserstein")  # distances beside Frechet's
WORDS = {
    "modes": "modes have a good sample",
    "high_quality": "samples lie at a mode",
    "precision": "samples lie among the reals",
    "classes_found": "classes are found",
}


def doubt(history: History) -> str:
    """Return why the exams do not prove that a run is near the data; empty where they do.

    Also empty where there was no exam: then nothing is known, which the verdict says.
    """
    if not history.exams:
        return ""
    left = way_to_go(history)
    said = f"{left:.0%} of the way to the data is left"
    if left >= EARLY and history.exams < ENOUGH:
        return f"{said}, and it is too early to say whether it grows shorter"
    shrinks = _shrinks(history)
    if left >= FAR and not shrinks:
        return f"{said} and grows no shorter, and nothing seen says why"
    if left >= TOO_FAR:
        return f"{said}, and grows shorter: too early to judge, train on"
    return _poor(history) or _bare(history, left, said) or _no_gain(history)


def way_to_go(history: History) -> float:
    """Return the share of the way that is left, by the newest exams or exam; NaN: unknown.

    Where no Frechet distance was measured, another distance tells, from the untrained generator's
    value (1) to the reals' own (0).
    """
    left = min(way_left(history), way_left(history, 1))  # noisy exams, or the newest alone
    if not math.isnan(left):
        return left
    return min((_share(history, name) for name in OTHERS), default=math.nan, key=_known_first)


def _known_first(value: float) -> float:
    return math.inf if math.isnan(value) else value


def _share(history: History, name: str) -> float:
    now, floor = history.recent(f"metrics/{name}", 0.0, 2), history.recent(f"floor/{name}")
    start = untrained(history, name)
    return (now - floor) / (start - floor) if start > floor else math.nan


def _shrinks(history: History) -> bool:
    ahead = outlook(history)
    falls = ahead is not None and ahead.trend == "falling"
    return falls or improves(history, NEARER) or came_down(history, 1 - NEARER)


def _poor(history: History) -> str:
    """What reaches next to nothing of the reals' own value, whatever the distance."""
    for name, least in SOME.items():
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
    """Pictures that cover next to nothing of the data, with half of the way left."""
    if are_vectors(history) or not left >= HALF:
        return ""
    now = {name: history.recent(f"metrics/{name}", 0.0, 2) for name in BARE}
    own = {name: history.recent(f"floor/{name}") for name in BARE}
    if not all(now[name] < least * own[name] for name, least in BARE.items()):
        return ""
    return f"{said}, and only {now['coverage']:.1%} of the data have a sample near them"
