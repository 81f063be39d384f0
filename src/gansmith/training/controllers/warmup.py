"""Up from almost nothing at the start of the run, then constant."""

from collections.abc import Sequence
from typing import Annotated

from gansmith.ranges import Range
from gansmith.records import Move
from gansmith.registry import controllers
from gansmith.training.controllers import Controller, Knobs, Signals, warm


@controllers.add
def warmup(
    start: float,
    knob: str,
    kimg: Annotated[float, Range(above=0.0, log=True, why="without a warm-up leave it out")] = 10.0,
) -> Controller:
    """Raises a knob from a hundredth of its value over the first samples, then holds it.

    To warm up into a schedule, give `cosine` or `linear` a `warmup_kimg`.

    Args:
        start: the knob's value in the recipe.
        knob: its address, as `optimizers.generator.lr`.
        kimg: thousands of real samples until the knob has its full value, above 0.

    Raises:
        ValueError: kimg is not above 0.

    Reference: Goyal et al. 2017, arXiv:1706.02677.
    """

    def propose(signals: Signals, knobs: Knobs) -> Sequence[Move]:
        share = warm(signals, kimg)
        return [Move(knob, start * share, "warmup", f"{share:.0%} of the value")]

    return propose
