"""Undertrained: the fakes were still getting better when the records end."""

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History
from gansmith.doctor.outlook import outlook
from gansmith.doctor.quality import improves, unlearned, way_left
from gansmith.doctor.statistics import confidence, ratio
from gansmith.registry import detectors

THERE = 0.65  # of the reals' own precision and coverage
FAR = 0.6  # share of the way from untrained to real that is left
HOPEFUL = 0.9  # forecast for twice the training, over today's distance


@detectors.add
def undertrained(history: History) -> Diagnosis | None:
    """The Frechet distance falls with significance and far from done: train on.

    Every run gets a little better with more time, so three things must hold: the fall is
    significant, its forecast for twice the training is below today's distance, and three fifths
    of the way from the untrained generator to real data is left.

    Reference: Kaplan et al. 2020, arXiv:2001.08361 (power laws of training).
    """
    ahead, left = outlook(history), way_left(history)
    moved = unlearned(history) < 0.97 or improves(history)
    if ahead is None or ahead.trend != "falling" or not (left > 0.3 and moved):
        return None
    hopeful = confidence(ahead.share, HOPEFUL, 0.7)
    sure = min(hopeful, confidence(left, FAR, 0.8))
    sure = min(sure, 0.45) if _is_all_over(history) else sure
    way = f"{left:.0%} of the way from the untrained generator to real data is left"
    evidence = (
        Evidence("metrics/frechet_distance", ahead.share, (HOPEFUL, None), ahead.says),
        Evidence("metrics/frechet_distance", left, (None, FAR), way),
    )
    return Diagnosis("undertrained", sure, evidence, 0.0)


def _is_all_over(history: History) -> bool:
    """Whether nearly all fakes lie among the reals, and nearly all reals have some.

    What is left is how far out the farthest lie, which moments feel.
    """
    names = ("precision", "coverage")
    shares = [ratio(_lately(history, name), history.recent(f"floor/{name}")) for name in names]
    return min(shares) > THERE


def _lately(history: History, name: str) -> float:
    return history.recent(f"metrics/{name}", 0.0, 3)
