"""The strength of augmentation, raised as the discriminator memorises its data."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from gansmith.ranges import Range
from gansmith.records import Move
from gansmith.registry import controllers
from gansmith.training.controllers import Knobs, Signals

STEP = 0.01  # smaller moves are saved up, so that the journal stays readable
LONGEST, SHARE = 500.0, 0.1  # kimg, and share of the run, in which the strength can rise to 1
RANKED = "scores/ranked_right"


class Ada:
    """Adds up small moves and proposes them once they come to a hundredth."""

    def __init__(self, knob: str, target: float, kimg: float | None, signal: str) -> None:
        self.knob, self.target, self.kimg, self.signal = knob, target, kimg, signal
        self.pending, self.seen, self.progress = 0.0, 0.0, 0.0

    def __call__(self, signals: Signals, knobs: Knobs) -> Sequence[Move]:
        """Propose a move of the strength after a tick."""
        passed = self._passed(signals["kimg"], signals.get("progress", 0.0))
        if self.signal not in signals:
            return []  # no step since the last tick
        sign = signals[self.signal]
        sign = 2 * sign - 1 if self.signal == RANKED else sign
        self.pending += passed * (1 if sign > self.target else -1)
        if abs(self.pending) < STEP:
            return []
        to, self.pending = knobs[self.knob] + self.pending, 0.0
        than = "above" if sign > self.target else "below"
        because = f"the mean sign of D's scores of real samples is {sign:.2f}, {than} {self.target}"
        return [Move(self.knob, to, "ada", because)]

    def _passed(self, kimg: float, progress: float) -> float:
        """Return how far the strength may move since the last call."""
        samples, run = kimg - self.seen, progress - self.progress
        self.seen, self.progress = kimg, progress
        return samples / self.kimg if self.kimg else max(samples / LONGEST, run / SHARE)

    def state_dict(self) -> dict[str, float]:
        """Return what is saved up, for a checkpoint."""
        return {"pending": self.pending, "seen": self.seen, "progress": self.progress}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Take up what a checkpoint holds."""
        self.pending, self.seen = state["pending"], state["seen"]
        self.progress = state.get("progress", math.inf)  # older ones: nothing of the run has passed


@controllers.add(reacts=True)
def ada(
    start: float,
    knob: str = "augment.strength",
    target: Annotated[float, Range(low=-1, high=1, why="it is the mean of a sign")] = 0.6,
    kimg: Annotated[float, Range(above=0, log=True, why="the strength must move in some time")]
    | None = None,
    signal: Literal["scores/real/sign", "scores/ranked_right"] = "scores/real/sign",
) -> Ada:
    """Raises the strength of augmentation while D is too sure of real samples, else lowers it.

    Formula: strength <- strength + sign(E[sign D(x)] - target) * samples / (1000 kimg).

    Args:
        start: the knob's value in the recipe.
        knob: what to move.
        target: mean sign of D's scores of real samples to aim at; 0 is untrained, 1 memorised.
        kimg: thousands of samples in which the strength can rise from 0 to 1. Without it a tenth of
            the run, which a short one cannot spare more of, and 500 at most, as in the paper.
        signal: what to read. Scores of a relativistic loss have no zero of their own: take
            "scores/ranked_right", the share of real samples that D scores above a fake, for them.

    Raises:
        ValueError: target or kimg is outside its range.

    Reference: Karras et al. 2020, arXiv:2006.06676.
    """
    return Ada(knob, target, kimg, signal)
