"""Pictures of samples: a grid of images, a scatter plot of points."""

import math

import numpy as np
from PIL import Image, ImageDraw

Shown = Image.Image | str  # what a run folder keeps of samples: an image, or lines of text


def image_grid(images: np.ndarray, columns: int | None = None, gap: int = 1) -> Image.Image:
    """Return one image of uint8 images [N, C, H, W], row by row, with thin gaps."""
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


def planes(image: Image.Image) -> np.ndarray:
    """Return an image as bytes [channels, height, width]."""
    pixels = np.asarray(image)
    return np.ascontiguousarray(pixels.reshape(*pixels.shape[:2], -1).transpose(2, 0, 1))


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
