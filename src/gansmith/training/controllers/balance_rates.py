"""The ratio of the players' learning rates, by D's margin on held-out reals."""

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
def balance_rates(
    start: float,
    knob: str = "optimizers.discriminator.lr",
    low: Margin = 0.1,
    high: Margin = 0.9,
    ratio: Ratio = 1.25,
    most: Ratio = 4.0,
    rest_kimg: Rest = 20.0,
) -> KeepsMargin:
    """Slows D down while it tells held-out reals and fakes apart too well, and speeds it up again.

    It moves one player's learning rate, and with it the ratio of both: D's, or the other way round
    G's. Any schedule of the rate goes on beneath.

    Args:
        start: the knob's value in the recipe.
        knob: optimizers.discriminator.lr or optimizers.generator.lr.
        low: margin below which D is too weak; see balance_turns.
        high: margin above which D is too strong.
        ratio: what one move multiplies or divides the rate by.
        most: how far the rate may get from where it would be, as a ratio.
        rest_kimg: thousands of samples between two moves.

    Raises:
        ValueError: an option is out of range, or low not below high.

    Reference: two time scales Heusel et al. 2017, arXiv:1706.08500.
    """
    step = by_ratio(ratio, most, up_if_strong="generator" in knob)
    return KeepsMargin("balance_rates", knob, step, low, high, rest_kimg)
