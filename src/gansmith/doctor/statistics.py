"""The few statistics that detectors share: levels, stretches, and how sure a ratio makes us."""

import math
from collections.abc import Iterable

import numpy as np
from jaxtyping import Bool, Float

from gansmith.doctor.history import Series, Values

Kept = Float[np.ndarray, " kept"]  # a part of a curve
SURE = math.log(19.0)  # the logit of 0.95


def confidence(value: float, doubtful: float, sure: float) -> float:
    """Return how sure a ratio makes us: 0.5 at ``doubtful``, 0.95 at ``sure``, logistic in its log.

    ``sure`` may lie on either side of ``doubtful``; 0 for NaN. All three are positive.
    """
    if math.isnan(value):
        return 0.0
    span = math.log(sure / doubtful)
    place = math.log(max(value, 1e-300) / doubtful) / span
    return 1.0 / (1.0 + math.exp(-SURE * max(-20.0, min(20.0, place))))


def together(confidences: Iterable[float]) -> float:
    """Return the confidence of independent evidence taken together: 1 - product(1 - c)."""
    return 1.0 - math.prod(1.0 - c for c in confidences)


def smooth(values: Values, width: int = 3) -> Values:
    """Return the running median over ``width`` points (odd), as long as before: spikes vanish."""
    if len(values) < width:
        return values
    padded = np.pad(values, width // 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, width)
    return np.asarray(np.median(windows, axis=-1))


def since(series: Series, beyond: Bool[np.ndarray, " points"]) -> float:
    """Return the kimg where the stretch that is ``beyond`` to the very end began; NaN if none."""
    inside = np.flatnonzero(~beyond)
    first = int(inside[-1]) + 1 if len(inside) else 0
    return float(series.kimg[first]) if first < len(series.kimg) else math.nan


def rises(values: Values, least: float = 0.6) -> bool:
    """Say whether values climb to the end: Kendall's tau with time, a new high, a risen half.

    Args:
        values: at least three numbers in the order of time.
        least: smallest tau; 1 is a climb without a step back, 0 is none.
    """
    if len(values) < 3:
        return False
    later = np.sign(values[None, :] - values[:, None])[np.triu_indices(len(values), 1)]
    half = values[len(values) // 2]
    return bool(later.mean() >= least and values[-1] >= 0.9 * values.max() and values[-1] > half)


def mean_error(values: Values) -> float:
    """Return the standard error of the mean of a curve whose neighbouring points may be alike."""
    centred = values - values.mean()
    power = float(centred @ centred)
    alike = float(centred[1:] @ centred[:-1]) / power if power > 0 else 0.0
    widening = (1 + max(alike, 0.0)) / (1 - min(max(alike, 0.0), 0.9))
    return math.sqrt(power / max(len(values) - 1, 1) / len(values) * widening)


def ratio(value: float, reference: float) -> float:
    """Return value / reference, and NaN where that says nothing (reference 0, or not a number)."""
    return value / reference if reference else math.nan


def second_half(values: Values) -> Kept:
    """Return the later half of a curve; of an odd number of points the middle one too."""
    return values[len(values) // 2 :]


def middle_third(values: Values) -> Kept:
    """Return a curve without its first and last third; the remainder falls to the last."""
    return values[len(values) // 3 : -len(values) // 3]


def newest(values: Values, share: float, least: int = 3) -> Kept:
    """Return the last ``share`` of a curve's points, ``least`` or more as far as there are any."""
    return values[-max(least, int(share * len(values))) :]


def centre(values: Values) -> Kept:
    """Return a curve without equally many points at either end, a third of them rounded down."""
    third = len(values) // 3
    return values[third : len(values) - third]
