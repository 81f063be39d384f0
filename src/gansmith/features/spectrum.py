"""Features that see only the spectrum: the traces that upsampling leaves."""

from typing import Annotated

import torch
from torch import Tensor

from gansmith.features.extractor import FixedExtractor
from gansmith.features.images import IMAGES
from gansmith.ranges import Range
from gansmith.registry import extractors

FLOOR = 1e-8  # of power: below what bytes can show


@extractors.add(kinds=IMAGES)
def spectrum(bands: Annotated[int, Range(low=2, high=1024)] = 32) -> FixedExtractor:
    """Power of an image by frequency, in decibels: sees upsampling and blur, not what is shown.

    The mean power over channels and directions in ``bands`` equal rings from the lowest frequency
    to the highest of a side. Images keep their own size, so both sides must have the same.

    Formula: 10 log10( mean over ring r of |FFT(x)|^2 + 1e-8 ).

    Args:
        bands: how many rings; at most half the side in pixels are made.

    Raises:
        ValueError: bands is below 2.

    Reference: Durall et al. 2020, arXiv:2003.01826.
    """

    def features(samples: Tensor) -> Tensor:
        return _decibels(samples, min(bands, min(samples.shape[2:]) // 2))

    return FixedExtractor("spectrum", 0, "none", features, kinds=IMAGES)


def _decibels(images: Tensor, bands: int) -> Tensor:
    power = torch.fft.fft2(images, norm="ortho").abs().square().mean(1)
    frequencies = (torch.fft.fftfreq(n, device=images.device) for n in power.shape[1:])
    rows, columns = (f.square() for f in frequencies)
    radius = (rows[:, None] + columns).sqrt()
    ring = (radius * 2 * bands).long().flatten()  # 0.5 cycles a pixel is the highest of a side
    counts = torch.bincount(ring, minlength=bands)[:bands]
    sums = power.new_zeros(len(power), int(ring.max()) + 1)
    sums.index_add_(1, ring, power.flatten(1))
    means: Tensor = sums[:, :bands] / counts + FLOOR
    return 10 * means.log10()
