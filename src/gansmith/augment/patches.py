"""Changes that hide: a square cut out, noise, and bands of frequency made louder or softer."""

import torch
import torch.nn.functional as F
from torch import Tensor

from gansmith.augment.augmentation import Images
from gansmith.data.loading.sending import sent

BANDS = 4


def cut_out(images: Images, down: Tensor, across: Tensor, share: float) -> Images:
    """Set a rectangle of each image to 0, mid grey.

    Args:
        images: what to change.
        down: where its centre lies, [n] in [0, 1); the rectangle may stick out.
        across: the same from left to right.
        share: its sides, as a share of the image's.
    """
    rows = _near(images.shape[2], down, share)[:, None, :, None]
    columns = _near(images.shape[3], across, share)[:, None, None, :]
    return images * (~(rows & columns)).to(images.dtype)


def _near(size: int, centre: Tensor, share: float) -> Tensor:
    place = (torch.arange(size, device=centre.device) + 0.5) / size
    return (place - centre[:, None]).abs() < share / 2


def amplify(images: Images, gains: Tensor) -> Images:
    """Scale bands of frequency, an octave each, by gains [n, 4], the finest first.

    Smoothing with [1, 2, 1] / 4 at distances 1, 2 and 4 leaves ever coarser images; their
    differences are the bands, and the coarsest image is the last.
    """
    result, finer = torch.zeros_like(images), images
    for band in range(BANDS - 1):
        coarser = _smooth(finer, 2**band)
        result = result + gains[:, band, None, None, None] * (finer - coarser)
        finer = coarser
    return result + gains[:, -1, None, None, None] * finer


def _smooth(images: Images, step: int) -> Images:
    channels = images.shape[1]
    taps = sent(torch.tensor([0.25, 0.5, 0.25], dtype=images.dtype), images.device)
    for height, width in ((3, 1), (1, 3)):
        kernel = taps.view(1, 1, height, width).expand(channels, 1, height, width)
        pad = (step * (width // 2),) * 2 + (step * (height // 2),) * 2
        mode = "reflect" if min(images.shape[2:]) > step else "replicate"
        images = F.conv2d(F.pad(images, pad, mode), kernel, dilation=step, groups=channels)
    return images
