"""Down in steps at given shares of the run."""

from collections.abc import Sequence

from gansmith.errors import check_range
from gansmith.records import Move
from gansmith.registry import controllers
from gansmith.training.controllers import Controller, Knobs, Signals


@controllers.add
def step(
    start: float, knob: str, factor: float = 0.1, at: tuple[float, ...] = (0.5, 0.75)
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
    check_range("factor", factor, above=0.0, why="the knob would stay at 0")
    for share in at:
        check_range("at", share, above=0.0, below=1.0, why="it is a share of the run")

    def propose(signals: Signals, knobs: Knobs) -> Sequence[Move]:
        taken = sum(signals["progress"] >= share for share in at)
        return [Move(knob, start * factor**taken, "step", f"{taken} of {len(at)} steps taken")]

    return propose
