"""Whether more training would help: the trend of the distance, forecast with its uncertainty."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gansmith.doctor.history import History, Series
from gansmith.doctor.measurements.maturity import is_early
from gansmith.doctor.measurements.progress import (
    UNTRAINED_SHARE,
    are_vectors,
    distance_curve,
    fell_from_peak,
)

MIN_EXAMS = 4  # exams in the half of the run that the trend is read from
MAX_FORECAST = 0.9  # a forecast distance below this share of today's is worth waiting for
MIN_FORECAST_OF_A_PLATEAU = 0.7  # a forecast surely between this and its inverse is a plateau
T_95 = (6.31, 2.92, 2.35, 2.13, 2.02, 1.94, 1.89, 1.86, 1.83, 1.81)  # one-sided, 1.. degrees


@dataclass(frozen=True)
class Outlook:
    """What twice as much training would bring, from the second half of the exams.

    Args:
        trend: falling (significantly), plateau (twice as much changes little, surely), rising
            (significantly), or unclear.
        share: forecast distance at twice the kimg over today's.
        low: 5 % end of the forecast share.
        high: 95 % end of the forecast share.
        best_kimg: kimg of the best exam.
        best: distance there.
    """

    trend: Literal["falling", "plateau", "rising", "unclear"]
    share: float
    low: float
    high: float
    best_kimg: float
    best: float

    @property
    def says(self) -> str:
        """The forecast in a sentence; empty where there is nothing to say."""
        if self.trend == "falling":
            return (
                f"the distance to the data is still falling: twice as much training would bring it"
                f" to about {self.share:.0%} of today's ({self.low:.0%} to {self.high:.0%})"
            )
        where = f"the best exam was at {self.best_kimg:.3g} kimg (distance {self.best:.4g})"
        if self.trend == "plateau":
            return f"the distance to the data has stopped falling: stop here; {where}"
        if self.trend == "rising":
            return f"the distance to the data is rising: stop, and go back; {where}"
        return ""


def outlook(history: History) -> Outlook | None:
    """Return the forecast; None with fewer than four exams in the second half of the run.

    The logarithm of the distance is fitted by a line in the logarithm of kimg, a power law. The
    standard error allows for neighbouring exams being alike. Images that came down from a peak
    beyond the untrained ones, made by a net that is not another yet, are at no plateau. Of vectors
    the distance rests on coverage, a count that is rough, or still zero, while they are far: where
    it shows no trend, a Frechet distance that falls tells.
    """
    ahead = _ahead(history, distance_curve(history))
    if ahead is not None and ahead.trend in ("unclear", "plateau") and are_vectors(history):
        known = history.column("metrics/frechet_distance").known
        moments = _ahead(history, Series(*(column[known.values > 0] for column in known)))
        return moments if moments is not None and moments.trend == "falling" else ahead
    return ahead


def _ahead(history: History, series: Series) -> Outlook | None:
    trained = series.kimg > UNTRAINED_SHARE * history.kimg
    late = trained & (series.kimg >= history.kimg / 2)
    if late.sum() < MIN_EXAMS:
        return None
    x, y = np.log(series.kimg[late]), np.log(series.values[late])
    slope, error = _line(x, y)
    spread = T_95[min(len(x) - 2, len(T_95)) - 1] * error
    share, low, high = (2.0 ** (slope + k * spread) for k in (0, -1, 1))
    best = int(np.argmin(np.where(trained, series.values, np.inf)))
    trend: Literal["falling", "plateau", "rising", "unclear"] = "unclear"
    if high < 1.0 and share < MAX_FORECAST:
        trend = "falling"
    elif fell_from_peak(history) and is_early(history):
        trend = "unclear"  # so soon after the worst exams nobody can say that it rests
    elif low > 1.0 and share > 1 / MAX_FORECAST:
        trend = "rising"
    elif low >= MIN_FORECAST_OF_A_PLATEAU and high <= 1 / MIN_FORECAST_OF_A_PLATEAU:
        trend = "plateau"
    place = float(series.kimg[best]), float(series.values[best])
    return Outlook(trend, share, low, high, *place)


def _line(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope of a least-squares line, and its standard error widened for residuals in a row."""
    centred = x - x.mean()
    slope = float(centred @ y / (centred @ centred))
    residual = y - y.mean() - slope * centred
    variance = float(residual @ residual) / max(len(x) - 2, 1)
    power = float(residual @ residual)
    alike = float(residual[1:] @ residual[:-1]) / power if power > 0 else 0.0
    widening = (1 + max(alike, 0.0)) / (1 - min(max(alike, 0.0), 0.9))
    return slope, math.sqrt(variance / float(centred @ centred) * widening)
