"""Unsuitable loss: what goes wrong is in the loss itself, read off the numbers."""

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Evidence, Sign
from gansmith.doctor.history import History, Series
from gansmith.doctor.measurements.balance import mean_rank_accuracy, rank_accuracy
from gansmith.doctor.measurements.critic import (
    critic_slope,
    late_slopes,
    slope_curve,
    slope_range,
    slope_sizes,
)
from gansmith.doctor.measurements.growth import score_spread_growth
from gansmith.doctor.measurements.loss_form import (
    gradient_under_rejection,
    is_difference_of_means,
    late,
    loss_score_correlation,
    nearly_always,
    passed_gradient,
    rejection_loss,
)
from gansmith.doctor.measurements.progress import remaining_distance
from gansmith.doctor.statistics import confidence, since, smooth
from gansmith.registry import detectors

MIN_REJECTION_LOSS = -0.127  # log(1 - D(G(z))) of a D that gives fakes one chance in eight
MIN_REMAINING_DISTANCE = 0.3  # below it a loss without a bound works all the same
MAX_SLOPE = 1000.0  # that may come down: nobody calls it calm, though it was steeper still
MAX_SLOPE_RANGE_OF_A_BOUNDED_CRITIC = 1.5  # highest over lowest slope
MIN_FALL_OF_A_CALMING_SLOPE = 6.0  # of the highest over the newest slope
RANK_ACCURACY_AT_CHANCE = (0.35, rank_accuracy.low)
MIN_SLOPE_WITH_A_DIRECTION = 0.2


@detectors.add
def unsuitable_loss(history: History) -> Diagnosis | None:
    """A loss that is flat where G loses, or that grows on because nothing bounds D's slope.

    The loss is known by its numbers, not by its name, so that foreign loops are read alike: minimax
    gives the generator -softplus(D(G(z))), which is below zero and dies; a Wasserstein loss is the
    difference of the mean scores; one that the generator makes smaller by being rejected has the
    wrong sign.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661; Arjovsky et al. 2017, arXiv:1701.07875.
    """
    return _saturated(history) or _unbounded(history) or _wrong_sign(history)


def _saturated(history: History) -> Diagnosis | None:
    """Minimax where D rejects nearly all fakes: its gradient dies there."""
    ranked = history.recent("scores/ranked_right")
    if not (_is_minimax(history) and ranked > rank_accuracy.high and _is_flat(history)):
        return None
    left, passed = gradient_under_rejection(history), passed_gradient(history)
    says = (
        f"the generator's loss is log(1 - D(G(z))), flat where D rejects the fakes: its gradient is"
        f" at {left:.2g} of its early peak while D ranks real above fake in {ranked:.1%} of pairs"
    )
    if passed < 1:
        says += f", and at {passed:.2g} of what -log D(G(z)) would give for these scores"
    evidence = gradient_under_rejection.at_least("loss/generator", left, says)
    low, passed_low = gradient_under_rejection.low, passed_gradient.low
    sure = max(confidence(left, low, low / 10), confidence(passed, passed_low, passed_low / 5))
    return Diagnosis("unsuitable_loss", sure, (evidence,), _rejected_since(history))


def _is_minimax(history: History) -> bool:
    """Whether G's loss is never above zero, with a D that gives fakes little chance."""
    loss, fake = (late(history, name) for name in ("loss/generator", "scores/fake/mean"))
    if not len(loss) or len(loss) != len(fake):
        return False
    return bool((loss <= 1e-9).all()) and float(np.median(rejection_loss(history))) > (
        MIN_REJECTION_LOSS
    )


def _is_flat(history: History) -> bool:
    """Whether the loss is minimax's with its gradient fallen, or passes on next to none."""
    loss, rejected = np.abs(late(history, "loss/generator")), np.abs(rejection_loss(history))
    fallen = gradient_under_rejection(history) < 3 * gradient_under_rejection.low
    if nearly_always(loss <= 3 * rejected + 0.05) and fallen:
        return True
    return passed_gradient(history) < 3 * passed_gradient.low


def _rejected_since(history: History) -> float:
    curve = history.column("gradient/generator").known
    if not curve:
        return 0.0
    low = gradient_under_rejection.low * curve.values.max()
    return _began(history, curve, smooth(curve.values) < low)


def _began(history: History, curve: Series, beyond: np.ndarray) -> float:
    """The kimg since which a curve is beyond to the end; now, where it is not."""
    began = since(curve, beyond)
    return history.kimg if np.isnan(began) else began


