"""Oscillation: the players chase each other in circles instead of settling."""

import math

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History, median
from gansmith.doctor.quality import distance, improves, way_left
from gansmith.doctor.rhythm import LEAST, rhythm, swings
from gansmith.doctor.statistics import confidence, together
from gansmith.registry import detectors

SWING = 1.75  # factor between a high and a low of the distance
OFTEN = 1.6  # the same of twice as many turns
TURNS = 4  # highs and lows: two whole rounds
CHANCE = 0.001  # of a spectral peak in red noise
BESIDE = 0.02  # the same of a second curve: turning sides multiply to rounds of other shapes
DAMPED = 0.8  # width of the scores over the last third, against the third before
COVERS = 0.6  # of the reals' own coverage; a run that mostly has it does not lose what it makes
CURVES = ("scores/fake/mean", "scores/real/mean", "loss/generator")


@detectors.add
def oscillation(history: History) -> Diagnosis | None:
    """The scores go round at a steady period, or the distance swings up and down by factors.

    A rhythm must stand out of red noise, carry most of the curve's variance, and swing by more than
    the spread of scores within a batch. A distance counts as swinging when it turned four times by
    a factor, far above the noise floor. A run that gets better all the same is left alone.

    Reference: Mescheder et al. 2018, arXiv:1801.04406; Daskalakis et al. 2017, arXiv:1711.00141.
    """
    found = [item for item in (_round(history), _swinging(history)) if item]
    left = way_left(history)
    if not found or left < 0.25 or (_settles(history) and not left > 0.95):
        return None
    sure = together(*(c for c, _ in found))
    began = history.kimg / 4
    return Diagnosis("oscillation", sure, tuple(e for _, e in found), began)


def _settles(history: History) -> bool:
    """Whether the distance falls, and the scores do not go round as widely as they did before.

    A few exams of a game that goes round may chance to lie on a slope.
    """
    if not improves(history):
        return False
    curve = history.column(CURVES[0]).known.values
    third = len(curve) // 3
    if third < LEAST // 2 or _round(history) is None:
        return True
    before, after = (float(np.ptp(part)) for part in (curve[third : 2 * third], curve[-third:]))
    return after < DAMPED * before


def _round(history: History) -> tuple[float, Evidence] | None:
    """The scores with the clearest rhythm over the last three quarters of the run."""
    found = []
    for name in CURVES:
        curve = history.column(name).known
        late = curve.kimg >= history.kimg / 4
        values = curve.values[late]
        if len(values) < LEAST:
            continue
        seen = rhythm(values)
        width = _width(history, name, values)
        if seen and seen.chance < BESIDE and seen.swing > width:
            period = seen.period * (curve.kimg[-1] - curve.kimg[late][0]) / max(len(values) - 1, 1)
            found.append((seen.chance < CHANCE, seen.share, name, period, seen.swing / width))
    if len(found) < 2 or not any(clear for clear, *_ in found):
        return None
    _, share, name, period, wide = max(found)
    says = (
        f"{name} goes round every {period:.3g} kimg: {share:.0%} of its variance lies at that"
        f" period, {wide:.1f} times as wide as the scores of one batch"
    )
    return confidence(share, 0.5, 0.85), Evidence(name, share, (None, 0.5), says)


def _covers(history: History) -> bool:
    """Whether most of the data was covered at most exams: small nets' moments jump, no more."""
    values = history.column("metrics/coverage").known.values
    late = values[len(values) // 2 :]
    return len(late) > 0 and median(late) > COVERS * history.recent("floor/coverage")


def _width(history: History, name: str, values: np.ndarray) -> float:
    """How wide a swing is noise: the spread of scores in a batch, or the level of a loss."""
    if name.startswith("scores/"):
        return max(history.recent(name.replace("/mean", "/std"), 0.75), 1e-12)
    return max(abs(median(values)), 1e-12)


def _swinging(history: History) -> tuple[float, Evidence] | None:
    values = distance(history).values
    values = values[len(values) // 5 :]
    floor = history.recent("floor/frechet_distance")
    turns = swings(values, 1.5) if len(values) else []
    far = not math.isnan(floor) and len(values) > 0 and float(values.min()) > 10 * floor
    lasts = len(values) > 0 and len(swings(values[len(values) // 2 :], 1.5)) > 0
    if len(turns) < TURNS or not (far and lasts) or _covers(history):
        return None
    typical = float(np.median(turns))
    says = (
        f"the distance to the data turned {len(turns)} times, by a factor of {typical:.1f}"
        " typically, far above that of reals against reals"
    )
    limit = OFTEN if len(turns) >= 2 * TURNS else SWING
    evidence = Evidence("metrics/frechet_distance", typical, (None, limit), says)
    return confidence(typical, limit, 2 * limit), evidence
