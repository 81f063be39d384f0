"""Divergence: numbers that are no longer numbers, or that grow without end."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History, Series
from gansmith.doctor.quality import improves, unlearned, way_left
from gansmith.doctor.statistics import confidence, ratio, since, smooth
from gansmith.registry import detectors

STEPS = ("update/generator", "update/discriminator")
GROUPS = {
    "loss": ("loss/discriminator", "loss/generator"),
    "gradient": ("gradient/discriminator", "gradient/generator"),
    "scores": ("scores/real/std", "scores/fake/std"),
}
WATCHED = ("loss/", "term/", "scores/", "gradient/")
GROWN = 100.0  # a healthy run's losses, gradients and score spreads stay within a factor of ~30
LEAP = 1.0  # a step over the weights that it changes; healthy ones stay below 0.3
THROWN = 0.5  # the same, where scores leave the untrained nets' as far behind as BEYOND says
BEYOND = 1e5  # times the mean scores of the untrained nets: none of another loss gets so far
GONE = 1e-6  # of its peak, at which a gradient is nothing
HURRY = 100.0  # from the first ticks on, a level may rise so far and still be an early one


@detectors.add
def divergence(history: History) -> Diagnosis | None:
    """Losses, scores or gradients are not finite, or explode together against their early level.

    Explosion needs the losses and one of two groups more (gradients, spread of the scores) to have
    grown a hundredfold over the run's own first tenth and to be growing still, or a thousandfold
    and stay. Gradients and scores of a net that starts at zero grow by as much in health. A drift
    of the mean score is no explosion: Wasserstein critics have no zero. A step as large as the
    weights that it changes is the end of a net too, where the gradient is gone for good after it,
    or where scores stay beyond all that the untrained nets gave: then the early level is no level.

    Reference: Mescheder et al. 2018, arXiv:1801.04406; Brock et al. 2018, arXiv:1809.11096.
    """
    return _not_finite(history) or _explosion(history) or _leap(history)


def _not_finite(history: History) -> Diagnosis | None:
    broken = [row for row in history.signals if isinstance(row.get("nonfinite"), list)]
    found = [(row.get("kimg", 0.0), _names(row, history)) for row in broken]
    found = [(kimg, names) for kimg, names in found if names]
    if not found:
        return None
    kimg, names = found[0]
    lasting = found[-1][0] == history.signals[-1].get("kimg")
    says = (
        f"{_listed(names)} stopped being a finite number at {kimg:g} kimg"
        f" ({max(len(found), history.broken)} of {history.ticks} ticks have such a value)"
    )
    evidence = tuple(Evidence(name, math.nan, (None, None), says) for name in names[:3])
    return Diagnosis("divergence", 0.99 if lasting else 0.7, evidence, float(kimg))


def _names(row: Mapping[str, Any], history: History) -> list[str]:
    """Names that matter; with fp16 the loss scaler makes and skips infinite gradients by design."""
    names = [str(name) for name in row["nonfinite"] if str(name).startswith(WATCHED)]
    half = history.recipe.get("runtime", {}).get("precision") == "fp16"
    return [name for name in names if not (half and name.startswith("gradient/"))]


def _listed(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _explosion(history: History) -> Diagnosis | None:
    grown = [worst for group in GROUPS.values() if (worst := _worst(history, group))]
    if len(grown) < 2 or not grown[0][1].signal.startswith("loss/"):
        return None
    weakest = sorted(grown, key=lambda item: -item[1].observed)[1]  # two groups must agree
    evidence = tuple(item for _, item in grown)
    sure = confidence(weakest[1].observed, GROWN / 3, GROWN)
    nearly = improves(history) and unlearned(history) < 0.35
    works = way_left(history) < 0.3 or nearly  # large, or large against a start at nothing
    sure = min(sure, 0.4) if works else sure
    return Diagnosis("divergence", sure, evidence, max(began for began, _ in grown))


def _leap(history: History) -> Diagnosis | None:
    """One step as large as the weights threw a player to where it has no use any more."""
    steps = {name: history.column(name).known for name in STEPS}
    name = max(STEPS, key=lambda name: steps[name].values.max(initial=0.0))
    found, gone, beyond = steps[name], _gone(history), _beyond(history)
    if not found:
        return None
    size, at = float(found.values.max()), float(found.kimg[int(found.values.argmax())])
    if gone and size > LEAP and way_left(history) > 0.9:
        what, sure = f"{gone} has been nothing since", confidence(size, LEAP, 3 * LEAP)
    elif beyond > BEYOND and size > THROWN and way_left(history) > 0.5:
        what = f"mean scores are {beyond:.1g} times those of the untrained nets"
        sure = min(confidence(size, THROWN, LEAP), confidence(beyond, BEYOND, 100 * BEYOND))
    else:
        return None
    says = (
        f"a step at {at:.3g} kimg was {size:,.1f} times as large as the weights that it changed,"
        f" and {what}"
    )
    return Diagnosis("divergence", sure, (Evidence(name, size, (None, LEAP), says),), at)


def _beyond(history: History) -> float:
    """How many times the untrained nets' mean scores those of the last exams are; 0 if unknown."""
    sides = [
        np.abs(history.column(f"scores/{side}/mean").known.values)
        for side in ("generated", "trained")
    ]
    sides = [side for side in sides if len(side) > 3]
    start = max((float(side[0]) for side in sides), default=0.0)
    end = max((float(np.median(side[-3:])) for side in sides), default=0.0)
    return float(np.nan_to_num(ratio(end, start)))


def _gone(history: History) -> str:
    """The first gradient that ended at nothing; empty if none did."""
    for name in GROUPS["gradient"]:
        values = np.abs(history.column(name).known.values)
        if len(values) >= 8 and float(values[-3:].max()) < GONE * float(values.max()):
            return name
    return ""


def _worst(history: History, names: tuple[str, ...]) -> tuple[float, Evidence] | None:
    """The curve of a group that grew most: when it passed tenfold its early level, and evidence.

    The early level is that of the larger curve: one player's may begin at nothing by chance.
    """
    curves = {name: history.column(name).known for name in names}
    curves = {name: curve for name, curve in curves.items() if len(curve.kimg) > 7}
    sizes = {n: Series(curve.kimg, smooth(np.abs(curve.values))) for n, curve in curves.items()}
    start = max(map(_early, sizes.values()), default=0.0)
    seen = [item for name, size in sizes.items() if (item := _growth(name, size, start))]
    return max(seen, key=lambda item: item[1].observed, default=None)


def _early(size: Series) -> float:
    """The level of the first tenth; what explodes at once is large within it."""
    first, start = (float(np.median(size.values[:count])) for count in (3, _tenth(size)))
    return min(start, HURRY * first)


def _tenth(size: Series) -> int:
    return max(3, len(size.values) // 10)


def _growth(name: str, size: Series, start: float) -> tuple[float, Evidence] | None:
    tenth = _tenth(size)
    end = float(np.median(size.values[-tenth:]))
    middle = float(np.median(size.values[len(size.values) // 3 : -len(size.values) // 3]))
    grown, growing = ratio(end, start), end > 3 * middle
    if not grown >= (GROWN if growing else 10 * GROWN):
        return None
    began = since(size, size.values > 10 * start)
    says = f"{name} went to {end:.3g}, {grown:,.0f} times the early level of {start:.3g}"
    return began, Evidence(name, grown, (None, GROWN), says)