def _unbounded(history: History) -> Diagnosis | None:
    """The difference of mean scores, with nothing that bounds D's slope."""
    if not is_difference_of_means(history):
        return None
    if remaining_distance(history) < MIN_REMAINING_DISTANCE:
        return None
    looks = (_growing(history), _steep(history), _adrift(history))
    found = [sign for sign in looks if sign]
    if not found:
        return None
    began = min(sign.since_kimg for sign in found)
    return Diagnosis.of_signs("unsuitable_loss", found, began=began)


def _growing(history: History) -> Sign | None:
    """The scores of both sides spread without end."""
    grown = score_spread_growth(history)
    if not grown > score_spread_growth.high / 3:
        return None
    says = (
        f"the loss is the difference of mean scores, which has no end, and the scores' spread grew"
        f" {grown:,.0f} times: nothing bounds the discriminator's slope"
    )
    known = history.column("scores/real/std").known
    level = smooth(known.values)
    began = _began(history, known, level > score_spread_growth.high / 3 * np.median(level[:5]))
    sure = confidence(grown, score_spread_growth.high, 10 * score_spread_growth.high)
    return Sign(sure, score_spread_growth.at_most("scores/real/std", grown, says), began)


def _steep(history: History) -> Sign | None:
    """The critic is far steeper than a distance allows, and nothing holds it where it is.

    The difference of mean scores is a distance for slopes of 1 at most, whatever the data; clipped
    weights hold it at another slope, which then stays, and a weak penalty lets it come down.
    """
    now = critic_slope(history)
    if not now > critic_slope.high / 2 or _is_bounded(history) or _calms_down(history):
        return None
    slopes, steepest = late_slopes(history), critic_slope.high
    curve, recorded = slope_curve(history)
    says = (
        f"the loss is the difference of mean scores, a distance only for a critic of slope 1 or"
        f" less; its slope{'' if recorded else ', by the spread of its scores,'} is {now:,.3g}, and"
        f" was {slopes.min():,.3g} to {slopes.max():,.3g} lately: nothing bounds it"
    )
    began = _began(history, curve, slope_sizes(history) > steepest / 2)
    name = "gradient/samples" if recorded else "scores/real/std"
    evidence = Evidence(name, now, (None, 1.0), says)
    return Sign(confidence(now, steepest, 5 * steepest), evidence, began)


def _is_bounded(history: History) -> bool:
    """Whether the slope stays where it is, as clipped weights hold it."""
    slopes = late_slopes(history)
    return bool(slopes.max() < MAX_SLOPE_RANGE_OF_A_BOUNDED_CRITIC * max(slopes.min(), 1e-300))


def _calms_down(history: History) -> bool:
    """Whether the slope comes down, as under a weak penalty."""
    fallen = late_slopes(history).max() / MIN_FALL_OF_A_CALMING_SLOPE
    return bool(critic_slope(history) < min(fallen, MAX_SLOPE))


def _adrift(history: History) -> Sign | None:
    """The critic is at chance far from the data, its slope now small, now large: nothing holds it.

    A critic whose slope some bound holds measures a distance, and ranks reals above far fakes.
    """
    low, high = RANK_ACCURACY_AT_CHANCE
    ranked, varies = mean_rank_accuracy(history), slope_range(history)
    if not (low < ranked < high and remaining_distance(history) > remaining_distance.high):
        return None
    slopes = late_slopes(history)
    if not varies > slope_range.high / 2 or float(np.median(slopes)) <= MIN_SLOPE_WITH_A_DIRECTION:
        return None
    says = (
        f"the loss is the difference of mean scores, and the critic ranks {ranked:.0%} of the pairs"
        f" correctly though the fakes are far; its slope was {slopes.min():.3g} to"
        f" {slopes.max():.3g} lately: nothing holds it"
    )
    evidence = rank_accuracy.at_least("scores/ranked_right", ranked, says)
    curve, _ = slope_curve(history)
    began = float(curve.kimg[len(slope_sizes(history)) // 3])
    return Sign(confidence(varies, slope_range.high, 3 * slope_range.high), evidence, began)


def _wrong_sign(history: History) -> Diagnosis | None:
    """The generator's loss rises and falls with its scores, where it should do the opposite.

    Both players then drive the fakes' scores down: a sign is wrong, or another convention's.
    """
    alike, least = loss_score_correlation(history), loss_score_correlation.high
    far = remaining_distance(history) > remaining_distance.high
    if not (alike > least and far and rank_accuracy(history) > rank_accuracy.high):
        return None
    says = (
        f"the generator's loss is the smaller the lower its fakes are scored (rank correlation"
        f" {alike:.2f}), so that it learns to be rejected: its sign is wrong"
    )
    evidence = Evidence("loss/generator", alike, (None, 0.0), says)
    sure = confidence(1.001 - alike, 1 - least, (1 - least) / 5)
    return Diagnosis("unsuitable_loss", sure, (evidence,), 0.0)
