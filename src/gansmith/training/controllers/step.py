"""Down in steps at given shares of the run."""

from collections.abc import Sequence
from typing import Annotated

from gansmith.ranges import Range
from gansmith.records import Move
from gansmith.registry import controllers
from gansmith.training.controllers import Controller, Knobs, Signals


@controllers.add
def step(
    start: float,
    knob: str,
    factor: Annotated[float, Range(above=0.0, log=True, why="the knob would stay at 0")] = 0.1,
    at: Annotated[
        tuple[float, ...], Range(above=0.0, below=1.0, why="it is a share of the run")
    ] = (0.5, 0.75),
) -> Controller:
    """Multiplies a knob by a factor each time a given share of the run is over.

    Args:
        start: the knob's value in the recipe.
        knob: its address, as `optimizers.generator.lr`.
        factor: what to multiply by at each step, above 0.
        at: shares of the run, each in (0, 1), at which a step is taken.

    Raises:
        ValueError: factor or a share is out of range.
    """

    def propose(signals: Signals, knobs: Knobs) -> Sequence[Move]:
        taken = sum(signals["progress"] >= share for share in at)
        return [Move(knob, start * factor**taken, "step", f"{taken} of {len(at)} steps taken")]

    return propose
