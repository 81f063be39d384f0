"""What can be taken from an image, so that a generator learns to put it back."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from gansmith.data.loading.sending import sent
from gansmith.records import Draws

Images = Float[Tensor, " batch channels height width"]
Large = Float[Tensor, " batch channels tall wide"]

LUMA = (0.299, 0.587, 0.114)  # ITU-R 601, as for grey data
BOX = (0.25, 0.5)  # shortest and longest side of a blank box, as a share of the image's


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
    chances = draws.uniform("mask", 4).to(images.device)
    rows = _within(chances[:, :2], images.shape[2], images.device)
    columns = _within(chances[:, 2:], images.shape[3], images.device)
    box = (rows[:, :, None] & columns[:, None, :]).unsqueeze(1)
    return images.masked_fill(box, 0.0)


def _within(chances: Tensor, side: int, device: torch.device) -> Tensor:
    """Return which places of a side lie within a stretch: [batch, side]."""
    low, high = BOX
    length = ((low + (high - low) * chances[:, :1]) * side).round()
    start = (chances[:, 1:] * (side - length + 1)).floor()
    places = torch.arange(side, device=device)
    return (places >= start) & (places < start + length)


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
