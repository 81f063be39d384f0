"""Where an image is blanked, so that a generator learns to fill: boxes and free-form strokes."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from gansmith.records import Draws

Holes = Float[Tensor, " batch 1 height width"]

BOX = (0.25, 0.5)  # shortest and longest side of a box, as a share of the image's
STROKES, BENDS = 3, 4  # strokes of an image, and straight pieces of a stroke
LENGTH = 0.25  # of a piece at most, as a share of the shorter side
BREADTH = (0.02, 0.06)  # half the breadth of a stroke, as a share of the shorter side
SMOOTHED = 6  # rounds on each grid
TURN = 2.5  # radians, up to which a piece may turn from the one before


def rectangles(images: Tensor, draws: Draws) -> Holes:
    """Return one box for each image: 1 in it, 0 elsewhere; a quarter to half of each side."""
    chances = draws.uniform("mask", 4).to(images.device)
    rows = _within(chances[:, :2], images.shape[2], images.device)
    columns = _within(chances[:, 2:], images.shape[3], images.device)
    return (rows[:, :, None] & columns[:, None, :]).unsqueeze(1).to(images.dtype)


def _within(chances: Tensor, side: int, device: torch.device) -> Tensor:
    """Return which places of a side lie within a stretch: [batch, side]."""
    low, high = BOX
    length = ((low + (high - low) * chances[:, :1]) * side).round()
    start = (chances[:, 1:] * (side - length + 1)).floor()
    places = torch.arange(side, device=device)
    return (places >= start) & (places < start + length)


def strokes(images: Tensor, draws: Draws) -> Holes:
    """Return strokes of a brush for each image: 1 on them, 0 elsewhere.

    Each is a chain of straight pieces with round ends, which starts anywhere and turns at random.

    Reference: Yu et al. 2018, arXiv:1806.03589 (free-form masks).
    """
    height, width = images.shape[2:]
    chances = draws.uniform("strokes", STROKES, 2 * BENDS + 4).to(images)
    points = _points(chances, height, width)
    low, high = BREADTH
    breadth = (low + (high - low) * chances[..., -1]) * min(height, width)
    breadth = breadth.clamp_min(0.75)[:, :, None, None]
    places = (torch.arange(side, device=images.device) for side in (height, width))
    rows, columns = torch.meshgrid(*places, indexing="ij")
    drawn = torch.zeros_like(images[:, :1], dtype=torch.bool)
    for piece in range(BENDS):
        far = _far(points[:, :, piece], points[:, :, piece + 1], rows, columns)
        drawn |= (far <= breadth.square()).any(1, keepdim=True)
    return drawn.to(images.dtype)


def _points(chances: Tensor, height: int, width: int) -> Tensor:
    """Return the corners of strokes [batch, strokes, BENDS + 1, 2] as (row, column)."""
    start = torch.stack([chances[..., 0] * height, chances[..., 1] * width], -1)
    turns = (2 * chances[..., 3 : 3 + BENDS] - 1) * TURN
    angles = 2 * torch.pi * chances[..., 2:3] + turns.cumsum(-1)
    lengths = chances[..., 3 + BENDS : 3 + 2 * BENDS] * LENGTH * min(height, width)
    steps = torch.stack([angles.sin() * lengths, angles.cos() * lengths], -1)
    return torch.cat([start[..., None, :], start[..., None, :] + steps.cumsum(-2)], -2)


def _far(start: Tensor, end: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Return the squared distance of every pixel to pieces, [batch, strokes, height, width]."""
    (y, x), (dy, dx) = (t.unbind(-1) for t in (start, end - start))
    y, x, dy, dx = (t[..., None, None] for t in (y, x, dy, dx))
    along = ((rows - y) * dy + (columns - x) * dx) / (dy.square() + dx.square()).clamp_min(1e-9)
    along = along.clamp(0, 1)
    return (rows - y - along * dy).square() + (columns - x - along * dx).square()


def either(images: Tensor, draws: Draws) -> Holes:
    """Return a box for half of the images and strokes for the others."""
    boxed = draws.uniform("holes").to(images.device).view(-1, 1, 1, 1) < 0.5
    return torch.where(boxed, rectangles(images, draws), strokes(images, draws))


FORMS = {"rectangles": rectangles, "strokes": strokes, "both": either}


def from_masks(
    images: Tensor, masks: Float[Tensor, " count 1 height width"], draws: Draws
) -> Holes:
    """Return one of given masks for each image: 1 where it is to be filled.

    Args:
        images: [batch, C, H, W].
        masks: of their size, 1 where an image is to be filled.
        draws: which of them is a function of the turn and the sample.
    """
    chosen = (draws.uniform("masks") * len(masks)).long().clamp_max(len(masks) - 1)
    return masks[chosen.to(masks.device)].to(images)


def interpolated(images: Tensor, hole: Holes) -> Tensor:
    """Return images whose holes are smooth continuations of their borders.

    Each hole is filled from means of ever coarser grids (pull and push, Gortler et al. 1996), and
    brought towards the harmonic function of its border on each of them.
    """
    if min(images.shape[2:]) < 2:
        known = 1 - hole
        total, count = ((t * known).sum((2, 3), keepdim=True) for t in (images, known))
        return torch.where(hole > 0, total / count.clamp_min(1), images)
    known = F.avg_pool2d(1 - hole, 2, ceil_mode=True)
    coarse = F.avg_pool2d(images * (1 - hole), 2, ceil_mode=True) / known.clamp_min(1e-3)
    below = interpolated(coarse, (known == 0).to(images.dtype))
    fine = F.interpolate(below, images.shape[2:], mode="bilinear")
    filled = torch.where(hole > 0, fine, images)
    for _ in range(SMOOTHED):
        around = F.avg_pool2d(F.pad(filled, [1] * 4, mode="replicate"), 3, 1)
        filled = torch.where(hole > 0, around, images)
    return filled
