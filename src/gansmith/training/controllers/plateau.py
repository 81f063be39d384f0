"""Down in steps whenever exams no longer get better."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from gansmith.ranges import Range
from gansmith.records import Move
from gansmith.registry import controllers
from gansmith.training.controllers import Knobs, Signals

LEAST = 1 / 64  # of the knob's value is left


class Plateau:
    """Counts the exams since the best one; see ``plateau`` for the options."""

    def __init__(self, knob: str, factor: float, patience: int, threshold: float) -> None:
        self.knob, self.factor = knob, factor
        self.patience, self.threshold = patience, threshold
        self.best, self.waited, self.seen = float("inf"), 0, 0

    def __call__(self, signals: Signals, knobs: Knobs) -> Sequence[Move]:
        """Propose a move of the knob's factor after an exam."""
        number, badness = signals.get("exam/number", 0), signals.get("exam/badness", 0.0)
        if number <= self.seen:
            return []  # no exam since the last tick
        self.seen = int(number)
        if self.best - badness > self.threshold * abs(self.best) or self.best == float("inf"):
            self.best, self.waited = badness, 0
            return []
        self.waited += 1
        to = max(knobs[self.knob] * self.factor, LEAST)
        if self.waited < self.patience or to == knobs[self.knob]:
            return []
        waited, self.waited = self.waited, 0
        because = (
            f"none of the last {waited} exams was better than the best by {self.threshold:.0%}"
        )
        return [Move(self.knob, to, "plateau", because)]

    def state_dict(self) -> dict[str, float]:
        """Return the best exam and the wait, for a checkpoint."""
        return {name: getattr(self, name) for name in ("best", "waited", "seen")}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Take up what a checkpoint holds."""
        for name, value in state.items():
            setattr(self, name, value)


@controllers.add(reacts=True, scales=True, reads=("exam",))
def plateau(
    start: float,
    knob: str = "optimizers.generator.lr",
    factor: Annotated[float, Range(above=0.0, below=1.0, why="it is to fall")] = 0.5,
    patience: Annotated[int, Range(low=1, why="it counts exams")] = 3,
    threshold: Annotated[float, Range(low=0.0, below=1.0)] = 0.01,
) -> Plateau:
    """Lowers a knob, usually a learning rate, when exams have stopped getting better.

    Read is the first metric of evaluation.metrics. A losing battle is no plateau: where exams get
    worse for long, ask the doctor.

    Args:
        start: the knob's value in the recipe.
        knob: what to lower; one entry each for both players' rates.
        factor: what to multiply it by each time, in (0, 1).
        patience: exams in a row without improvement that are waited for.
        threshold: share by which an exam must be better than the best to count as an improvement.

    Raises:
        ValueError: an option is out of range.

    Reference: the rule is that of torch's ReduceLROnPlateau.
    """
    return Plateau(knob, factor, patience, threshold)
