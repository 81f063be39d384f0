"""The span of stored values that is trained on: what becomes -1 and what becomes 1."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from gansmith.data.held_out import content_hashes, divide
from gansmith.errors import DataError

Range = tuple[float, float] | Literal["auto"] | None
BYTE = 255


class Part(NamedTuple):
    """The part of a set that ``auto`` uses: the training part."""

    held_out: float = 0.0
    seed: int = 0

    def rows(self, hashes: np.ndarray) -> np.ndarray:
        """Return the rows to train on of samples with these content hashes."""
        return divide(hashes, self.held_out, self.seed)[0]


@dataclass(frozen=True)
class Span:
    """Stored values from ``low`` to ``high`` become -1 to 1; what lies outside is clipped.

    Attributes:
        low: becomes -1, black.
        high: becomes 1, white.
        of_bytes: whether it holds for bytes too; else bytes are 0 to 255 as ever.
        why: in words, who chose it.
    """

    low: float
    high: float
    of_bytes: bool = True
    why: str = "as requested"

    def of(self, dtype: np.dtype) -> bool:
        """Say whether it holds for values of this type."""
        return self.of_bytes or dtype != np.uint8

    def unit(self, values: np.ndarray) -> np.ndarray:
        """Return values as float32 in [-1, 1]."""
        exact = np.dtype(np.float64 if values.dtype.itemsize > 2 else np.float32)
        share: np.ndarray = np.subtract(values, self.low, dtype=exact) / (self.high - self.low)
        return np.asarray(np.clip(2 * share - 1, -1, 1), np.float32)

    def bytes(self, values: np.ndarray) -> np.ndarray:
        """Return values as bytes, 0 to 255, rounded."""
        return np.rint((self.unit(values) + 1) * (BYTE / 2)).astype(np.uint8)

    @property
    def fact(self) -> list[float]:
        """What is written of it."""
        return [self.low, self.high]

    def says(self, low: float, high: float) -> str:
        """Return it in words, with the values that are stored."""
        told = f"{self.low:,.6g} to {self.high:,.6g}: {self.why}"
        if low >= self.low and high <= self.high:
            return told
        return f"{told}; stored values run from {low:,.6g} to {high:,.6g}, and are clipped"


def check_span(wanted: Any) -> Range | Span:
    """Return a range as written in a recipe, checked.

    Raises:
        DataError: it is neither "auto" nor two finite numbers, the smaller one first.
    """
    if wanted is None or isinstance(wanted, Span):
        return wanted
    if wanted == "auto":
        return "auto"
    try:
        low, high = (float(end) for end in wanted)
    except (TypeError, ValueError):
        low, high = math.nan, math.nan
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise DataError(
            f"data.range must be two numbers, the values of black and of white, or 'auto', but is "
            f"{wanted}; write it as [0, 4095]",
            "data_range",
        )
    return low, high


def found_span(low: float, high: float, name: str, part: Part) -> Span:
    """Return the span from the smallest to the largest value of the part that is trained on.

    Raises:
        DataError: all values are one.
    """
    if not low < high:
        raise DataError(
            f'every value of {name} is {low:g}, so that data.range = "auto" finds no range; give '
            f"samples that differ, or data.range = [low, high]",
            "data_range",
        )
    of = "the training part" if part.held_out else "the set"
    return Span(low, high, why=f"the smallest and largest value of {of}")


def span_of(values: np.ndarray, name: str, part: Part) -> Span:
    """Return the span of the part of an array [N, ...] that is trained on.

    Raises:
        DataError: all its values are one.
    """
    rows = values[part.rows(content_hashes(values))]
    return found_span(float(rows.min()), float(rows.max()), name, part)


def span_of_record(environment: Mapping[str, Any]) -> Span | None:
    """Return the span that the data of a run were read in, if one was chosen.

    Raises:
        DataError: the record is damaged.
    """
    ends: Any = environment
    for name in ("data", "facts", "range"):
        ends = ends.get(name) if isinstance(ends, Mapping) else None
    found = check_span(ends)
    return Span(*found, of_bytes=found[1] <= BYTE) if isinstance(found, tuple) else None
