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
SCORED = 256  # samples of a side whose scores an exam compares

Found = tuple[float, float, Evidence]  # confidence, since kimg, evidence


@detectors.add
def discriminator_overfitting(history: History) -> Diagnosis | None:
    """Held-out reals score like fakes: D has memorised its data and stops teaching.

    Looks at the exams of the run's second half, each against its own scatter: how far held-out
    reals have sunk from training reals (0) to fakes (1), where the two sides lie a standard
    deviation apart; and how far they lie below training reals in standard deviations of the real
    scores, which tells too where a D that wins by far has left the fakes anywhere. Where the sides
    overlap, the means of the late exams give the share of the way, if held-out reals lie lower by
    more than the draw of two such sets explains.

    Formula: r = (D(training) - D(held out)) / (D(training) - D(fake)), means of scores;
    d = (D(training) - D(held out)) / std D(real).

    Reference: Karras et al. 2020, arXiv:2006.06676.
    """
    found = [item for item in (look(history) for look in LOOKS) if item]
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


def _of_means(history: History) -> Found | None:
    """How far held-out reals sank by the means of the late exams, where the sides overlap.

    Exams compare the same two sets each time: their draw makes a difference that lasts too.
    """
    below, ahead = _below(history), _over_spread(history, "generated")
    late = below.kimg >= history.kimg / 2
    if late.sum() < LEAST or not np.array_equal(ahead.kimg, below.kimg):
        return None
    own, gap = float(below.values[late].mean()), float(ahead.values[late].mean())
    if not (own > 2 * _draw(history) and 0 < gap < 1):
        return None
    share = min(own / gap, 1.0)
    says = (
        f"held-out reals score {share:.0%} of the way from training reals down to fakes (means of"
        f" {late.sum()} exams), {own:.1f} standard deviations below training reals"
    )
    evidence = Evidence("scores/held_out/mean", share, (None, SUNK), says)
    return confidence(share, SUNK, 2 * SUNK), float(below.kimg[late][0]), evidence


LOOKS = (_of_the_way, _of_the_spread, _of_means)


def _draw(history: History) -> float:
    """Standard error of the difference of two means of unit spread, by the samples of the sides."""
    facts = history.data.get("facts")
    sizes = [history.data.get("train"), facts.get("held_out") if isinstance(facts, dict) else None]
    known = [min(float(size), SCORED) for size in sizes if isinstance(size, int) and size > 0]
    return sum(1 / size for size in known) ** 0.5 if len(known) == 2 else float("inf")


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
    return _over_spread(history, "held_out")


def _over_spread(history: History, side: str) -> Series:
    """How far a side's mean score lies below that of training reals, in spreads of the latter."""
    other, spread = (
        history.column(f"scores/{name}").known for name in (f"{side}/mean", "real/std")
    )
    trained = history.column("scores/trained/mean").known
    if not other or not spread or not np.array_equal(trained.kimg, other.kimg):
        return EMPTY
    scale = np.interp(other.kimg, spread.kimg, spread.values)
    told = scale > 0
    return Series(other.kimg[told], (trained.values - other.values)[told] / scale[told])


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
