"""The strength of a penalty on D's slope, by D's margin on held-out reals."""

from gansmith.registry import controllers
from gansmith.training.controllers.margin import (
    KeepsMargin,
    Margin,
    Ratio,
    Rest,
    by_ratio,
    in_order,
)


@controllers.add(reacts=True, scales=True, reads=("held_out",), check=in_order)
def balance_penalty(
    start: float,
    knob: str = "terms.r1.gamma",
    low: Margin = 0.1,
    high: Margin = 0.9,
    ratio: Ratio = 1.5,
    most: Ratio = 16.0,
    rest_kimg: Rest = 20.0,
) -> KeepsMargin:
    """Strengthens R1 while D tells held-out reals and fakes apart too well, and weakens it again.

    The right gamma grows with resolution and shrinks with the data's spread; this finds it from a
    wrong one. For other penalties of D, name their knob.

    Args:
        start: the knob's value in the recipe.
        knob: of the penalty.
        low: margin below which D is held back too much; see balance_turns.
        high: margin above which D is too sharp.
        ratio: what one move multiplies or divides the strength by.
        most: how far the strength may get from the recipe's, as a ratio.
        rest_kimg: thousands of samples between two moves.

    Raises:
        ValueError: an option is out of range, or low not below high.

    Reference: R1 Mescheder et al. 2018, arXiv:1801.04406.
    """
    step = by_ratio(ratio, most, up_if_strong=True)
    return KeepsMargin("balance_penalty", knob, step, low, high, rest_kimg)
