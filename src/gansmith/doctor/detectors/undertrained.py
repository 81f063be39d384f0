"""Undertrained: the fakes were still getting better when the records end."""

from collections.abc import Iterator
from dataclasses import replace

from gansmith.doctor.evidence import Diagnosis, Doubt, Evidence, Sign, doubted
from gansmith.doctor.history import History
from gansmith.doctor.measurements.balance import mean_rank_accuracy
from gansmith.doctor.measurements.fidelity import relative_coverage, relative_precision
from gansmith.doctor.measurements.maturity import has_just_begun, weight_change
from gansmith.doctor.measurements.progress import (
    improves,
    least_remaining_distance,
    remaining_distance,
    remaining_evidence,
)
from gansmith.doctor.outlook import outlook
from gansmith.doctor.statistics import confidence
from gansmith.registry import detectors

MAX_REMAINING_DISTANCE = 0.6
MIN_REMAINING_DISTANCE = 0.3  # below it a run that gets better is a good one
MAX_FORECAST = 0.9  # for twice the training, over today's distance
MAX_LEAST_REMAINING_DISTANCE = 0.97  # up to which G has moved at all
MIN_SHARE_OF_A_COVER = 0.65  # of the reals' own precision and coverage, where fakes are all over
STOPPED_GAME = ("vanishing_gradient", "unsuitable_loss", "divergence")  # no time mends it


@detectors.add(yields_to={"samples_differ": 0.0, **dict.fromkeys(STOPPED_GAME, 0.0)})
def undertrained(history: History) -> Diagnosis | None:
    """The Frechet distance falls with significance and far from done; or training has just begun.

    Every run gets a little better with more time, so three things must hold: the fall is
    significant, its forecast for twice the training is below today's distance, and three fifths
    of the distance from the untrained generator to real data remain. Where the steps of the whole
    run would not add up to two thirds of the generator's weights, while it keeps pace with a
    discriminator that leads, it is too early for a trend, and for any other judgement: a run that
    has ended so was too short.

    Reference: Kaplan et al. 2020, arXiv:2001.08361 (power laws of training).
    """
    falls, begun = _still_falls(history), _has_begun(history)
    found = [sign for sign in (falls, begun) if sign]
    if not found:
        return None
    falling = replace(_diagnosis(history, [falls]), holds_beside=STOPPED_GAME) if falls else None
    return replace(_diagnosis(history, found), remains=falling) if begun else falling


def _diagnosis(history: History, found: list[Sign]) -> Diagnosis:
    diagnosis = Diagnosis.of_signs("undertrained", found, began=0.0)
    way = remaining_evidence(remaining_distance(history), MAX_REMAINING_DISTANCE)
    return replace(diagnosis, evidence=(*diagnosis.evidence, way))


def _far(history: History) -> float:
    """How sure it is that the run is far from done."""
    return confidence(remaining_distance(history), MAX_REMAINING_DISTANCE, 0.8)


def _still_falls(history: History) -> Sign | None:
    """More training helps, by the trend of the distance."""
    ahead = outlook(history)
    moved = least_remaining_distance(history) < MAX_LEAST_REMAINING_DISTANCE or improves(history)
    if ahead is None or ahead.trend != "falling":
        return None
    if not (moved and remaining_distance(history) > MIN_REMAINING_DISTANCE):
        return None
    sure = min(confidence(ahead.share, MAX_FORECAST, 0.7), _far(history))
    evidence = Evidence("metrics/frechet_distance", ahead.share, (MAX_FORECAST, None), ahead.says)
    return doubted(Sign(sure, evidence), _doubts(history))


def _doubts(history: History) -> Iterator[Doubt]:
    """What is left may be how far out the farthest samples lie, which moments feel."""
    if min(relative_precision(history), relative_coverage(history)) > MIN_SHARE_OF_A_COVER:
        yield Doubt(0.45, "nearly all fakes lie among the reals, and nearly all reals have some")


def _has_begun(history: History) -> Sign | None:
    """Training has just begun, by how far the generator's weights have gone."""
    leads = mean_rank_accuracy(history) > mean_rank_accuracy.low
    if not (history.ended and leads and has_just_begun(history)):
        return None
    gone = weight_change(history)
    says = (
        f"all steps of the generator so far would add up to no more than {gone:.0%} of its"
        " weights: training has just begun"
    )
    sure = min(confidence(gone, weight_change.low, weight_change.low / 2), _far(history))
    return Sign(sure, weight_change.at_least("update/generator", gone, says))
