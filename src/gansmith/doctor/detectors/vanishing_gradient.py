"""Vanishing gradient: the discriminator wins, and no gradient reaches the generator any more."""

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History
from gansmith.doctor.measurements.balance import CHANCE, rank_accuracy, ranked_evidence
from gansmith.doctor.measurements.gradients import (
    OF_THE_GENERATOR,
    early_peak,
    gradient_left,
    gradient_share,
    late_level,
    remaining_gradient,
    smoothed_gradient,
)
from gansmith.doctor.measurements.progress import remaining_distance
from gansmith.doctor.statistics import confidence, since
from gansmith.registry import detectors

MIN_TICKS = 8
MIN_REMAINING_DISTANCE = 0.75  # from which a game without any gradient is dead, whoever wins
MAX_GRADIENT_OF_A_DEAD_GAME = 1e-5  # of its early level
MIN_STEP_SIZE = 1e-6  # of the weights


@detectors.add(yields_to={"loop_fault": 0.0})
def vanishing_gradient(history: History) -> Diagnosis | None:
    """The gradient that reaches the generator fell by orders of magnitude while D tells all.

    A gradient that fades while D is at chance is the end of a converged game, not a failure: the
    share of pairs ranked correctly tells them apart. None at all, down to a hundred-thousandth, far
    from the data, is a dead game whoever wins. One that never was alive shows against the
    discriminator's own; one that never was there, in a generator that never moved while the
    discriminator learned, is cut off: samples detached, or weights frozen.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661; Arjovsky and Bottou 2017, arXiv:1701.04862.
    """
    if _is_cut_off(history):
        return _cut_off()
    accuracy = history.recent("scores/ranked_right")
    fallen = [item for name in OF_THE_GENERATOR if (item := _fall(history, name))]
    if not fallen:
        return _never_alive(history, accuracy)
    least = min(item.observed for item in fallen)
    far = remaining_distance(history) > MIN_REMAINING_DISTANCE
    dead = least <= MAX_GRADIENT_OF_A_DEAD_GAME and far
    if not (accuracy >= rank_accuracy.high or dead):
        return None
    sure = confidence(least, remaining_gradient.low, remaining_gradient.low / 20)
    ranked = ranked_evidence(accuracy, (CHANCE, rank_accuracy.high))
    began = _began(history, fallen[0].signal)
    return Diagnosis("vanishing_gradient", sure, (*fallen, ranked), began)


def _is_cut_off(history: History) -> bool:
    """Whether only D ever had a gradient, and no step ever changed G."""
    own, other = (
        history.column(f"gradient/{player}").known.values
        for player in ("generator", "discriminator")
    )
    moved = history.column("update/generator").known.values
    return not len(own) and min(len(other), len(moved)) >= MIN_TICKS and not moved.any()


def _cut_off() -> Diagnosis:
    says = (
        "no gradient ever reached the generator, and it never moved, while the discriminator has"
        " one at every tick: are the samples detached from the generator, or its weights frozen?"
    )
    evidence = Evidence("update/generator", 0.0, (MIN_STEP_SIZE, None), says)
    return Diagnosis("vanishing_gradient", 0.99, (evidence,), 0.0)


def _never_alive(history: History, accuracy: float) -> Diagnosis | None:
    """G's gradient was next to nothing against D's from the first tick on, and D wins."""
    share = gradient_share(history)
    if not (accuracy >= rank_accuracy.high and share < gradient_share.low):
        return None
    says = (
        f"the generator's gradient never reached more than {share:.1g} of the discriminator's,"
        f" which ranks {accuracy:.1%} of real-fake pairs correctly"
    )
    sure = confidence(max(share, 1e-12), gradient_share.low, gradient_share.low / 10)
    evidence = gradient_share.at_least("gradient/generator", share, says)
    began = float(history.column("gradient/generator").known.kimg[0])
    return Diagnosis("vanishing_gradient", sure, (evidence,), began)


def _fall(history: History, name: str) -> Evidence | None:
    """A gradient that fell far below its early level."""
    left = gradient_left(history, name)
    if not left <= 3 * remaining_gradient.low:
        return None
    size = smoothed_gradient(history, name)
    start, end = early_peak(size), late_level(size)
    says = f"{name} fell from {start:.3g} to {end:.3g}, {left:.1g} of its early level"
    return remaining_gradient.at_least(name, left, says)


def _began(history: History, name: str) -> float:
    size = smoothed_gradient(history, name)
    return since(size, size.values < 10 * remaining_gradient.low * early_peak(size))
