"""Whether translations leave their inputs, come nearer to the target, and hide nothing."""

import math

from gansmith.doctor.history import History, median
from gansmith.doctor.measurements.measurement import measured

DISTANCES = ("kernel_distance", "frechet_distance", "target_distance")


@measured(unit="share of the distance of the sets", healthy=(0.05, None))
def translation_change(history: History) -> float:
    """How far outputs are from their inputs, over the distance of any target and any input.

    Median of the newest three exams.
    """
    return median(history.column("metrics/translation_change").known.values[-3:])


@measured(unit="times the noise", healthy=(None, 3.0))
def hidden_signal(history: History) -> float:
    """How much the error of there and back grows where the translation is noised.

    An honest way back passes noise on, about once; one that reads a code in the lowest bits loses
    the image. Median of the newest three exams.

    Reference: Chu et al. 2017, arXiv:1712.02950.
    """
    return median(history.column("metrics/hidden_signal").known.values[-3:])


@measured(healthy=(None, 1.0))
def distance_over_inputs(history: History) -> float:
    """The distance of outputs to the target over that of the inputs left as they are.

    What reals themselves get is taken off both, where it is known. Median of the newest three
    exams, of the first distance that is measured; NaN of records that do not tell how far outputs
    moved, and where inputs are at the target already.
    """
    name = distance_to_target(history)
    if not name or math.isnan(translation_change(history)):
        return math.nan
    now = median(history.column(f"metrics/{name}").known.values[-3:])
    floor = floor_of(history, name)
    return max(now - floor, 0.0) / (history.recent(f"floor/inputs_{name}") - floor)


def distance_to_target(history: History) -> str:
    """Return the first distance that tells inputs from the target; empty if none does."""
    for name in DISTANCES:
        values = history.column(f"metrics/{name}").known.values
        if len(values) and history.recent(f"floor/inputs_{name}") > 1.05 * floor_of(history, name):
            return name
    return ""


def floor_of(history: History, name: str) -> float:
    """Return what reals themselves get; 0 where it is not known, or below."""
    own = history.recent(f"floor/{name}")
    return 0.0 if math.isnan(own) else max(own, 0.0)
