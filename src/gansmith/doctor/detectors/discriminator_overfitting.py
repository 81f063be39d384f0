"""Discriminator overfitting: D knows its training samples, and takes other reals for fakes."""

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Sign
from gansmith.doctor.history import History, Series, median
from gansmith.doctor.measurements.measurement import Measurement
from gansmith.doctor.measurements.novelty import (
    held_out_drop,
    held_out_drop_curve,
    held_out_gap,
    score_below_reals,
    second_half_of,
)
from gansmith.doctor.statistics import confidence, since, smooth
from gansmith.registry import detectors

MIN_EXAMS = 4  # of the second half; one compares a moment with a mean, and scatters
MAX_SCORED = 256  # samples of a side whose scores an exam compares


@detectors.add
def discriminator_overfitting(history: History) -> Diagnosis | None:
    """Held-out reals score like fakes: D has memorised its data and stops teaching.

    Looks at the exams of the run's second half, each against its own scatter: how far held-out
    reals have sunk from training reals (0) to fakes (1), where the two sides lie a standard
    deviation apart; and how far they lie below training reals in standard deviations of the real
    scores, which shows it too where a D that wins by far has left the fakes anywhere. Where the
    sides overlap, the means of the late exams give the share of the gap, if held-out reals lie
    lower by more than the draw of two such sets explains.

    Formula: r = (D(training) - D(held out)) / (D(training) - D(fake)), means of scores;
    d = (D(training) - D(held out)) / std D(real).

    Reference: Karras et al. 2020, arXiv:2006.06676.
    """
    looks = (_dropped(history), _apart(history), _dropped_on_average(history))
    found = sorted((sign for sign in looks if sign), key=lambda sign: -sign.confidence)
    return Diagnosis.of_signs("discriminator_overfitting", found) if found else None


def _dropped(history: History) -> Sign | None:
    says = "held-out reals score {:.0%} of the way from training reals down to fakes"
    return _lasting(history, held_out_drop, held_out_drop_curve(history), says)


def _apart(history: History) -> Sign | None:
    says = "held-out reals score {:.1f} standard deviations below training reals"
    return _lasting(history, held_out_gap, score_below_reals(history, "held_out"), says)


def _lasting(history: History, level: Measurement, curve: Series, says: str) -> Sign | None:
    """The late mean of a curve, if it stands out of its own scatter."""
    late = second_half_of(history, curve)
    if len(late) < MIN_EXAMS:
        return None
    error = float(late.std(ddof=1)) / len(late) ** 0.5
    if not float(late.mean()) - 2 * error > level.high / 2:
        return None
    now = median(late)
    exams = f" (median of {len(late)} exams, standard error {error:.2g})"
    evidence = level.at_most("scores/held_out/mean", now, says.format(now) + exams)
    began = since(curve, smooth(curve.values) > level.high)
    began = float(curve.kimg[-len(late)]) if np.isnan(began) else began
    return Sign(confidence(now, level.high, 2 * level.high), evidence, began)


def _dropped_on_average(history: History) -> Sign | None:
    """How far held-out reals sank by the means of the late exams, where the sides overlap.

    Exams compare the same two sets each time: their draw makes a difference that lasts too.
    """
    below, ahead = (score_below_reals(history, side) for side in ("held_out", "generated"))
    own, others = second_half_of(history, below), second_half_of(history, ahead)
    if len(own) < MIN_EXAMS or not np.array_equal(ahead.kimg, below.kimg):
        return None
    gap, whole = float(own.mean()), float(others.mean())
    if not (gap > 2 * _standard_error(history) and 0 < whole < 1):
        return None
    share = min(gap / whole, 1.0)
    says = (
        f"held-out reals score {share:.0%} of the way from training reals down to fakes (means of"
        f" {len(own)} exams), {gap:.1f} standard deviations below training reals"
    )
    evidence = held_out_drop.at_most("scores/held_out/mean", share, says)
    began = float(below.kimg[below.kimg >= history.kimg / 2][0])
    return Sign(confidence(share, held_out_drop.high, 2 * held_out_drop.high), evidence, began)


def _standard_error(history: History) -> float:
    """Of the difference of two means of unit spread, by the number of samples of the two sides."""
    facts = history.data.get("facts")
    sizes = [history.data.get("train"), facts.get("held_out") if isinstance(facts, dict) else None]
    known = [min(float(size), MAX_SCORED) for size in sizes if isinstance(size, int) and size > 0]
    return sum(1 / size for size in known) ** 0.5 if len(known) == 2 else float("inf")
