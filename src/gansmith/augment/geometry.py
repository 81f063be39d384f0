"""Changes of place: shifts by whole pixels, and affine maps with bilinear interpolation."""

import torch
import torch.nn.functional as F
from torch import Tensor

from gansmith.augment.augmentation import Images
from gansmith.data.loading.sending import sent


def shift(images: Images, rows: Tensor, columns: Tensor) -> Images:
    """Shift each image by whole pixels, int64 [n] down and right; what comes in is 0, mid grey."""
    return _along(_along(images, 2, rows), 3, columns)


def _along(images: Images, axis: int, steps: Tensor) -> Images:
    size = images.shape[axis]
    source = torch.arange(size, device=images.device) - steps[:, None]
    shape = [len(images), 1, 1, 1]
    shape[axis] = size
    inside = ((source >= 0) & (source < size)).view(shape)
    index = source.clamp(0, size - 1).view(shape).expand_as(images)
    return images.gather(axis, index) * inside.to(images.dtype)


def warp(images: Images, maps: Tensor) -> Images:
    """Sample each pixel at another position, bilinearly; beyond the border the image is mirrored.

    Args:
        images: what to change.
        maps: [n, 3, 3], from a pixel of the result to a place in the image, in pixels from the
            centre (x to the right, y down).
    """
    height, width = images.shape[2:]
    scale = sent(torch.tensor([2 / width, 2 / height, 1.0], dtype=maps.dtype), maps.device)
    normal = scale[:, None] * maps / scale  # in units of half the image
    grid = F.affine_grid(normal[:, :2], list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, "bilinear", "reflection", align_corners=False)


def scaling(across: Tensor, down: Tensor) -> Tensor:
    """Return maps [n, 3, 3] that scale by the inverse of these factors, [n] each."""
    return torch.diag_embed(torch.stack([across, down, torch.ones_like(across)], dim=1))


def rotation(angle: Tensor) -> Tensor:
    """Return maps [n, 3, 3] that turn by an angle, [n] in radians."""
    sine, cosine, zero, one = angle.sin(), angle.cos(), 0 * angle, 0 * angle + 1
    entries = [cosine, -sine, zero, sine, cosine, zero, zero, zero, one]
    return torch.stack(entries, dim=1).view(-1, 3, 3)


def translation(across: Tensor, down: Tensor) -> Tensor:
    """Return maps [n, 3, 3] that move by these numbers of pixels, [n] each."""
    zero, one = 0 * across, 0 * across + 1
    entries = [one, zero, across, zero, one, down, zero, zero, one]
    return torch.stack(entries, dim=1).view(-1, 3, 3)
