"""Do generated series depend on their own past, and on one another, as real ones do?"""

from typing import Annotated

import torch
from torch import Tensor

from gansmith.facts import Value
from gansmith.metrics.maths.series_networks import checked
from gansmith.ranges import Range
from gansmith.registry import metrics


@metrics.add(
    of="samples",
    kinds=("series",),
    values={
        "autocorrelation_difference": Value(
            "low",
            "realism",
            "Autocorrelation",
            "mean difference of the correlations of each channel with its own past",
            least=0,
        ),
        "cross_correlation_difference": Value(
            "low",
            "realism",
            "Cross-correlation",
            "mean difference of the correlations between channels",
            least=0,
        ),
    },
)
def correlations(
    real: Tensor, fake: Tensor, lags: Annotated[int, Range(low=1)] | None = None
) -> dict[str, float]:
    """How far correlations over time and between channels are from those of the reals.

    Each is that of all series of a side together, about the mean of the channel. A channel that
    does not change has none. Of one channel the difference between channels is 0.

    Formula: mean over channels c and lags k of |r_fake(c, k) - r_real(c, k)|, r(c, k) the
    correlation of x_c(t) with x_c(t + k); and mean over pairs of channels of |r_fake - r_real|.

    Args:
        real: real series [samples, time, channels], at least 20.
        fake: generated series likewise.
        lags: how many; half the length if absent.

    Raises:
        ValueError: the sides are not series of one form, or fewer than 20.

    Reference: Liao et al. 2020, arXiv:2006.05421.
    """
    sides = checked("correlations", real, fake)
    most = min(lags or real.shape[1] // 2, real.shape[1] - 1)
    past = [_with_past(side.double(), most) for side in sides]
    between = [_between(side.double()) for side in sides]
    pairs = torch.ones_like(between[0]).triu(1) > 0
    apart = (between[0] - between[1]).abs()[pairs]
    return {
        "autocorrelation_difference": float((past[0] - past[1]).abs().mean()),
        "cross_correlation_difference": float(apart.mean()) if len(apart) else 0.0,
    }


def _with_past(series: Tensor, most: int) -> Tensor:
    """Return the autocorrelations [lags, channels]."""
    x = series - series.mean((0, 1))
    power = x.square().mean((0, 1)).clamp_min(1e-12)
    rows = [(x[:, k:] * x[:, :-k]).mean((0, 1)) / power for k in range(1, most + 1)]
    return torch.stack(rows)


def _between(series: Tensor) -> Tensor:
    """Return the correlations of channels [channels, channels]."""
    x = (series - series.mean((0, 1))).flatten(0, 1)
    scale = x.square().mean(0).clamp_min(1e-12).sqrt()
    return (x.mT @ x / len(x)) / (scale[:, None] * scale)
