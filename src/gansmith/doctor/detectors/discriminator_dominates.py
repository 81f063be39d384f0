"""D wins with G's gradient alive: G is told where to go, and cannot follow."""

import math
from collections.abc import Iterator

from gansmith.doctor.evidence import Diagnosis, Doubt, Evidence, Sign, doubted
from gansmith.doctor.history import History
from gansmith.doctor.measurements.balance import (
    CHANCE,
    gradient_retained,
    mean_rank_accuracy,
    pace,
    pace_evidence,
    rank_accuracy,
    ranked_evidence,
    separation,
    separation_curve,
)
from gansmith.doctor.measurements.capacity import why_too_small
from gansmith.doctor.measurements.maturity import has_just_begun, is_early, weight_change
from gansmith.doctor.measurements.progress import (
    are_vectors,
    improves,
    least_remaining_distance,
    remaining_distance,
    remaining_evidence,
)
from gansmith.doctor.statistics import confidence, since
from gansmith.errors import counted
from gansmith.registry import detectors

MIN_TICKS = 8
MIN_EXAMS = 3  # D leads at the start of healthy runs too
MIN_REMAINING_DISTANCE = 0.3  # below it the run works
MIN_RANK_ACCURACY_OF_A_WIDE_MARGIN = 0.98
MAX_WEIGHT_CHANGE_OF_A_STILL_GENERATOR = 0.06
MIN_CONFIDENCE = 0.3  # of a sign that is worth naming


@detectors.add(yields_to={"samples_differ": 0.0, "loop_fault": 0.0})
def discriminator_dominates(history: History) -> Diagnosis | None:
    """D ranks real above fake in every pair, to the end, while the fakes get no better.

    Either by a wide margin (the gap between mean scores in standard deviations, which no loss and
    no scale of scores changes), or over a generator that has learned nothing at all. A run whose
    distance still falls is left alone: critics of a Wasserstein game win every pair and teach well;
    not so a generator whose steps of the whole run would not add up to a sixteenth of its weights.
    But a generator that moves ten times less than a discriminator that leads, each by its own
    weights, cannot follow, also where it comes nearer in the end.

    Reference: Arjovsky and Bottou 2017, arXiv:1701.04862; Heusel et al. 2017, arXiv:1706.08500.
    """
    if not _may_dominate(history):
        return None
    margin = separation(history)
    won, outrun = _wins(history, margin), _outruns(history)
    sure = max(won, outrun, key=lambda sign: sign.confidence)
    if sure.confidence < MIN_CONFIDENCE:
        return None
    gap = separation_curve(history).known
    began = since(gap, gap.values > min(separation.high, margin) / 2)
    evidence = [outrun.evidence] if outrun.confidence >= MIN_CONFIDENCE else []
    evidence += [won.evidence, *_circumstances(history)]
    name = "discriminator_dominates"
    return Diagnosis(name, sure.confidence, tuple(evidence), began, doubts=sure.doubts)


def _may_dominate(history: History) -> bool:
    """Whether G is far from the data with its gradient alive, in a run long enough to tell."""
    long = len(separation_curve(history).known.values) >= MIN_TICKS
    dead = gradient_retained(history) <= gradient_retained.low
    return long and not dead and not remaining_distance(history) < MIN_REMAINING_DISTANCE


def _wins(history: History, margin: float) -> Sign:
    """D ranks nearly every pair correctly while the fakes get no better."""
    says = (
        f"real and fake scores lie {margin:.1f} standard deviations apart; at"
        f" {separation.high:.0f} every pair is told apart"
    )
    evidence = Evidence("scores/real/mean", margin, (0.0, separation.high), says)
    accuracy = rank_accuracy(history)
    if not accuracy >= rank_accuracy.high:
        return Sign(0.0, evidence)
    least = separation.high * (1.5 if history.exams < MIN_EXAMS else 1.0)
    wide = confidence(margin, least, 2 * separation.high)
    wide = wide if accuracy >= MIN_RANK_ACCURACY_OF_A_WIDE_MARGIN else 0.0
    measure = remaining_distance if are_vectors(history) else least_remaining_distance
    far_away = confidence(measure(history), least_remaining_distance.high, 0.9)
    return doubted(Sign(max(wide, far_away), evidence), _doubts(history))


def _doubts(history: History) -> Iterator[Doubt]:
    """Why a D that wins may be no failure."""
    if why_too_small(history):
        yield Doubt(0.45, "the generator looks too small for these data")
    elif not are_vectors(history) and is_early(history):
        yield Doubt(0.45, "the generator has not changed much yet: any discriminator leads early")
    else:
        yield from _doubts_of_time(history)


def _doubts_of_time(history: History) -> Iterator[Doubt]:
    if 0 < history.exams < MIN_EXAMS:
        yield Doubt(0.3, f"only {counted(history.exams, 'exam')} yet")
    if improves(history) and not _is_still(history):
        yield Doubt(0.3, "the distance to the data still falls")
    if has_just_begun(history):
        yield Doubt(0.3, "training has just begun")


def _is_still(history: History) -> bool:
    return weight_change(history) < MAX_WEIGHT_CHANGE_OF_A_STILL_GENERATOR


def _outruns(history: History) -> Sign:
    """G cannot follow a D that leads."""
    leads = mean_rank_accuracy(history) >= mean_rank_accuracy.low
    far = remaining_distance(history) > remaining_distance.high
    sure = confidence(pace(history), pace.low, pace.low / 5) if leads and far else 0.0
    return Sign(sure, pace_evidence(history, "generator", (pace.low, None)))


def _circumstances(history: History) -> Iterator[Evidence]:
    """What else is seen where D wins."""
    yield ranked_evidence(rank_accuracy(history), (CHANCE, rank_accuracy.high))
    alive, remaining = gradient_retained(history), remaining_distance(history)
    if not math.isnan(alive):
        says = f"the generator's gradient is alive, at {alive:.2g} of its early level or more"
        yield gradient_retained.at_least("gradient/samples", alive, says)
    if not math.isnan(remaining):
        yield remaining_evidence(remaining, MIN_REMAINING_DISTANCE)
