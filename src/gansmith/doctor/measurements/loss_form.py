"""What the loss is, told by its numbers and not by its name."""

import math

import numpy as np

from gansmith.doctor.history import History, Values
from gansmith.doctor.measurements.balance import retained_gradient
from gansmith.doctor.measurements.measurement import measured
from gansmith.doctor.measurements.progress import remaining_distance
from gansmith.doctor.statistics import newest

MIN_TICKS = 8
MIN_TICKS_OF_A_CORRELATION = 12
MAX_RELATIVE_ERROR = 0.1  # at which a loss is taken for the difference of mean scores
MIN_SHARE_OF_TICKS = 0.9  # but for single ticks in which scores jumped
EARLY_TICKS = 8  # whose peak the gradient is compared with


@measured(unit="share of the early peak", healthy=(0.1, None))
def gradient_under_rejection(history: History) -> float:
    """The weaker of G's gradients over its peak in the first eight ticks."""
    return retained_gradient(history, EARLY_TICKS)


@measured(unit="share of the non-saturating gradient", healthy=(0.1, None))
def passed_gradient(history: History) -> float:
    """Gradient that a minimax loss passes on, over that of -log D(G(z)) for the same scores.

    Per score that is D(G(z)) against 1 - D(G(z)), and where both are far apart the loss itself is
    the mean of the former. By Jensen the loss lies below that of the mean score, by no more than
    0.4 deviations. 1 near the data and where the loss is another.
    """
    names = ("loss/generator", "scores/fake/std", "scores/fake/mean")
    loss, spread, fake = (late(history, name) for name in names)
    far = remaining_distance(history) > remaining_distance.high
    if not (far and len(fake) == len(spread) == len(loss) > 0):
        return 1.0
    if not nearly_always(loss > rejection_loss(history) - 0.4 * spread - 0.05):
        return 1.0
    return float(np.median(-loss))


def rejection_loss(history: History) -> Values:
    """Return log(1 - D(G(z))) of the late mean scores, what minimax gives the generator.

    A network that ends in a sigmoid scores by probabilities.
    """
    real, fake = (late(history, f"scores/{side}/mean") for side in ("real", "fake"))
    if len(real) and all(side.min() >= 0 and side.max() <= 1 for side in (real, fake)):
        return np.asarray(np.log1p(-np.minimum(fake, 1 - 1e-7)))
    return np.asarray(-np.logaddexp(0.0, fake))


def is_difference_of_means(history: History) -> bool:
    """Say whether D's late loss is the difference of mean scores, as of a Wasserstein critic."""
    loss = late(history, "loss/discriminator/adversarial")
    loss = loss if len(loss) else late(history, "loss/discriminator")
    real, fake = (late(history, f"scores/{side}/mean") for side in ("real", "fake"))
    if not len(loss) or not len(loss) == len(real) == len(fake):
        return False
    error = np.median(np.abs(loss - (fake - real)))
    return bool(error <= MAX_RELATIVE_ERROR * np.median(np.abs(loss) + 1e-12))


@measured(unit="rank correlation", healthy=(None, 0.9))
def loss_score_correlation(history: History) -> float:
    """How G's loss goes with the scores of its fakes; sound losses are near -1.

    The smaller of the correlations with D(G(z)) and with D(G(z)) - D(x); NaN: too little known.
    """
    names = ("loss/generator/adversarial", "loss/generator", "scores/fake/mean", "scores/real/mean")
    own, whole, fake, real = (history.column(name).known.values for name in names)
    loss = own if len(own) else whole
    if not len(loss) == len(fake) == len(real) >= MIN_TICKS_OF_A_CORRELATION:
        return math.nan
    return min(_rank_correlation(loss, fake), _rank_correlation(loss, fake - real))


def _rank_correlation(a: Values, b: Values) -> float:
    """Spearman's; 0 where one of them does not change."""
    first, second = (curve.argsort().argsort().astype(np.float64) for curve in (a, b))
    return float(np.corrcoef(first, second)[0, 1]) if np.ptp(a) > 0 and np.ptp(b) > 0 else 0.0


def late(history: History, name: str) -> Values:
    """Return the last fifth of a curve; empty where it has fewer than eight points."""
    curve = history.column(name).known.values
    return newest(curve, 0.2) if len(curve) >= MIN_TICKS else curve[:0]


def nearly_always(holds: np.ndarray) -> bool:
    """Say whether it holds at nine ticks of ten."""
    return bool(np.mean(holds) > MIN_SHARE_OF_TICKS)
