"""Features of series without a network: their values, spectrum and autocorrelation."""

import torch
import torch.nn.functional as F
from torch import Tensor

from gansmith.features.extractor import FixedExtractor, Reference, digest_of
from gansmith.registry import extractors

SERIES = ("series",)
VALUES = 128  # features that are values, over all channels
BANDS = 64  # features that are powers, over all channels
LAGS = (1, 2, 4, 8, 16, 32, 64)  # times between values that are compared
PAIRS = 28  # pairs of channels that are compared
FLOOR = 1e-4  # of power and of variance, in units of the reals' variance
Scale = tuple[Tensor, Tensor]


@extractors.add(kinds=SERIES)
def series(reference: Reference | None = None) -> FixedExtractor:
    """Series as numbers to compare: their values, spectrum, autocorrelation and how channels agree.

    Each channel is taken less its mean over its deviation, those of the reals, so that the units of
    a channel do not count. Of it: the means over equal stretches of time (up to 128 numbers over
    all channels), the logarithm of the power in equal bands of frequency (up to 64), the
    autocorrelation at lags of 1, 2, 4 ... 64 times, and the correlation of up to 28 pairs of
    channels. Each feature is then scaled by its own mean and deviation over the reals, so that all
    count alike. Nothing is learned or drawn: the same reals give the same features.

    Args:
        reference: (samples, labels): reals [batch, time, channels]; without them features are not
            scaled.
    """
    if reference is None:
        return FixedExtractor("series", 0, "none", _features, kinds=SERIES)
    reals = torch.as_tensor(reference[0]).detach().to("cpu", torch.float32)
    channels = _mean_and_deviation(reals.flatten(0, 1))
    found = _mean_and_deviation(_features(_scaled(reals, channels)))

    def features(samples: Tensor) -> Tensor:
        return _scaled(_features(_scaled(samples, channels)), found)

    return FixedExtractor(
        name="series",
        width=len(found[0]),
        resize="none",
        function=features,
        digest=digest_of((*channels, *found)),
        kinds=SERIES,
    )


def _mean_and_deviation(rows: Tensor) -> Scale:
    deviation = rows.std(0, correction=0)
    return rows.mean(0), torch.where(deviation > 1e-6, deviation, torch.ones_like(deviation))


def _scaled(values: Tensor, scale: Scale) -> Tensor:
    mean, deviation = (part.to(values.device, values.dtype) for part in scale)
    return (values - mean) / deviation


def _features(samples: Tensor) -> Tensor:
    """Return the features of series [batch, time, channels], each channel near unit scale."""
    x = samples.transpose(1, 2)
    own = x - x.mean(2, keepdim=True)
    parts = [_values(x), _powers(own), _autocorrelations(own), _agreement(own)]
    return torch.cat([part.flatten(1) for part in parts], 1)


def _values(x: Tensor) -> Tensor:
    """The means over equal stretches of time."""
    return F.adaptive_avg_pool1d(x, max(1, min(x.shape[2], VALUES // x.shape[1])))


def _powers(own: Tensor) -> Tensor:
    """The logarithm of the mean power in equal bands of frequency, of channels without mean."""
    power = torch.fft.rfft(own, norm="ortho").abs().square()[:, :, 1:]
    bands = max(1, min(power.shape[2], BANDS // own.shape[1]))
    return (F.adaptive_avg_pool1d(power, bands) + FLOOR).log10()


def _autocorrelations(own: Tensor) -> Tensor:
    """The correlation of each channel with itself, some times later."""
    variance = own.square().mean(2) + FLOOR
    lags = [lag for lag in LAGS if lag < own.shape[2]]
    later = [(own[:, :, lag:] * own[:, :, :-lag]).mean(2) / variance for lag in lags]
    return torch.stack(later, 2) if later else own[:, :, :0]


def _agreement(own: Tensor) -> Tensor:
    """The correlation of pairs of channels at the same time."""
    unit = own / (own.square().mean(2, keepdim=True) + FLOOR).sqrt()
    first, second = torch.triu_indices(own.shape[1], own.shape[1], 1)[:, :PAIRS]
    return (unit[:, first] * unit[:, second]).mean(2)
