"""D's slope between real and fake samples is pulled to 1: WGAN-GP."""

from typing import Annotated

from gansmith.objectives.gradients import between, norms, slope_at
from gansmith.objectives.options import Every, Weight
from gansmith.ranges import Range
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(slope=True, lipschitz=True)
def gradient_penalty(
    weight: Weight = 10.0,
    target: Annotated[float, Range(low=0.0, why="it is a norm")] = 1.0,
    every: Every = 1,
) -> Term:
    """Gradient penalty of WGAN-GP: pulls D's slope to 1 between real and fake samples.

    One mixing share per sample, and the norm over all axes but the batch, so that D(x) = <w, x>
    is penalised by weight * (|w| - 1)^2 at every batch size and image shape.

    Formula: weight * E (|grad D(y)| - target)^2, y = e x + (1-e) G(z), e ~ U[0, 1].

    Args:
        weight: strength, 10 in the paper.
        target: the slope wanted; 1 for a Wasserstein critic, 0 pulls D flat.
        every: apply on every n-th step only (lazy); the value is multiplied by n to keep the
            mean.

    Raises:
        ValueError: weight is not above 0, target is negative or every is below 1.

    Reference: Gulrajani et al. 2017, arXiv:1704.00028.
    """

    def value(view: View) -> PerSample:
        return (norms(slope_at(view, between(view, "gradient_penalty"))) - target).square()

    return Term(value, "discriminator", Knob("weight", weight), every)
