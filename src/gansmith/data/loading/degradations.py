"""What can be taken from an image, so that a generator learns to put it back."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from gansmith.data.loading.holes import rectangles
from gansmith.data.loading.sending import sent
from gansmith.records import Draws

Images = Float[Tensor, " batch channels height width"]
Large = Float[Tensor, " batch channels tall wide"]

LUMA = (0.299, 0.587, 0.114)  # ITU-R 601, as for grey data


def grey(images: Images) -> Float[Tensor, " batch 1 height width"]:
    """Return the brightness of colour images."""
    weights = sent(torch.tensor(LUMA, dtype=images.dtype), images.device)
    return (images[:, :3] * weights.view(1, 3, 1, 1)).sum(1, keepdim=True)


def mask(images: Images, draws: Draws) -> Images:
    """Return images with a box of mid grey (0) in each: a quarter to half of each side, anywhere.

    Args:
        images: in [-1, 1].
        draws: where the box lies is a function of the turn and the sample.
    """
    return images.masked_fill(rectangles(images, draws) > 0, 0.0)


def low_resolution(images: Images, factor: int) -> Images:
    """Return images as if they had been ``factor`` times smaller, at their own size, in blocks.

    Each block is the mean of its pixels; where a side is not divided evenly, the last is smaller.
    """
    small = F.avg_pool2d(images, factor, ceil_mode=True)
    return enlarged(small, factor, (images.shape[2], images.shape[3]))


def enlarged(small: Images, factor: int, size: tuple[int, int]) -> Large:
    """Return images of (height, width) whose pixels are blocks of ``factor`` by ``factor``."""
    large = small.repeat_interleave(factor, 2).repeat_interleave(factor, 3)
    return large[:, :, : size[0], : size[1]]
