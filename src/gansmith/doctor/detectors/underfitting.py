"""Underfitting: everything is calm, nothing gets better, and the fakes are still far from real."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Doubt, Evidence, doubted
from gansmith.doctor.history import History, median
from gansmith.doctor.measurements.balance import (
    gradient_retained,
    mean_rank_accuracy,
    pace,
    rank_accuracy,
    separation_curve,
)
from gansmith.doctor.measurements.capacity import why_too_small
from gansmith.doctor.measurements.class_order import score_jumps
from gansmith.doctor.measurements.fidelity import over_reals
from gansmith.doctor.measurements.maturity import (
    MIN_PACE_IN_BALANCE,
    NEW_NETWORK,
    is_barely_trained,
    weight_change,
)
from gansmith.doctor.measurements.progress import (
    are_vectors,
    fell_from_peak,
    has_learned,
    remaining_distance,
    remaining_evidence,
    untrained_value,
)
from gansmith.doctor.measurements.rest import (
    best_late_coverage,
    best_late_precision,
    comes_no_nearer,
    kimg_of_distance,
    kimg_of_slowing,
    lacks_detail,
    precision_never_changed,
    precision_rests,
)
from gansmith.doctor.outlook import Outlook, outlook
from gansmith.doctor.statistics import confidence, ratio
from gansmith.registry import detectors

MIN_EXAMS = 4  # from which a generator that is too small is called so
MAX_FORECAST_OF_A_DRIFT = 2.0  # over today, for twice the training: no fall either
MAX_SHARE_WITHIN_REACH = 1 / 3  # of what remains: less than that, at the best that is likely
MIN_RETAINED_GRADIENT = 0.03
MIN_RATIO_OF_STEPS = 0.05  # G's steps over D's, lately
MIN_LOG_CHANGE_OF_DISTANCE = 0.2  # from that of the untrained net
MIN_RANK_ACCURACY = 0.65  # of a D that tells nearly all
MIN_RANK_ACCURACY_OF_A_LARGE_D = 0.75  # above it the generator is what is too small
MIN_DIVERSITY = 0.3  # of the reals' own
MIN_SEPARATION = 0.5  # standard deviations
GAME_FAULTS = {"divergence": 0.4, "unsuitable_loss": 0.4}
COME_FIRST = {"mode_collapse": 0.75, "artefacts": 0.75}
NOT_THE_SAMPLES = {"samples_differ": 0.0, "loop_fault": 0.0}


@detectors.add(yields_to={**GAME_FAULTS, **COME_FIRST, **NOT_THE_SAMPLES})
def underfitting(history: History) -> Diagnosis | None:
    """A plateau far from the data, with D telling fakes easily and G's gradient alive.

    The generator gets a direction and comes no nearer: it, or the discriminator that gives it, is
    too small or of the wrong kind. A plateau that came when a schedule brought the learning rate
    down, or of a generator without variety, has another reason. Where a collapse or artefacts are
    found as well, they come first; a game that breaks or has no bound is no plateau. A generator
    that is too small by its size needs no plateau to be called so.

    Reference: Goodfellow et al. 2016, Deep Learning, chapter 5.2 (underfitting).
    """
    return _too_small(history) or _plateau(history)


def _too_small(history: History) -> Diagnosis | None:
    """A generator of a few numbers, far from the data under a D that rejects its samples."""
    why, remaining = why_too_small(history), remaining_distance(history)
    if not why or history.exams < MIN_EXAMS or rank_accuracy(history) < MIN_RANK_ACCURACY:
        return None
    if not remaining > remaining_distance.high:
        return None
    parameters = history.data["networks"]["generator"].get("parameters")
    size = Evidence(
        "networks/generator",
        float(parameters) if isinstance(parameters, int) else math.nan,
        (None, None),
        f"{why}, so the generator looks too small for these data",
    )
    evidence = (remaining_evidence(remaining, remaining_distance.high), size)
    sure = confidence(remaining, remaining_distance.high, 0.75)
    return Diagnosis("underfitting", sure, evidence, 0.0, holds_beside=tuple(COME_FIRST))


def _plateau(history: History) -> Diagnosis | None:
    ahead, beside = outlook(history), _beside_the_data(history)
    if ahead is None or not _rests_far_away(history, ahead, beside):
        return None
    if not (_gets_a_direction(history) and _has_trained(history) and _is_varied(history)):
        return None
    if not _is_settled(history, beside) and _was_slowed(history, ahead):
        return None
    sure = max(confidence(remaining_distance(history), remaining_distance.high, 0.75), beside)
    began = kimg_of_distance(history, 1.3 * ahead.best)
    found = Diagnosis("underfitting", sure, _evidence(history, ahead.says), began)
    return doubted(found, _doubts(history))


def _doubts(history: History) -> Iterator[Doubt]:
    """What else may look like a plateau."""
    if fell_from_peak(history) and weight_change(history) < 2 * NEW_NETWORK:
        yield Doubt(0.4, "the distance fell from a peak not long ago: too early for a plateau")
    if score_jumps(history):
        yield Doubt(0.4, "the loop seems to show its data in order of class")


def _rests_far_away(history: History, ahead: Outlook, beside: float) -> bool:
    """Whether the run has come to rest, far from the data or beside them."""
    far = remaining_distance(history) > 0.8 * remaining_distance.high or beside >= 0.5
    return far and (_is_settled(history, beside) or _rests(history, ahead))


def _is_settled(history: History, beside: float) -> bool:
    """Whether vectors lie beside the data through nearly all of the run, whatever the distance."""
    return beside >= 0.5 and precision_never_changed(history)


def _rests(history: History, ahead: Outlook) -> bool:
    """Whether it is a plateau, or too rough for one but with little hope for what remains."""
    if ahead.trend == "rising":
        return ahead.share < MAX_FORECAST_OF_A_DRIFT
    if ahead.trend == "unclear":
        return _is_hopeless(history, ahead) or comes_no_nearer(history)
    return ahead.trend == "plateau"


def _is_hopeless(history: History, ahead: Outlook) -> bool:
    """Whether twice the training closes less than a third of what remains, at the best."""
    now, reals = (
        history.recent(f"{side}/frechet_distance", 0.0, 2) for side in ("metrics", "floor")
    )
    if not now > reals > 0:
        return False
    return -math.log(ahead.low) < MAX_SHARE_WITHIN_REACH * math.log(now / reals)


def _beside_the_data(history: History) -> float:
    """How sure it is that vectors lie beside the data: few among them, and D tells nearly all.

    Two moments and a thin cover are soon right of a cloud over what is a curve or some clusters.
    """
    if not are_vectors(history) or not mean_rank_accuracy(history) >= MIN_RANK_ACCURACY:
        return 0.0
    own = [best_late_precision(history)]
    own += [] if precision_rests(history) else [best_late_coverage(history)]
    return confidence(1 - max(own), remaining_distance.high, 0.75)


def _gets_a_direction(history: History) -> bool:
    """Whether D classifies samples as real or fake, and its gradient reaches G."""
    alive = not gradient_retained(history) < MIN_RETAINED_GRADIENT
    return alive and _separation(history) >= MIN_SEPARATION


def _separation(history: History) -> float:
    gaps = separation_curve(history).known.values
    return median(gaps[-max(3, history.ticks // 5) :])


def _has_trained(history: History) -> bool:
    """Whether G moves, and learned something or strayed: a G that hardly moves has another reason.

    Of images; vectors that learned nothing are underfitted too.
    """
    steps = [history.recent(f"update/{player}") for player in ("generator", "discriminator")]
    if not ratio(*steps) > MIN_RATIO_OF_STEPS or is_barely_trained(history):
        return False
    return are_vectors(history) or has_learned(history) or _strays(history)


def _strays(history: History) -> bool:
    """Whether G keeps pace with D and changed what it makes, and came no nearer for all that."""
    values = history.column("metrics/frechet_distance").known.values
    start = untrained_value(history, "frechet_distance")
    change = np.abs(np.log(values / start)).max()
    return pace(history) > MIN_PACE_IN_BALANCE and bool(change > MIN_LOG_CHANGE_OF_DISTANCE)


def _is_varied(history: History) -> bool:
    """Whether fakes differ; alike for want of detail is no collapse."""
    return not over_reals(history, "diversity_ratio") < MIN_DIVERSITY or lacks_detail(history)


def _was_slowed(history: History, ahead: Outlook) -> bool:
    """Whether a schedule had brought the learning rate down before the plateau began."""
    return kimg_of_slowing(history) < kimg_of_distance(history, 1.1 * ahead.best)


def _evidence(history: History, forecast: str) -> tuple[Evidence, ...]:
    remaining, gap = remaining_distance(history), _separation(history)
    way = remaining_evidence(remaining, remaining_distance.high)
    why = _order(history) or _net(history)
    easily = f"the discriminator tells real from fake by {gap:.1f} standard deviations{why}"
    return (
        replace(way, says=f"{way.says}; {forecast}"),
        Evidence("scores/real/mean", gap, (0.0, MIN_SEPARATION), easily),
    )


def _order(history: History) -> str:
    """Say that scores jump as they do where a loop shows class after class."""
    if not (apart := score_jumps(history)):
        return ""
    return (
        f", and its mean score of reals jumps from tick to tick by {apart:.2f} of their spread"
        " within a batch, as where a loop shows its data in order of class"
    )


def _net(history: History) -> str:
    """Name the net that looks too small, from what each has learned to do."""
    ranked = rank_accuracy(history)
    if math.isnan(ranked):
        return ""
    which = "generator" if ranked > MIN_RANK_ACCURACY_OF_A_LARGE_D else "discriminator"
    return f", so the {which} looks too small for these data"
