"""D wins with G's gradient alive: G is told where to go, and cannot follow."""

import math

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History, median
from gansmith.doctor.quality import (
    are_vectors,
    improves,
    is_early,
    is_young,
    lacks_room,
    out_of_step,
    pace,
    separation,
    unlearned,
    way_left,
    way_of_weights,
)
from gansmith.doctor.statistics import confidence, ratio, since
from gansmith.registry import detectors

APART = 4.0  # standard deviations between real and fake scores; healthy games settle at 0.3 to 3
WINS = 0.95  # share of pairs ranked correctly above which D has separated real from fake
UNLEARNED = 0.75  # share of its way that G has not gone by any measure; healthy ones are below 0.6
ENOUGH = 3  # exams from which the run is no longer young
LEADS = 0.55  # mean share of pairs ranked correctly, second half, by a D that G cannot follow
BEHIND = 0.1  # G's steps over D's, as shares of their weights; healthy games are within 0.3 to 3.3
FAR = 0.5  # share of the way left from which that is a failure
STANDS = 0.06  # sum of G's steps, each as a share of its weights, of one that stays where it is
ALIVE = 0.02  # gradient over its early level; below, it is the vanishing gradient


@detectors.add
def discriminator_dominates(history: History) -> Diagnosis | None:
    """D ranks real above fake in every pair, to the end, while the fakes get no better.

    Either by a wide margin (the gap between mean scores in standard deviations, which no loss and
    no scale of scores changes), or over a generator that has learned nothing at all. A run whose
    distance still falls is left alone: critics of a Wasserstein game win every pair and teach well;
    not so a generator whose steps of the whole run would not add up to a sixteenth of its weights.
    But a generator that moves ten times less than a discriminator that leads, each by its own
    weights, cannot follow, also where it comes nearer in the end.

    Reference: Arjovsky and Bottou 2017, arXiv:1701.04862; Heusel et al. 2017, arXiv:1706.08500.
    """
    gap = separation(history).known
    left, alive = way_left(history), _alive(history)
    if len(gap.values) < 8 or alive <= ALIVE or left < 0.3:
        return None
    now = median(gap.values[-max(3, len(gap.values) // 5) :])
    sure = max(_wins(history, now, left), behind := _behind(history, left))
    if sure < 0.3:
        return None
    began = since(gap, gap.values > min(APART, now) / 2)
    evidence = _evidence(history, now, left, alive)
    steps = [out_of_step(history, "generator", (BEHIND, None))] if behind >= 0.3 else []
    return Diagnosis("discriminator_dominates", sure, (*steps, *evidence), began)


def _wins(history: History, now: float, left: float) -> float:
    """How sure it is that D ranks every pair correctly while the fakes get no better."""
    ranked = history.recent("scores/ranked_right", 0.2)
    if not ranked >= WINS:
        return 0.0
    wide = confidence(now, APART * (1.0 if history.exams > 2 else 1.5), 2 * APART)
    wide = wide if ranked >= 0.98 else 0.0
    undone = left if are_vectors(history) else unlearned(history)
    sure = max(wide, confidence(undone, UNLEARNED, 0.9))
    young = 0 < history.exams < ENOUGH  # D leads at the start of healthy runs too
    taught = improves(history) and not way_of_weights(history) < STANDS
    if lacks_room(history) or (not are_vectors(history) and is_early(history)):
        return min(sure, 0.45)
    return min(sure, 0.3) if young or taught or is_young(history) else sure


def _behind(history: History, left: float) -> float:
    """How sure it is that G cannot follow a D that leads."""
    ranks = history.column("scores/ranked_right").known.values
    leads = len(ranks) >= 8 and float(ranks[len(ranks) // 2 :].mean()) >= LEADS
    return confidence(pace(history), BEHIND, BEHIND / 5) if leads and left > FAR else 0.0


def _alive(history: History) -> float:
    """The weaker of the two gradients over its early peak; NaN where neither was recorded."""
    lefts = []
    for name in ("gradient/samples", "gradient/generator"):
        early = float(np.max(history.column(name).known.values[:5], initial=0.0))
        lefts.append(ratio(history.recent(name), early))
    return min((left for left in lefts if not math.isnan(left)), default=math.nan)


def _evidence(history: History, now: float, left: float, alive: float) -> tuple[Evidence, ...]:
    ranked = history.recent("scores/ranked_right", 0.2)
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
