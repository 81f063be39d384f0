"""Undertrained: the fakes were still getting better when the records end."""

from gansmith.doctor.detectors.divergence import divergence
from gansmith.doctor.detectors.unsuitable_loss import unsuitable_loss
from gansmith.doctor.detectors.vanishing_gradient import vanishing_gradient
from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import TICKS, History
from gansmith.doctor.outlook import outlook
from gansmith.doctor.quality import (
    RAW,
    improves,
    is_young,
    unlearned,
    way_left,
    way_of_weights,
)
from gansmith.doctor.statistics import confidence, ratio
from gansmith.registry import detectors

THERE = 0.65  # of the reals' own precision and coverage
FAR = 0.6  # share of the way from untrained to real that is left
HOPEFUL = 0.9  # forecast for twice the training, over today's distance
LEADS = 0.55  # mean share of pairs ranked correctly by a D that has something to teach


@detectors.add
def undertrained(history: History) -> Diagnosis | None:
    """The Frechet distance falls with significance and far from done; or training has just begun.

    Every run gets a little better with more time, so three things must hold: the fall is
    significant, its forecast for twice the training is below today's distance, and three fifths
    of the way from the untrained generator to real data is left. Where the steps of the whole run
    would not add up to two thirds of the generator's weights, while it keeps pace with a
    discriminator that leads, it is too early for a trend, and for any other judgement: a run that
    has ended so was too short.

    Reference: Kaplan et al. 2020, arXiv:2001.08361 (power laws of training).
    """
    left = way_left(history)
    falls, begun = _falls(history, left), _begun(history, left)
    sure = max((found[0] for found in (falls, begun) if found), default=0.0)
    if not sure:
        return None
    way = f"{left:.0%} of the way from the untrained generator to real data is left"
    evidence = [evidence for found in (falls, begun) if found for evidence in found[1:]]
    evidence.append(Evidence("metrics/frechet_distance", left, (None, FAR), way))
    return Diagnosis("undertrained", sure, tuple(evidence), 0.0)


def _falls(history: History, left: float) -> tuple[float, Evidence] | None:
    """How sure it is that more training helps, by the trend of the distance."""
    ahead = outlook(history)
    moved = unlearned(history) < 0.97 or improves(history)
    if ahead is None or ahead.trend != "falling" or not (left > 0.3 and moved):
        return None
    sure = min(confidence(ahead.share, HOPEFUL, 0.7), confidence(left, FAR, 0.8))
    sure = min(sure, 0.45) if _is_all_over(history) else sure
    return sure, Evidence("metrics/frechet_distance", ahead.share, (HOPEFUL, None), ahead.says)


def _begun(history: History, left: float) -> tuple[float, Evidence] | None:
    """How sure it is that training has just begun, by how far the generator's weights have gone."""
    ranks = history.column("scores/ranked_right").known.values
    leads = len(ranks) >= TICKS and float(ranks[len(ranks) // 2 :].mean()) > LEADS
    if not (history.ended and is_young(history) and leads) or _is_broken(history):
        return None
    gone = way_of_weights(history)
    says = (
        f"all steps of the generator so far would add up to no more than {gone:.0%} of its"
        " weights: training has just begun"
    )
    sure = min(confidence(gone, RAW, RAW / 2), confidence(left, FAR, 0.8))
    return sure, Evidence("update/generator", gone, (RAW, None), says)


def _is_broken(history: History) -> bool:
    found = (look(history) for look in (vanishing_gradient, unsuitable_loss, divergence))
    return any(diagnosis is not None and diagnosis.confidence >= 0.5 for diagnosis in found)


def _is_all_over(history: History) -> bool:
    """Whether nearly all fakes lie among the reals, and nearly all reals have some.

    What is left is how far out the farthest lie, which moments feel.
    """
    names = ("precision", "coverage")
    shares = [ratio(_lately(history, name), history.recent(f"floor/{name}")) for name in names]
    return min(shares) > THERE


def _lately(history: History, name: str) -> float:
    return history.recent(f"metrics/{name}", 0.0, 3)
