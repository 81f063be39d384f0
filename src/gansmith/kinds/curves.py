"""Pictures of series: a cell for each channel of each sample, reals in grey behind."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from torch import Tensor

GREY, BLUE, FRAME, TEXT = (205, 205, 205), (31, 90, 200), (225, 225, 225), (90, 90, 90)
CELL = (240, 120)  # pixels
ACROSS, DOWN = 4, 4  # cells
FINE = 2  # drawn so many times as large, and made smaller: smooth lines
BEHIND = 4  # real curves in a cell
MARGIN = 0.08  # of the height above and below


def curves(
    samples: Tensor, real: Tensor | None = None, facts: Mapping[str, Any] | None = None
) -> Image.Image:
    """Return one image of series [N, time, channels]: each channel over time.

    The first four channels of as many samples as have room. All cells of a channel have the same
    scale, that of the reals where there are such, written in the cell.

    Args:
        samples: to show, in blue.
        real: to draw behind them, in grey.
        facts: of the data; ``channels`` are the names.
    """
    shown = samples.float().numpy()
    behind = None if real is None else real.float().numpy()
    channels = min(shown.shape[2], ACROSS)
    a_row = max(1, ACROSS // channels)
    count = min(len(shown), a_row * DOWN)
    width, height = CELL
    rows = -(-count // a_row)
    page = Image.new("RGB", (a_row * channels * width * FINE, rows * height * FINE), "white")
    names = (facts or {}).get("channels") or ()
    limits = [_limits((shown if behind is None else behind)[..., c]) for c in range(channels)]
    for number in range(count):
        row, column = divmod(number, a_row)
        for channel in range(channels):
            corner = ((column * channels + channel) * width * FINE, row * height * FINE)
            name = str(names[channel]) if channel < len(names) else ""
            cell = _Cell(page, corner, limits[channel])
            cell.frame(name if number < a_row else "")
            for other in range(BEHIND if behind is not None and len(behind) else 0):
                assert behind is not None
                cell.line(behind[(number * BEHIND + other) % len(behind), :, channel], GREY)
            cell.line(shown[number, :, channel], BLUE)
    return page.resize((page.width // FINE, page.height // FINE), Image.Resampling.LANCZOS)


def _limits(values: np.ndarray) -> tuple[float, float]:
    """Return the lowest and highest value that a cell shows, with some room."""
    low, high = (float(end) for end in (values.min(), values.max()))
    room = MARGIN * (high - low) or 1.0
    return low - room, high + room


class _Cell:
    """A part of a page in which curves are drawn between two values."""

    def __init__(
        self, page: Image.Image, corner: tuple[int, int], limits: tuple[float, float]
    ) -> None:
        self.draw, self.limits = ImageDraw.Draw(page), limits
        self.left, self.top = corner
        self.width, self.height = CELL[0] * FINE, CELL[1] * FINE

    def frame(self, name: str) -> None:
        """Draw the border, the two ends of the scale and the name of the channel."""
        right, bottom = self.left + self.width - 1, self.top + self.height - 1
        self.draw.rectangle((self.left, self.top, right, bottom), outline=FRAME, width=FINE)
        size, left = 10 * FINE, self.left + 4 * FINE
        low, high = (f"{end:.3g}" for end in self.limits)
        self.draw.text((left, self.top + 2 * FINE), high, fill=TEXT, font_size=size)
        self.draw.text((left, bottom - 14 * FINE), low, fill=TEXT, font_size=size)
        where = (right - 4 * FINE, self.top + 2 * FINE)
        self.draw.text(where, name[:24], fill=TEXT, font_size=size, anchor="ra")

    def line(self, values: np.ndarray, colour: tuple[int, int, int]) -> None:
        """Draw values over the whole width; what lies outside the scale is cut off."""
        low, high = self.limits
        share = np.clip((values - low) / (high - low), 0.0, 1.0)
        across = np.linspace(FINE, self.width - 2 * FINE, max(len(values), 2))
        down = self.top + FINE + (1 - share) * (self.height - 3 * FINE)
        down = np.resize(down, len(across))
        points = list(zip((self.left + across).tolist(), down.tolist(), strict=True))
        self.draw.line(points, fill=colour, width=FINE + 1, joint="curve")
