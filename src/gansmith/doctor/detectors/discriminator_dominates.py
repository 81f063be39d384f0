"""D wins with G's gradient alive: G is told where to go, and cannot follow."""

import math

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History, median
from gansmith.doctor.quality import are_vectors, improves, separation, unlearned, way_left
from gansmith.doctor.statistics import confidence, ratio, since
from gansmith.registry import detectors

APART = 4.0  # standard deviations between real and fake scores; healthy games settle at 0.3 to 3
WINS = 0.95  # share of pairs ranked right above which D has separated real from fake
UNLEARNED = 0.75  # share of its way that G has not gone by any measure; healthy ones are below 0.6
ENOUGH = 3  # exams from which the run is no longer young
ALIVE = 0.03  # gradient over its early level; below, it is the vanishing gradient


@detectors.add
def discriminator_dominates(history: History) -> Diagnosis | None:
    """D ranks every pair right, to the end, while the fakes get no better.

    Either by a wide margin (the gap between mean scores in standard deviations, which no loss and
    no scale of scores changes), or over a generator that has learned nothing at all. A run whose
    distance still falls is left alone: critics of a Wasserstein game win every pair and teach well.

    Reference: Arjovsky and Bottou 2017, arXiv:1701.04862; Heusel et al. 2017, arXiv:1706.08500.
    """
    gap = separation(history).known
    ranked = history.recent("scores/ranked_right", 0.2)
    if len(gap.values) < 8 or not ranked >= WINS:
        return None
    now = median(gap.values[-max(3, len(gap.values) // 5) :])
    alive = _alive(history)
    left = way_left(history)
    if alive <= ALIVE or left < 0.3:
        return None
    wide = confidence(now, APART * (1.0 if history.exams > 2 else 1.5), 2 * APART)
    wide = wide if ranked >= 0.98 else 0.0
    undone = left if are_vectors(history) else unlearned(history)
    sure = max(wide, confidence(undone, UNLEARNED, 0.9))
    if sure < 0.3:
        return None
    young = 0 < history.exams < ENOUGH  # D leads at the start of healthy runs too
    sure = min(sure, 0.3) if young or improves(history) else sure
    began = since(gap, gap.values > min(APART, now) / 2)
    return Diagnosis("discriminator_dominates", sure, _evidence(now, ranked, left, alive), began)


def _alive(history: History) -> float:
    """The weaker of the two gradients over its early peak; NaN where neither was recorded."""
    lefts = []
    for name in ("gradient/samples", "gradient/generator"):
        early = float(np.max(history.column(name).known.values[:5], initial=0.0))
        lefts.append(ratio(history.recent(name), early))
    return min((left for left in lefts if not math.isnan(left)), default=math.nan)


def _evidence(now: float, ranked: float, left: float, alive: float) -> tuple[Evidence, ...]:
    apart = (
        f"real and fake scores lie {now:.1f} standard deviations apart; {APART:.0f} tell all apart"
    )
    found = [
        Evidence("scores/real/mean", now, (0.0, APART), apart),
        Evidence(
            "scores/ranked_right",
            ranked,
            (0.5, WINS),
            f"the discriminator ranks {ranked:.1%} of real-fake pairs right",
        ),
    ]
    if not math.isnan(alive):
        says = f"the generator's gradient is alive, at {alive:.2g} of its early level or more"
        found.append(Evidence("gradient/samples", alive, (ALIVE, None), says))
    if not math.isnan(left):
        says = f"{left:.0%} of the way from the untrained generator to real data is left"
        found.append(Evidence("metrics/frechet_distance", left, (None, 0.3), says))
    return tuple(found)
