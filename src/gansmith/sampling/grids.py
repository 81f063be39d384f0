"""Pictures of samples: a grid of images, or a scatter plot of points."""

import math

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from gansmith.data import to_bytes


def picture(samples: Tensor, real: Tensor | None = None) -> Image.Image:
    """Return a picture of samples: images [N, C, H, W] in [-1, 1], or vectors [N, d].

    Args:
        samples: what to show.
        real: real vectors to draw behind generated ones; ignored for images.
    """
    if samples.ndim == 4:
        return image_grid(to_bytes(samples))
    return scatter(samples.float().numpy(), None if real is None else real.float().numpy())


def side_by_side(*kinds: Tensor) -> Image.Image:
    """Return one picture of images of several kinds, those that belong together side by side."""
    colours = max(len(kind[0]) for kind in kinds)
    alike = [kind if len(kind[0]) == colours else _coloured(kind, colours) for kind in kinds]
    together = torch.stack(alike, 1).flatten(0, 1)
    return image_grid(to_bytes(together), columns=4 * len(kinds))


def _coloured(images: Tensor, colours: int) -> Tensor:
    """Return images with more channels: grey is repeated, what is not there is opaque."""
    grey = images[:, :1].expand(-1, min(3, colours), -1, -1)
    shown = images[:, :3] if images.shape[1] >= 3 else grey
    opaque = shown.new_ones(len(shown), colours - shown.shape[1], *shown.shape[2:])
    return torch.cat([shown, opaque], 1)


def image_grid(images: np.ndarray, columns: int | None = None, gap: int = 1) -> Image.Image:
    """Return one picture of uint8 images [N, C, H, W], row by row, with thin gaps."""
    count, channels, height, width = images.shape
    columns = columns or max(1, round(math.sqrt(count * height / width)))
    rows = -(-count // columns)
    canvas = np.full(
        (rows * (height + gap) - gap, columns * (width + gap) - gap, channels), 255, np.uint8
    )
    for number, image in enumerate(images):
        top, left = (number // columns) * (height + gap), (number % columns) * (width + gap)
        canvas[top : top + height, left : left + width] = image.transpose(1, 2, 0)
    return Image.fromarray(canvas[..., 0] if channels == 1 else _shown(canvas))


def _shown(canvas: np.ndarray) -> np.ndarray:
    return canvas if canvas.shape[2] in (3, 4) else canvas[..., :1].repeat(3, axis=2)


def scatter(fake: np.ndarray, real: np.ndarray | None, size: int = 480) -> Image.Image:
    """Return a scatter plot of the first two numbers of generated (blue), real (grey) vectors."""
    image = Image.new("RGB", (size, size), "white")
    draw = ImageDraw.Draw(image)
    limit = 1.25 * float(np.abs(real if real is not None else fake)[:, :2].max() or 1.0)
    for points, colour, radius in ((real, (200, 200, 200), 2), (fake, (31, 90, 200), 1)):
        if points is None or points.shape[1] < 2:
            continue
        for x, y in (points[:, :2] / limit * 0.5 + 0.5).clip(-0.1, 1.1) * size:
            box = (x - radius, size - y - radius, x + radius, size - y + radius)
            draw.ellipse(box, fill=colour)
    return image
