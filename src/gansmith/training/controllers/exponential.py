"""Exponential decay."""

from collections.abc import Sequence
from typing import Annotated

from gansmith.ranges import Range
from gansmith.records import Move
from gansmith.registry import controllers
from gansmith.training.controllers import Controller, Knobs, Signals


@controllers.add
def exponential(
    start: float,
    knob: str,
    half_life_kimg: Annotated[float, Range(above=0.0, log=True, why="it is a span of time")],
) -> Controller:
    """Halves a knob every so many thousand real samples, however long the run is.

    Formula: start * 0.5^(kimg / half_life_kimg).

    Args:
        start: the knob's value in the recipe.
        knob: its address, as `optimizers.generator.lr`.
        half_life_kimg: thousands of real samples in which the value halves, above 0.

    Raises:
        ValueError: half_life_kimg is not above 0.
    """

    def propose(signals: Signals, knobs: Knobs) -> Sequence[Move]:
        to = start * 0.5 ** (signals["kimg"] / half_life_kimg)
        return [Move(knob, to, "exponential", f"{signals['kimg']:g} kimg have passed")]

    return propose
