"""Constant, then down (or up) a straight line to the run's end."""

from collections.abc import Sequence
from typing import Annotated

from gansmith.ranges import Range
from gansmith.records import Move
from gansmith.registry import controllers
from gansmith.training.controllers import Controller, Knobs, Signals, warm


@controllers.add
def linear(
    start: float,
    knob: str,
    final: Annotated[float, Range(low=0.0, why="it is a share of the knob's start")] = 0.0,
    begin: Annotated[float, Range(low=0.0, below=1.0, why="the line must end with the run")] = 0.0,
    warmup_kimg: Annotated[float, Range(low=0.0, why="it is a span of time")] = 0.0,
) -> Controller:
    """Holds a knob, then moves it along a straight line to a share of its start.

    Args:
        start: the knob's value in the recipe.
        knob: its address, as `optimizers.generator.lr`.
        final: share of the start at the run's end, at least 0.
        begin: share of the run before the line begins, in [0, 1); 0.5 is usual for image
            translation.
        warmup_kimg: thousands of real samples over which the knob first rises to its value.

    Raises:
        ValueError: an option is out of range.
    """

    def propose(signals: Signals, knobs: Knobs) -> Sequence[Move]:
        along = min(max(signals["progress"] - begin, 0.0) / (1.0 - begin), 1.0)
        to = start * warm(signals, warmup_kimg) * (1.0 + (final - 1.0) * along)
        return [Move(knob, to, "linear", f"{signals['progress']:.0%} of the run is over")]

    return propose
