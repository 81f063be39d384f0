"""The number of D's turns, by D's margin on held-out reals."""

from typing import Annotated

from gansmith.ranges import Range
from gansmith.registry import controllers
from gansmith.training.controllers.margin import KeepsMargin, Margin, Rest, in_order


@controllers.add(reacts=True, scales=True, reads=("held_out",), check=in_order)
def balance_turns(
    start: float,
    knob: str = "game.discriminator_turns",
    low: Margin = 0.1,
    high: Margin = 0.9,
    most: Annotated[int, Range(low=1, high=100)] = 5,
    rest_kimg: Rest = 20.0,
) -> KeepsMargin:
    """Gives D one turn more while it cannot tell held-out reals from fakes, one less once it can.

    The margin is the share of pairs of a held-out real and a fake that D ranks correctly, less the
    share that it ranks wrongly. Losses would not do: they differ by family, and those of training
    samples also fall as D memorises them.

    Args:
        start: the knob's value in the recipe.
        knob: what to move.
        low: margin below which D gets another turn.
        high: margin above which D gets a turn less, but one.
        most: turns that D has at most.
        rest_kimg: thousands of samples between two moves.

    Raises:
        ValueError: an option is out of range, or low not below high.

    Reference: turns after Arjovsky et al. 2017, arXiv:1701.07875; held-out scores after Karras et
    al. 2020, arXiv:2006.06676.
    """

    def step(factor: float, strong: bool) -> float:
        turns = round(start * factor) + (-1 if strong else 1)
        return min(max(turns, 1), most) / start

    return KeepsMargin("balance_turns", knob, step, low, high, rest_kimg)
