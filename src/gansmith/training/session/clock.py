"""How much of a run is over: by samples seen, and by a budget that includes all there is to do."""

import time
from collections.abc import Mapping
from typing import Any

from gansmith.recipe.sections import LengthSection


class Clock:
    """Counts the seconds of training, exams among them, over all sittings of a run.

    Args:
        length: of the run.
        prepared: seconds that preparation took, which the budget includes.
    """

    def __init__(self, length: LengthSection, prepared: float = 0.0) -> None:
        self.length, self.prepared = length, prepared
        self.earlier, self.started = 0.0, time.monotonic()
        self.costliest = 0.0  # seconds of the longest exam, the reals' own numbers apart
        self.left_behind = 0  # samples of segments that the run went back behind

    def state(self) -> dict[str, float]:
        """Return the seconds so far, for a checkpoint."""
        spent = {"seconds": self.seconds(), "prepared": self.prepared}
        return spent | {"costliest": self.costliest, "left_behind": self.left_behind}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from earlier sittings, with their seconds of training and of preparation."""
        self.earlier, self.started = state["seconds"], time.monotonic()
        self.prepared += state.get("prepared", 0.0)
        self.costliest = state["costliest"]
        self.left_behind = state.get("left_behind", 0)

    def go_on_from(self, before: "Clock", samples: int) -> None:
        """Go on in a new segment: what an abandoned one took of the length is spent.

        Args:
            before: the clock of the segment so far.
            samples: that it had seen beyond those that the new segment goes on from.
        """
        self.earlier, self.started = before.seconds(), time.monotonic()
        self.prepared, self.costliest = before.prepared, before.costliest
        self.left_behind = before.left_behind + samples

    def seconds(self) -> float:
        """Return how long the run has trained."""
        return self.earlier + time.monotonic() - self.started

    def progress(self, samples: int) -> float:
        """Return the share of the run that is over, 0 to 1."""
        by_time = self.seconds() / self.usable() if self.length.budget else 0.0
        return min(max(self.by_samples(samples), by_time), 1.0)

    def by_samples(self, samples: int) -> float:
        """Return the share that is over by samples seen."""
        kimg = self.length.kimg
        return (samples + self.left_behind) / (1000 * kimg) if kimg else 0.0

    def budget(self) -> float:
        """Return what preparation has left of the budget; 0 where there is none."""
        return max(self.length.budget - self.prepared, 1e-3) if self.length.budget else 0.0

    def left(self) -> float | None:
        """Return the seconds that are left for training; None without a budget."""
        return self.usable() - self.seconds() if self.length.budget else None

    def usable(self) -> float:
        """Return the part of the budget that is for training: the last exam needs the rest."""
        return max(self.budget() - 1.3 * self.costliest - 1.0, 0.5 * self.budget())
