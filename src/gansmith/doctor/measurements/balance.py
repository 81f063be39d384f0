"""Who leads the game: scores, ranks, steps and gradients of the two players, without a unit."""

import math

import numpy as np

from gansmith.doctor.evidence import Evidence, HealthyRange
from gansmith.doctor.history import EMPTY, History, Series, median
from gansmith.doctor.measurements.measurement import measured
from gansmith.doctor.statistics import newest, ratio, second_half

MIN_TICKS = 8  # for a mean over the second half
CHANCE = 0.5  # share of pairs that a coin ranks correctly


@measured(unit="standard deviations", healthy=(0.5, 4.0))
def separation(history: History) -> float:
    """Gap between the mean scores of real and fake (d'), median of the last fifth of the run.

    It reads alike for every loss: below 1 the two overlap, at 4 and above every pair is told
    apart, below 0 fakes score as more real than reals. Healthy games settle at 0.3 to 3.
    """
    return median(newest(separation_curve(history).known.values, 0.2))


def separation_curve(history: History) -> Series:
    """Return the gap between real and fake scores in standard deviations, tick by tick."""
    names = [f"scores/{side}/{what}" for what in ("mean", "std") for side in ("real", "fake")]
    columns = [history.column(name) for name in names]
    if len({len(column.kimg) for column in columns}) != 1 or not columns[0]:
        return EMPTY
    real, fake, real_std, fake_std = (column.values for column in columns)
    spread = np.sqrt((real_std**2 + fake_std**2) / 2)
    gap = np.divide(real - fake, spread, out=np.full(len(real), np.nan), where=spread > 0)
    return Series(columns[0].kimg, gap)


@measured(unit="share of pairs", healthy=(0.64, 0.95))
def rank_accuracy(history: History) -> float:
    """Share of real-fake pairs that D ranks correctly, median of the last fifth of the run.

    0.5 is chance; normal scores half a standard deviation apart give 0.64.
    """
    return history.recent("scores/ranked_right", 0.2)


@measured(unit="share of pairs", healthy=(0.55, 0.95))
def mean_rank_accuracy(history: History) -> float:
    """Share of real-fake pairs that D ranks correctly, mean over the second half of the run."""
    ranks = history.column("scores/ranked_right").known.values
    return float(second_half(ranks).mean()) if len(ranks) >= MIN_TICKS else math.nan


def ranked_evidence(accuracy: float, healthy: HealthyRange) -> Evidence:
    """Return the rank accuracy as evidence."""
    says = f"the discriminator ranks {accuracy:.1%} of real-fake pairs correctly"
    return Evidence("scores/ranked_right", accuracy, healthy, says)


@measured(healthy=(0.1, 10.0))
def pace(history: History) -> float:
    """G's step size over D's, each as a share of the player's own weights, in the second half.

    Games in balance keep it between a third and three, whatever the loss, the networks and the
    learning rates: below a tenth G cannot follow D, above ten D cannot follow G.
    """
    steps = []
    for player in ("generator", "discriminator"):
        values = history.column(f"update/{player}").known.values
        late = second_half(values)
        steps.append(float(np.median(late)) if len(values) >= MIN_TICKS else math.nan)
    return steps[0] / steps[1] if steps[1] > 0 else math.nan


def pace_evidence(history: History, slow: str, healthy: HealthyRange) -> Evidence:
    """Return the pace as evidence against the player that is too slow."""
    ahead = pace(history)
    says = (
        f"the generator's steps are {ahead:,.3g} times the discriminator's, each as a share of its"
        " own weights; games in balance have 0.3 to 3.3"
    )
    return Evidence(f"update/{slow}", ahead, healthy, says)


@measured(unit="share of the early peak", healthy=(0.02, None))
def gradient_retained(history: History) -> float:
    """The weaker of the gradients at G's weights and at its samples, over its early peak."""
    return retained_gradient(history, 5)


def retained_gradient(history: History, early: int) -> float:
    """Return the weaker gradient over its peak in the first ``early`` ticks; NaN: unknown."""
    shares = []
    for name in ("gradient/samples", "gradient/generator"):
        peak = float(np.max(history.column(name).known.values[:early], initial=0.0))
        shares.append(ratio(history.recent(name), peak))
    return min((share for share in shares if not math.isnan(share)), default=math.nan)


def loss_ranks_fakes_above(history: History) -> bool:
    """Say whether the loss itself holds the scores at a balance in which fakes score above reals.

    A loss of reconstruction errors may aim at errors of fakes that are a share of those of reals
    (BEGAN: gamma below 1). It records how far it is from there, ``equilibrium/balance``: the mean
    score of fakes less gamma times that of reals. Who scores higher then says nothing.

    Reference: Berthelot et al. 2017, arXiv:1703.10717.
    """
    names = ("equilibrium/balance", "scores/real/mean", "scores/fake/mean")
    off, real, fake = (history.column(name).values for name in names)
    if not len(off) or not len(off) == len(real) == len(fake):
        return len(off) > 0
    return bool(0 < np.nanmedian((fake - off) / np.where(real == 0, np.nan, real)) < 1)
