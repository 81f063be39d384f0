"""Discriminator overfitting: D knows its training samples, and takes other reals for fakes."""

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import EMPTY, History, Series, median
from gansmith.doctor.quality import separation
from gansmith.doctor.statistics import confidence, since, smooth
from gansmith.registry import detectors

SUNK = 0.3  # share of the way down to fakes; ample data stay below 0.15
KNOWN = 0.35  # standard deviations of training reals' scores above held-out reals'
LEAST = 4  # exams with the two sides apart; one compares a moment with a mean, and scatters

Found = tuple[float, float, Evidence]  # confidence, since kimg, evidence


@detectors.add
def discriminator_overfitting(history: History) -> Diagnosis | None:
    """Held-out reals score like fakes: D has learned its data by heart and stops teaching.

    Two looks at the exams of the run's second half, each against its own scatter: how far held-out
    reals have sunk from training reals (0) to fakes (1), where the two sides lie a standard
    deviation apart; and how far they lie below training reals in standard deviations of the real
    scores, which tells too where a D that wins by far has left the fakes anywhere.

    Formula: r = (D(training) - D(held out)) / (D(training) - D(fake)), means of scores;
    d = (D(training) - D(held out)) / std D(real).

    Reference: Karras et al. 2020, arXiv:2006.06676.
    """
    found = [item for item in (_of_the_way(history), _of_the_spread(history)) if item]
    if not found:
        return None
    sure, began, _ = max(found, key=lambda item: item[0])
    evidence = tuple(e for _, _, e in sorted(found, key=lambda item: -item[0]))
    return Diagnosis("discriminator_overfitting", sure, evidence, began)


def _of_the_way(history: History) -> Found | None:
    says = "held-out reals score {:.0%} of the way from training reals down to fakes"
    return _lasting(history, _sunk(history), SUNK, says)


def _of_the_spread(history: History) -> Found | None:
    says = "held-out reals score {:.1f} standard deviations below training reals"
    return _lasting(history, _below(history), KNOWN, says)


def _lasting(history: History, curve: Series, level: float, says: str) -> Found | None:
    """The late mean of a curve, if it stands out of its own scatter."""
    late = curve.values[curve.kimg >= history.kimg / 2]
    if len(late) < LEAST:
        return None
    error = float(late.std(ddof=1)) / len(late) ** 0.5
    if not float(late.mean()) - 2 * error > level / 2:
        return None
    now = median(late)
    exams = f" (median of {len(late)} exams, standard error {error:.2g})"
    evidence = Evidence("scores/held_out/mean", now, (None, level), says.format(now) + exams)
    began = since(curve, smooth(curve.values) > level)
    began = float(curve.kimg[-len(late)]) if np.isnan(began) else began
    return confidence(now, level, 2 * level), began, evidence


def _below(history: History) -> Series:
    """How far held-out reals score below training reals, in spreads of the real scores."""
    held_out, spread = (
        history.column(f"scores/{name}").known for name in ("held_out/mean", "real/std")
    )
    trained = history.column("scores/trained/mean").known
    if not held_out or not spread or not np.array_equal(trained.kimg, held_out.kimg):
        return EMPTY
    scale = np.interp(held_out.kimg, spread.kimg, spread.values)
    told = scale > 0
    return Series(held_out.kimg[told], (trained.values - held_out.values)[told] / scale[told])


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
