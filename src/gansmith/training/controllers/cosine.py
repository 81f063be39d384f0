"""Down along half a cosine over the whole run."""

import math
from collections.abc import Sequence
from typing import Annotated

from gansmith.ranges import Range
from gansmith.records import Move
from gansmith.registry import controllers
from gansmith.training.controllers import Controller, Knobs, Signals, warm


@controllers.add
def cosine(
    start: float,
    knob: str,
    final: Annotated[float, Range(low=0.0, why="it is a share of the knob's start")] = 0.0,
    warmup_kimg: Annotated[float, Range(low=0.0, why="it is a span of time")] = 0.0,
) -> Controller:
    """Moves a knob down along half a cosine, from its start to a share of it at the run's end.

    Formula: start * (final + (1 - final) * (1 + cos(pi * progress)) / 2).

    Args:
        start: the knob's value in the recipe.
        knob: its address, as `optimizers.generator.lr`.
        final: share of the start that is left at the end, at least 0.
        warmup_kimg: thousands of real samples over which the knob first rises to its value.

    Raises:
        ValueError: final or warmup_kimg is negative.

    Reference: Loshchilov and Hutter 2016, arXiv:1608.03983.
    """

    def propose(signals: Signals, knobs: Knobs) -> Sequence[Move]:
        wave = 0.5 * (1.0 + math.cos(math.pi * min(signals["progress"], 1.0)))
        to = start * warm(signals, warmup_kimg) * (final + (1.0 - final) * wave)
        return [Move(knob, to, "cosine", f"{signals['progress']:.0%} of the run is over")]

    return propose
