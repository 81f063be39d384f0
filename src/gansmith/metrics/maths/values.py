"""How to read a number: which way is good, and which part of the gap it is about."""

import math
from typing import Literal, NamedTuple, get_args

from gansmith.registry import metrics

Good = Literal["low", "high", "one", "half", "zero"]
About = Literal["distance", "realism", "diversity", "memorisation", "artefacts", "error bar"]
PARTS: tuple[About, ...] = get_args(About)  # of a report, in its order


class Value(NamedTuple):
    """One number of a metric: which way is good, what it is about, and between what it lies."""

    good: Good
    about: About
    least: float = -math.inf
    most: float = math.inf

    @property
    def says(self) -> str:
        """What is better, in a word for a table."""
        return {
            "low": "lower",
            "high": "higher",
            "one": "near 1",
            "half": "near 0.5",
            "zero": "near 0",
        }[self.good]

    def clip(self, low: float, high: float) -> tuple[float, float]:
        """Return the part of an interval in which the number can lie."""
        return max(low, self.least), min(high, self.most)

    def loss(self, value: float) -> float:
        """Return a number that is lower for better values, to rank checkpoints and runs by."""
        if self.good in ("low", "high"):
            return value if self.good == "low" else -value
        return abs(value - {"one": 1.0, "half": 0.5, "zero": 0.0}[self.good])


def known_values() -> dict[str, Value]:
    """Return how to read every number that a registered metric declares, by its name."""
    return {name: v for part in metrics for name, v in part.facts.values.items()}


def loss_of(name: str, value: float) -> float:
    """Return a number that is lower for better values of a metric; lower is better if unknown."""
    read = known_values().get(name)
    return value if read is None else read.loss(value)
