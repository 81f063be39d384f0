"""What controllers of the balance share: D's margin on held-out reals is kept within bounds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

from gansmith.ranges import Range
from gansmith.records import Move
from gansmith.training.controllers import MARGIN, Knobs, Signals

Margin = Annotated[float, Range(low=-1.0, high=1.0, why="it is a difference of two shares")]
Ratio = Annotated[float, Range(above=1.0, log=True, why="at 1 nothing moves")]
Rest = Annotated[float, Range(low=0.0, why="it is a span of time")]
Step = Callable[[float, bool], float]  # (factor now, D is too strong) -> factor


def in_order(low: float, high: float) -> None:
    """Refuse bounds that nothing lies between."""
    if low >= high:
        raise ValueError(f"low must be below high but they are {low:g} and {high:g}")


class KeepsMargin:
    """Moves a knob by a step when the average margin leaves its bounds, and then waits.

    Args:
        name: of the controller.
        knob: what to move.
        step: what to make of the knob's factor.
        low: least margin; below it D is too weak.
        high: largest margin; above it D is too strong.
        rest_kimg: thousands of samples between two moves, a third of which is the half-life of the
            average.
    """

    def __init__(
        self, name: str, knob: str, step: Step, low: float, high: float, rest_kimg: float
    ) -> None:
        self.name, self.knob, self.step = name, knob, step
        self.low, self.high, self.rest_kimg = low, high, rest_kimg
        self.average, self.weight, self.seen, self.moved = 0.0, 0.0, 0.0, 0.0

    def __call__(self, signals: Signals, knobs: Knobs) -> Sequence[Move]:
        """Propose a move of the knob's factor after a tick."""
        if MARGIN not in signals:
            return []  # no step since the last tick
        margin = self._averaged(signals[MARGIN], signals["kimg"])
        if signals["kimg"] - self.moved < self.rest_kimg or self.low <= margin <= self.high:
            return []
        strong = margin > self.high
        to = self.step(knobs[self.knob], strong)
        if to == knobs[self.knob]:
            return []  # at the end of its range
        self.moved, self.weight = signals["kimg"], 0.0
        beyond = f"above {self.high:g}" if strong else f"below {self.low:g}"
        because = f"D's margin between held-out reals and fakes is {margin:.2f}, {beyond}"
        return [Move(self.knob, to, self.name, because)]

    def _averaged(self, margin: float, kimg: float) -> float:
        """Return the average of the margins since the last move; the newest weigh most."""
        passed, self.seen = kimg - self.seen, kimg
        kept = self.weight * 0.5 ** (3 * passed / self.rest_kimg) if self.rest_kimg else 0.0
        self.average = (kept * self.average + margin) / (kept + 1)
        self.weight = kept + 1
        return self.average

    def state_dict(self) -> dict[str, float]:
        """Return the average and the last move, for a checkpoint."""
        return {name: getattr(self, name) for name in ("average", "weight", "seen", "moved")}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Take up what a checkpoint holds."""
        for name, value in state.items():
            setattr(self, name, value)


def by_ratio(ratio: float, most: float, up_if_strong: bool) -> Step:
    """Return a step that multiplies or divides a factor, which stays within 1/most and most."""

    def step(factor: float, strong: bool) -> float:
        wanted = factor * ratio if strong == up_if_strong else factor / ratio
        return min(max(wanted, 1 / most), most)

    return step
