"""Changes of colour: one affine map of (red, green, blue) for each image."""

import math

import torch
from torch import Tensor

from gansmith.augment.augmentation import Images

LUMA = 1 / math.sqrt(3)  # the grey axis as a unit vector has this in each channel


def identity(like: Tensor) -> Tensor:
    """Return the map that changes nothing, [n, 4, 4], for each of n samples."""
    return torch.eye(4, device=like.device, dtype=like.dtype).repeat(len(like), 1, 1)


def brightness(added: Tensor) -> Tensor:
    """Return maps that add a number to all channels; ``added`` [n]."""
    maps = identity(added)
    maps[:, :3, 3] = added[:, None]
    return maps


def contrast(factor: Tensor) -> Tensor:
    """Return maps that scale all channels about 0, which is mid grey; ``factor`` [n]."""
    maps = identity(factor)
    maps[:, :3, :3] *= factor[:, None, None]
    return maps


def luma_flip(flipped: Tensor) -> Tensor:
    """Return maps that turn light into dark and keep the hue; ``flipped`` [n] is 1 or 0."""
    return identity(flipped) - 2 * _grey(flipped) * flipped[:, None, None]


def hue(angle: Tensor) -> Tensor:
    """Return maps that turn colours about the grey axis; ``angle`` [n] in radians."""
    axis = torch.full((3,), LUMA, device=angle.device, dtype=angle.dtype)
    plain = torch.eye(3, device=angle.device, dtype=angle.dtype)
    cross = torch.linalg.cross(axis.expand(3, 3), plain).T
    maps = identity(angle)
    sine, cosine = angle.sin()[:, None, None], angle.cos()[:, None, None]
    square = axis[:, None] * axis[None]
    maps[:, :3, :3] = cosine * plain + sine * cross + (1 - cosine) * square
    return maps


def saturation(factor: Tensor) -> Tensor:
    """Return maps that scale the distance from grey; ``factor`` [n], 0 makes grey."""
    grey, scale = _grey(factor), factor[:, None, None]
    last = torch.zeros_like(grey)
    last[:, 3, 3] = 1
    return grey + last + (identity(factor) - last - grey) * scale


def _grey(like: Tensor) -> Tensor:
    """Return the projection onto the grey axis, [n, 4, 4]."""
    maps = torch.zeros(len(like), 4, 4, device=like.device, dtype=like.dtype)
    maps[:, :3, :3] = 1 / 3
    return maps


def recolour(images: Images, maps: Tensor) -> Images:
    """Apply one map [n, 4, 4] to each image.

    Images of one or two channels take the mean of what the map does to grey; a fourth channel is
    left alone.
    """
    images_in = images[:, :3] if images.shape[1] >= 3 else images[:, :1]
    if images_in.shape[1] == 3:
        moved = torch.einsum("nij,njhw->nihw", maps[:, :3, :3], images_in)
        moved = moved + maps[:, :3, 3, None, None]
    else:
        rows = maps[:, :3].mean(dim=1)
        moved = images_in * rows[:, :3].sum(1)[:, None, None, None] + rows[:, 3, None, None, None]
    rest = images[:, images_in.shape[1] :]
    return torch.cat([moved, rest], dim=1) if rest.shape[1] else moved
