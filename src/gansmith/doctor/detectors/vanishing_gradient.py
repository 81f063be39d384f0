"""Vanishing gradient: the discriminator wins, and the generator hears nothing any more."""

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History, Series
from gansmith.doctor.quality import way_left
from gansmith.doctor.statistics import confidence, ratio, since, smooth
from gansmith.registry import detectors

WINS = 0.95  # share of pairs ranked correctly above which D has separated real from fake
FELL = 0.02  # gradient over its own early level: healthy runs stay within a factor of ~20
DEAD = 1e-5  # so little is no gradient at all, whoever wins
SILENT = 1e-4  # of D's gradient; a G that hears has a two-hundredth or more where D wins
PLAYERS = ("generator", "discriminator")
SIGNALS = ("gradient/samples", "gradient/generator")


@detectors.add
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
        return _cut_off(history)
    ranked = history.recent("scores/ranked_right")
    fallen = [item for name in SIGNALS if (item := _fall(history, name))]
    if not fallen:
        return _never(history, ranked)
    began, least = fallen[0][0], min(item.observed for _, item in fallen)
    dead = least <= DEAD and way_left(history) > 0.75
    if not (ranked >= WINS or dead):
        return None
    sure = confidence(least, FELL, FELL / 20)
    says = f"the discriminator ranks {ranked:.1%} of real-fake pairs right"
    winning = Evidence("scores/ranked_right", ranked, (0.5, WINS), says)
    return Diagnosis("vanishing_gradient", sure, (*(e for _, e in fallen), winning), began)


def _is_cut_off(history: History) -> bool:
    """Whether only D ever had a gradient, and no step ever changed G."""
    own, other = (history.column(f"gradient/{player}").known.values for player in PLAYERS)
    moved = history.column("update/generator").known.values
    return not len(own) and min(len(other), len(moved)) >= 8 and not moved.any()


def _cut_off(history: History) -> Diagnosis:
    says = (
        "no gradient ever reached the generator, and it never moved, while the discriminator has"
        " one at every tick: are the samples detached from the generator, or its weights frozen?"
    )
    evidence = Evidence("update/generator", 0.0, (1e-6, None), says)
    return Diagnosis("vanishing_gradient", 0.99, (evidence,), 0.0)


def _never(history: History, ranked: float) -> Diagnosis | None:
    """G's gradient was next to nothing against D's from the first tick on, and D wins."""
    own, other = (history.column(f"gradient/{player}").known for player in PLAYERS)
    if len(own.values) < 8 or len(own.values) != len(other.values) or not ranked >= WINS:
        return None
    share = ratio(float(own.values.max()), float(np.median(other.values)))
    if not share < SILENT:
        return None
    says = (
        f"the generator's gradient never reached more than {share:.1g} of the discriminator's,"
        f" which ranks {ranked:.1%} of real-fake pairs right"
    )
    sure = confidence(max(share, 1e-12), SILENT, SILENT / 10)
    evidence = Evidence("gradient/generator", share, (SILENT, None), says)
    return Diagnosis("vanishing_gradient", sure, (evidence,), float(own.kimg[0]))


def _fall(history: History, name: str) -> tuple[float, Evidence] | None:
    known = history.column(name).known
    if len(known.values) < 8:
        return None
    size = Series(known.kimg, smooth(np.abs(known.values)))
    fifth, tenth = max(5, len(size.values) // 5), max(3, len(size.values) // 10)
    # The peak of the first fifth: a network with a zero last layer starts with no gradient at all.
    start, end = float(size.values[:fifth].max()), float(np.median(size.values[-tenth:]))
    left = ratio(end, start)
    if not left <= 3 * FELL:
        return None
    began = since(size, size.values < 10 * FELL * start)
    says = f"{name} fell from {start:.3g} to {end:.3g}, {left:.1g} of its early level"
    return began, Evidence(name, left, (FELL, None), says)
