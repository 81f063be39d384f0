"""Whether samples, or D's judgement, are tied to the training samples."""

import math

import numpy as np

from gansmith.doctor.history import EMPTY, History, Series, median
from gansmith.doctor.measurements.balance import separation_curve
from gansmith.doctor.measurements.measurement import measured

MIN_SEPARATION = 1.0  # standard deviations between real and fake scores
MEMORISATION_EXAMS = 2  # newest, all of which count


@measured(unit="share of the fakes", healthy=(None, 0.1))
def memorised_share(history: History) -> float:
    """Share of fakes nearest to a training sample beyond what numbers of samples explain.

    The smaller of the newest two exams.
    """
    shares = history.column("metrics/memorised_share").known.values[-MEMORISATION_EXAMS:]
    return float(shares.min()) if len(shares) == MEMORISATION_EXAMS else math.nan


@measured(unit="probability", healthy=(0.001, None))
def memorisation_p_value(history: History) -> float:
    """Chance of such a surplus without memorisation, the larger of the newest two exams."""
    chances = history.column("metrics/memorisation_p").known.values[-MEMORISATION_EXAMS:]
    return float(chances.max()) if len(chances) == MEMORISATION_EXAMS else math.nan


@measured(unit="share of the gap", healthy=(None, 0.3))
def held_out_drop(history: History) -> float:
    """How far held-out reals sank from the score of training reals (0) to that of fakes (1).

    Median of the exams of the second half; with ample data it stays below 0.15.
    """
    return median(second_half_of(history, held_out_drop_curve(history)))


@measured(unit="standard deviations", healthy=(None, 0.35))
def held_out_gap(history: History) -> float:
    """How far held-out reals score below training reals, in spreads of the reals' scores.

    Median of the exams of the second half; with ample data it stays below 0.2.
    """
    return median(second_half_of(history, score_below_reals(history, "held_out")))


def second_half_of(history: History, curve: Series) -> np.ndarray:
    """Return a curve's values in the second half of the run."""
    return curve.values[curve.kimg >= history.kimg / 2]


def held_out_drop_curve(history: History) -> Series:
    """Return how far held-out reals sank, at exams where the sides are a deviation apart."""
    gap, held_out = separation_curve(history).known, history.column("scores/held_out/mean").known
    if not gap or not held_out:
        return held_out
    times = held_out.kimg
    real, fake = (
        np.interp(times, column.kimg, column.values)
        for column in (_means(history, "trained", "real"), _means(history, "generated", "fake"))
    )
    apart = np.interp(times, gap.kimg, gap.values) >= MIN_SEPARATION
    values = (real[apart] - held_out.values[apart]) / (real[apart] - fake[apart])
    return Series(times[apart], values)


def score_below_reals(history: History, side: str) -> Series:
    """Return how far a side's mean score lies below that of training reals, in their spreads."""
    other, spread = (
        history.column(f"scores/{name}").known for name in (f"{side}/mean", "real/std")
    )
    trained = history.column("scores/trained/mean").known
    if not other or not spread or not np.array_equal(trained.kimg, other.kimg):
        return EMPTY
    scale = np.interp(other.kimg, spread.kimg, spread.values)
    positive = scale > 0
    below = (trained.values - other.values)[positive] / scale[positive]
    return Series(other.kimg[positive], below)


def _means(history: History, at_exams: str, at_ticks: str) -> Series:
    """Mean scores by the D that scored the held-out reals; in older runs those of the ticks."""
    found = history.column(f"scores/{at_exams}/mean").known
    return found if found else history.column(f"scores/{at_ticks}/mean").known
