"""Phase shuffle: what a discriminator of waves has seen is moved a little, anew each time."""

import torch
from torch import Tensor


def phase_shuffle(x: Tensor, most: int) -> Tensor:
    """Move each sample by its own number of places, at most so many; ends are mirrored.

    The regular pattern that strided transposed convolutions leave in a wave always has the same
    phase; a discriminator that is not told the phase cannot go by it. One shift a sample, not one
    for the whole batch. Draws from torch's own generator, as dropout does.

    Args:
        x: [batch, channels, time].
        most: places of the largest shift; 0 leaves all where it is.

    Reference: Donahue et al. 2018, arXiv:1802.04208, section 3.3.
    """
    if most == 0 or x.shape[2] <= most:
        return x
    shifts = torch.randint(-most, most + 1, (len(x), 1), device=x.device)
    return shifted(x, shifts)


def shifted(x: Tensor, shifts: Tensor) -> Tensor:
    """Move each sample [channels, time] right by its own shift, int64 [batch, 1]; ends mirrored."""
    last = x.shape[2] - 1
    places = (torch.arange(x.shape[2], device=x.device) - shifts).abs()
    places = last - (last - places).abs()
    return x.gather(2, places[:, None].expand(-1, x.shape[1], -1))
