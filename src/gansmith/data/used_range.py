"""How much of their range stored values use: what is left of it are the shades of the images."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from gansmith.data.prepare.decode import WHITE, Reach
from gansmith.data.stored_range import Span
from gansmith.errors import DataError
from gansmith.finding import Severity

FEW, SOME = 64, 130  # shades, of 256, up to which images are nearly of one colour, or pale


class Levels(NamedTuple):
    """The smallest and largest stored value, and what black and white are taken to be."""

    low: float
    high: float
    black: float
    white: float

    @property
    def shades(self) -> int:
        """How many of 256 shades lie between the ends."""
        share = (self.high - self.low) / (self.white - self.black)
        return round(min(1.0, share) * 255) + 1

    @property
    def narrow(self) -> bool:
        """Say whether so little of the range is used that it is likely to be another one."""
        return self.low < self.high and self.shades <= SOME

    @property
    def severity(self) -> Severity:
        """Return how grave that is."""
        return "warn" if self.shades <= FEW else "note"

    def says(self) -> str:
        """Return in words what is used and how images come to look."""
        used, whole = self.high - self.low, self.white - self.black
        middle = ((self.low + self.high) / 2 - self.black) / whole
        look = "nearly black" if middle < 0.3 else "nearly white" if middle > 0.7 else "nearly grey"
        look = look if self.shades <= FEW else "of little contrast"
        return (
            f"stored values run from {self.low:,.6g} to {self.high:,.6g}, {used / whole:.2g} of "
            f"the range from {self.black:,.6g} (black) to {self.white:,.6g} (white): images "
            f"become {look}, with {self.shades} of 256 shades"
        )

    def changes(self) -> Mapping[str, Any]:
        """Return the range that they seem to have, as an option of the data."""
        return {"data.range": likely_range(self.low, self.high)}


class Reaches:
    """The smallest and largest values of many images, those of 8 and of more bits apart."""

    def __init__(self) -> None:
        self._ends: dict[int, tuple[float, float, int]] = {}

    def add(self, reach: Reach) -> None:
        """Take the values of one image."""
        low, high, count = self._ends.get(reach.bits, (reach.low, reach.high, 0))
        self._ends[reach.bits] = min(low, reach.low), max(high, reach.high), count + 1

    def facts(self, span: Span | None) -> dict[str, Any]:
        """Return what was seen, JSON-able: by bits [low, high, images], and as ``Levels``."""
        told: dict[str, Any] = {"reach": {str(b): list(ends) for b, ends in self._ends.items()}}
        told |= {"range": span.fact} if span else {}
        levels = self.levels(span)
        return told | ({"levels": list(levels)} if levels else {})

    def levels(self, span: Span | None) -> Levels | None:
        """Return how much of their range the deepest images use; None where there are none."""
        if not self._ends:
            return None
        bits = max(self._ends)
        low, high, _ = self._ends[bits]
        if span and (span.of_bytes or bits > 8):
            return Levels(low, high, span.low, span.high)
        return Levels(low, high, 0, WHITE if bits > 8 else 255)


def likely_range(low: float, high: float) -> list[float]:
    """Return the range that values from low to high are likely to have: [0, 4095] for 0 to 3,900.

    Whole numbers of 0 and above are taken for numbers of so many bits, unless they begin far from
    0; floats up to 1 for [0, 1]; anything else as it is.
    """
    if high > 1.001 and (0 <= low < 0.25 * high or low == high):
        return [0, 2 ** max(1, math.ceil(math.log2(high + 1 - 1e-9))) - 1]
    if low >= 0 and 0 < high <= 1.001:
        return [0, 1]
    whole = float(low).is_integer() and float(high).is_integer()
    return [int(low), int(high)] if whole else [float(f"{low:.6g}"), float(f"{high:.6g}")]


def ends(values: np.ndarray) -> list[float]:
    """Return the smallest and the largest of some values."""
    return [float(values.min()), float(values.max())]


def check_finite(low: float, high: float, name: str) -> None:
    """Refuse values of which the smallest or largest is none.

    Raises:
        DataError: says so.
    """
    if not (np.isfinite(low) and np.isfinite(high)):
        raise DataError(
            f"{name} holds values that are not finite (NaN or infinite); remove them", "data_range"
        )
