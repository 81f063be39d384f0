"""Discriminator overfitting: D knows its training samples, and takes other reals for fakes."""

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History, Series, median
from gansmith.doctor.quality import separation
from gansmith.doctor.statistics import confidence, since, smooth
from gansmith.registry import detectors

SUNK = 0.3  # share of the way down to fakes; ample data stay below 0.15
LEAST = 4  # exams with the two sides apart; one compares a moment with a mean, and scatters


@detectors.add
def discriminator_overfitting(history: History) -> Diagnosis | None:
    """Held-out reals score like fakes: D has learned its data by heart and stops teaching.

    Measures how far held-out reals have sunk from training reals (0) to fakes (1), at exams of the
    run's second half where the two sides lie a standard deviation apart, and asks that the mean
    stands out of its own scatter.

    Formula: r = (D(training) - D(held out)) / (D(training) - D(fake)), means of scores.

    Reference: Karras et al. 2020, arXiv:2006.06676.
    """
    sunk = _sunk(history)
    late = sunk.values[sunk.kimg >= history.kimg / 2]
    if len(late) < LEAST:
        return None
    error = float(late.std(ddof=1)) / len(late) ** 0.5
    if not float(late.mean()) - 2 * error > SUNK / 2:
        return None
    now = median(late)
    says = (
        f"held-out reals score {now:.0%} of the way from training reals down to fakes"
        f" (median of {len(late)} exams, standard error {error:.0%})"
    )
    evidence = Evidence("scores/held_out/mean", now, (None, SUNK), says)
    began = since(sunk, smooth(sunk.values) > SUNK)
    began = float(sunk.kimg[-len(late)]) if np.isnan(began) else began
    sure = confidence(now, SUNK, 2 * SUNK)
    return Diagnosis("discriminator_overfitting", sure, (evidence,), began)


def _sunk(history: History) -> Series:
    """How far held-out reals sank, at exams where the sides lie a standard deviation apart."""
    gap, held_out = separation(history).known, history.column("scores/held_out/mean").known
    if not gap or not held_out:
        return held_out
    times = held_out.kimg
    real, fake = (
        np.interp(times, column.kimg, column.values)
        for column in (_means(history, "trained", "real"), _means(history, "generated", "fake"))
    )
    apart = np.interp(times, gap.kimg, gap.values) >= 1.0
    values = (real[apart] - held_out.values[apart]) / (real[apart] - fake[apart])
    return Series(times[apart], values)


def _means(history: History, at_exams: str, at_ticks: str) -> Series:
    """Mean scores by the D that scored the held-out reals; in older runs those of the ticks."""
    found = history.column(f"scores/{at_exams}/mean").known
    return found if found else history.column(f"scores/{at_ticks}/mean").known
