"""Divergence: numbers that are no longer numbers, or that grow without end."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Doubt, Evidence, Sign, doubted
from gansmith.doctor.history import History
from gansmith.doctor.measurements.growth import (
    GROUPS,
    early_level,
    largest_step,
    late_level,
    loss_growth,
    player_of_the_largest_step,
    score_growth,
    sizes_of,
    still_grows,
    vanished,
)
from gansmith.doctor.measurements.progress import (
    improves,
    least_remaining_distance,
    remaining_distance,
)
from gansmith.doctor.statistics import confidence, ratio, since
from gansmith.registry import detectors

WATCHED = ("loss/", "term/", "scores/", "gradient/")
MAX_STEP_BESIDE_HUGE_SCORES = 0.5  # times the weights
MAX_SHARE_OF_A_VANISHED_GRADIENT = 1e-6  # of its peak
MIN_REMAINING_DISTANCE = 0.3  # below it the run works
MIN_LEAST_REMAINING_DISTANCE = 0.35  # the same of a run that still comes nearer
MIN_REMAINING_DISTANCE_OF_A_THROWN_NETWORK = 0.9


@detectors.add
def divergence(history: History) -> Diagnosis | None:
    """Losses, scores or gradients are not finite, or explode together against their early level.

    Explosion needs the losses and one of two groups more (gradients, spread of the scores) to have
    grown a hundredfold over the run's own first tenth and to be growing still, or a thousandfold
    and stay. Gradients and scores of a net that starts at zero grow by as much in health. A drift
    of the mean score is no explosion: Wasserstein critics have no zero. A step as large as the
    weights that it changes is the end of a net too, where the gradient is gone for good after it,
    or where scores stay beyond all that the untrained nets gave: then the early level is no level.

    Reference: Mescheder et al. 2018, arXiv:1801.04406; Brock et al. 2018, arXiv:1809.11096.
    """
    return _not_finite(history) or _explosion(history) or _thrown(history)


def _not_finite(history: History) -> Diagnosis | None:
    broken = [row for row in history.signals if isinstance(row.get("nonfinite"), list)]
    found = [(row.get("kimg", 0.0), _names(row, history)) for row in broken]
    found = [(kimg, names) for kimg, names in found if names]
    if not found:
        return None
    kimg, names = found[0]
    lasting = found[-1][0] == history.signals[-1].get("kimg")
    says = (
        f"{_listed(names)} stopped being a finite number at {kimg:g} kimg"
        f" ({max(len(found), history.broken)} of {history.ticks} ticks have such a value)"
    )
    evidence = tuple(Evidence(name, math.nan, (None, None), says) for name in names[:3])
    return doubted(
        Diagnosis("divergence", 0.99, evidence, float(kimg)),
        [] if lasting else [Doubt(0.7, "the newest values are finite again")],
    )


def _names(row: Mapping[str, Any], history: History) -> list[str]:
    """Names that matter; with fp16 the loss scaler makes and skips infinite gradients by design."""
    names = [str(name) for name in row["nonfinite"] if str(name).startswith(WATCHED)]
    half = history.recipe.get("runtime", {}).get("precision") == "fp16"
    return [name for name in names if not (half and name.startswith("gradient/"))]


def _listed(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _explosion(history: History) -> Diagnosis | None:
    grown = [worst for group in GROUPS if (worst := _worst(history, group))]
    if len(grown) < 2 or not grown[0].evidence.signal.startswith("loss/"):
        return None
    growths = sorted((sign.evidence.observed for sign in grown), reverse=True)
    sure = confidence(growths[1], loss_growth.high / 3, loss_growth.high)  # two groups must agree
    evidence = tuple(sign.evidence for sign in grown)
    began = max(sign.since_kimg for sign in grown)
    return doubted(Diagnosis("divergence", sure, evidence, began), _doubts(history))


def _doubts(history: History) -> Iterator[Doubt]:
    """What is large in a run that works is large against a start at nothing."""
    if remaining_distance(history) < MIN_REMAINING_DISTANCE:
        yield Doubt(0.4, "the samples are near the data all the same")
    elif improves(history) and least_remaining_distance(history) < MIN_LEAST_REMAINING_DISTANCE:
        yield Doubt(0.4, "the samples still come nearer to the data")


def _worst(history: History, group: str) -> Sign | None:
    """The curve of a group that grew most: when it passed tenfold its early level, and evidence.

    The early level is that of the larger curve: one player's may begin at nothing by chance.
    """
    sizes = sizes_of(history, group)
    start = max(map(early_level, sizes.values()), default=0.0)
    found = []
    for name, size in sizes.items():
        grown = ratio(late_level(size), start)
        if grown >= loss_growth.high * (1 if still_grows(size) else 10):
            says = (
                f"{name} went to {late_level(size):.3g}, {grown:,.0f} times the early level of"
                f" {start:.3g}"
            )
            began = since(size, size.values > 10 * start)
            found.append(Sign(1.0, loss_growth.at_most(name, grown, says), began))
    return max(found, key=lambda sign: sign.evidence.observed, default=None)


def _thrown(history: History) -> Diagnosis | None:
    """One step as large as the weights threw a player to where it has no use any more."""
    name, size = player_of_the_largest_step(history), largest_step(history)
    found = history.column(name).known
    consequence = _without_gradient(history, size) or _with_huge_scores(history, size)
    if not found or not consequence:
        return None
    sure, what = consequence
    at = float(found.kimg[int(found.values.argmax())])
    says = (
        f"a step at {at:.3g} kimg was {size:,.1f} times as large as the weights that it changed,"
        f" and {what}"
    )
    return Diagnosis("divergence", sure, (largest_step.at_most(name, size, says),), at)


def _without_gradient(history: History, size: float) -> tuple[float, str] | None:
    far = remaining_distance(history) > MIN_REMAINING_DISTANCE_OF_A_THROWN_NETWORK
    gone = next(
        (
            name
            for name in GROUPS["gradient"]
            if vanished(np.abs(history.column(name).known.values), MAX_SHARE_OF_A_VANISHED_GRADIENT)
        ),
        "",
    )
    if not (gone and far and size > largest_step.high):
        return None
    sure = confidence(size, largest_step.high, 3 * largest_step.high)
    return sure, f"{gone} has been nothing since"


def _with_huge_scores(history: History, size: float) -> tuple[float, str] | None:
    grown = score_growth(history)
    far = remaining_distance(history) > remaining_distance.high
    if not (far and grown > score_growth.high and size > MAX_STEP_BESIDE_HUGE_SCORES):
        return None
    sure = min(
        confidence(size, MAX_STEP_BESIDE_HUGE_SCORES, largest_step.high),
        confidence(grown, score_growth.high, 100 * score_growth.high),
    )
    return sure, f"mean scores are {grown:.1g} times those of the untrained nets"
