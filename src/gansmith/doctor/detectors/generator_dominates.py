"""G wins: D cannot tell fakes that are far from real, and has nothing left to teach."""

import math

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History, Values, median
from gansmith.doctor.quality import improves, least_left, separation
from gansmith.doctor.rhythm import rhythm
from gansmith.doctor.statistics import confidence, since, smooth
from gansmith.registry import detectors

CHANCE = 0.5  # standard deviations between mean scores below which the two sides overlap
BARELY = 0.65  # the same where the distance still falls
FAR = 0.5  # share of the way from untrained to real that is left


@detectors.add
def generator_dominates(history: History) -> Diagnosis | None:
    """D is at chance, or ranks fakes above reals, while the fakes are still far from real.

    At the end of a good run D is at chance too; the exams tell the two apart, so without exams
    there is no such diagnosis. A run whose distance still falls must be farther.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661; Karras et al. 2020, arXiv:2006.06676.
    """
    gap = separation(history).known
    left, ranked = least_left(history), _ranked(history)
    if len(gap.values) < 8 or history.exams < 4:
        return None
    now = min(median(gap.values[-max(3, len(gap.values) // n) :]) for n in (2, 5))
    if not (now < CHANCE and left > 0.9 * FAR and not ranked > 0.65):
        return None
    sure = confidence(left, FAR, 0.8)
    if improves(history) and left < 0.95:  # it may get there yet: the farther, the less likely
        sure = confidence(left, BARELY, 0.9)
    sure = min(sure, 0.4) if _goes_round(gap.values) else sure
    began = since(gap, smooth(gap.values, 5) < CHANCE)
    began = history.kimg if math.isnan(began) else began
    return Diagnosis("generator_dominates", sure, _evidence(now, ranked, left), began)


def _ranked(history: History) -> float:
    """Share of pairs ranked right, lately or on the mean of the second half.

    A generator that outruns its discriminator is now on one side of the reals, now on the other.
    """
    values = history.column("scores/ranked_right").known.values
    half = float(values[len(values) // 2 :].mean()) if len(values) else math.nan
    return min(history.recent("scores/ranked_right", 0.2), half)


def _goes_round(gap: Values) -> bool:
    """Whether the sides take turns in being ahead: an oscillation has a mean of chance too."""
    seen = rhythm(gap[len(gap) // 4 :])
    return seen is not None and seen.chance < 0.001 and seen.share > 0.5


def _evidence(now: float, ranked: float, left: float) -> tuple[Evidence, ...]:
    gap = (
        f"real scores lie {now:.2f} standard deviations above fake ones, so D is at chance or worse"
    )
    way = f"{left:.0%} of the way from the untrained generator to real data is left"
    found = [
        Evidence("scores/real/mean", now, (CHANCE, None), gap),
        Evidence("metrics/frechet_distance", left, (None, FAR), way),
    ]
    if not math.isnan(ranked):
        says = f"the discriminator ranks {ranked:.1%} of real-fake pairs right; chance is 50%"
        found.append(Evidence("scores/ranked_right", ranked, (0.65, None), says))
    return tuple(found)
