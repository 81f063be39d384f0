"""One number that the doctor reads off a history: its unit and healthy range stand with it."""

import functools
from collections.abc import Callable

from gansmith.doctor.evidence import Evidence, HealthyRange
from gansmith.doctor.history import History
from gansmith.registry import measurements


class Measurement:
    """A function of a history that knows its unit and healthy range.

    ``gansmith parts measurements`` lists all of them.

    Args:
        read: returns the value; NaN where the history does not tell.
        unit: of the value; empty for a ratio.
        healthy: lowest and highest healthy value; None where that side is open.
    """

    def __init__(
        self, read: Callable[[History], float], unit: str = "", healthy: HealthyRange = (None, None)
    ) -> None:
        self.read, self.unit, self.healthy = read, unit, healthy
        functools.update_wrapper(self, read)

    def __call__(self, history: History) -> float:
        """Return the value; NaN where the history does not tell."""
        return self.read(history)

    @property
    def low(self) -> float:
        """The lowest healthy value.

        Raises:
            ValueError: that side is open.
        """
        return self._limit(0, "lowest")

    @property
    def high(self) -> float:
        """The highest healthy value.

        Raises:
            ValueError: that side is open.
        """
        return self._limit(1, "highest")

    def at_least(self, signal: str, observed: float, says: str) -> Evidence:
        """Return evidence that counts where the value is below the healthy range."""
        return Evidence(signal, observed, (self.low, None), says)

    def at_most(self, signal: str, observed: float, says: str) -> Evidence:
        """Return evidence that counts where the value is above the healthy range."""
        return Evidence(signal, observed, (None, self.high), says)

    def _limit(self, side: int, word: str) -> float:
        limit = self.healthy[side]
        if limit is None:
            raise ValueError(f"measurement '{self.read.__name__}' has no {word} healthy value")
        return limit


def measured(
    unit: str = "", healthy: HealthyRange = (None, None)
) -> Callable[[Callable[[History], float]], Measurement]:
    """Return a decorator that makes a function of a history a measurement, and lists it."""

    def listed(read: Callable[[History], float]) -> Measurement:
        return measurements.add(unit=unit, healthy=healthy)(Measurement(read, unit, healthy))

    return listed
