"""Whether a loop does what a training step is made of."""

import math

import numpy as np

from gansmith.doctor.history import TICKS, History, Values, median
from gansmith.doctor.measurements.measurement import measured
from gansmith.doctor.statistics import ratio, second_half

PLAYERS = ("generator", "discriminator")
MAX_ERROR_OF_A_MATCH = 0.03  # relative difference at which a loss is taken for a formula
MIN_ERROR_OF_A_MISMATCH = 0.05  # and from which it is another


def never_moves(history: History, player: str) -> bool:
    """Say whether a player's weights were the same at all ticks; False where nobody looked."""
    steps = history.column(f"update/{player}").known.values
    watched = len(history.column(f"frozen/{player}").known.values) >= TICKS
    return watched and len(steps) >= TICKS and not steps.any()


@measured(unit="share of the gradient", healthy=(0.05, None))
def new_gradient(history: History) -> float:
    """Share of a player's gradient that is new from step to step, late; the smaller of the two.

    Where gradients are never cleared it falls towards nothing; other loops have 0.2 or more.
    """
    late = [new_gradient_of(history, player)[-1] for player in PLAYERS]
    return min((share for share in late if not math.isnan(share)), default=math.nan)


def new_gradient_of(history: History, player: str) -> tuple[float, float]:
    """Return the share of a player's gradient that is new, early and late; NaN: unknown."""
    shares = history.column(f"fresh/{player}").known.values
    shares = shares[shares > 0]  # nothing is added where a player has no turn
    if min(len(shares), len(history.column(f"gradient/{player}").known.values)) < TICKS:
        return math.nan, math.nan
    return float(shares[0]), median(second_half(shares))


def gradient_growth(history: History, player: str) -> float:
    """Return a gradient of the second half over that of the first tick."""
    norms = history.column(f"gradient/{player}").known.values
    return ratio(median(second_half(norms)), median(norms[:1]))


def logits_loss(history: History) -> tuple[str, float]:
    """Return the loss of logits that D is trained by with scores in [0, 1], and its least.

    The least that it can be for such scores. An empty name where it is none of them, or one of
    probabilities too.
    """
    names = ("scores/lowest", "scores/highest", "scores/real/mean", "scores/fake/mean")
    low, high, real, fake = (history.column(name).known.values for name in names)
    loss = history.column("loss/discriminator").known.values
    if not len(low) == len(high) == len(real) == len(fake) == len(loss) >= TICKS:
        return "", math.nan
    if low.min() < 0 or high.max() > 1:
        return "", math.nan
    for name, formula, least in _losses_of_logits(real, fake):
        for share in (1.0, 0.5):  # the sum of both sides, or their mean
            if _is_taken_by(loss, share * formula, real, fake):
                return name, share * least
    return "", math.nan


def _losses_of_logits(real: Values, fake: Values) -> tuple[tuple[str, Values, float], ...]:
    return (
        (
            "softplus(-real) + softplus(fake)",
            np.logaddexp(0, -real) + np.logaddexp(0, fake),
            1.006,
        ),
        ("relu(1 - real) + relu(1 + fake)", 2 - real + fake, 1.0),
    )


def _is_taken_by(loss: Values, formula: Values, real: Values, fake: Values) -> bool:
    """Whether a loss is this formula of the scores, and no loss of probabilities."""
    sure, doubted = (np.clip(side, 1e-6, 1 - 1e-6) for side in (real, fake))
    sound = (-np.log(sure) - np.log1p(-doubted), (real - 1) ** 2 + fake**2, fake - real)
    errors = [median(_errors(loss, share * other)) for other in sound for share in (1.0, 0.5)]
    fits = np.quantile(_errors(loss, formula), 0.9) < MAX_ERROR_OF_A_MATCH
    return bool(fits) and min(errors) > MIN_ERROR_OF_A_MISMATCH


def _errors(loss: Values, formula: Values) -> Values:
    """Differences, relative to the loss."""
    return np.asarray(np.abs(loss - formula) / np.maximum(np.abs(loss), 1e-12))
