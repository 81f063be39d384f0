"""D's slope is pulled to 1 around real data."""

from typing import Annotated

import torch

from gansmith.objectives.gradients import norms, slope_at
from gansmith.objectives.options import Every, Weight
from gansmith.ranges import Range
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(slope=True)
def dragan(
    weight: Weight = 10.0,
    spread: Annotated[
        float, Range(above=0.0, log=True, why="it is the size of a neighbourhood")
    ] = 0.5,
    every: Every = 1,
) -> Term:
    """DRAGAN: pulls D's slope to 1 around real samples, which removes sharp local equilibria.

    Goes with a plain GAN loss; unlike `gradient_penalty` it says nothing about D between the
    reals and the fakes, so it does not make a Wasserstein critic.

    Formula: weight * E (|grad D(x + d)| - 1)^2, d = spread * std(x) * U[0, 1].

    Args:
        weight: strength, 10 in the paper.
        spread: size c of the noise, in standard deviations of the batch.
        every: apply on every n-th step only (lazy); the value is multiplied by n to keep the
            mean.

    Raises:
        ValueError: weight or spread is not above 0, or every is below 1.

    Reference: Kodali et al. 2017, arXiv:1705.07215.
    """

    def value(view: View) -> PerSample:
        real = view.real.detach()
        noise = view.draws.uniform("dragan", *real.shape[1:]).to(real.dtype)
        around = real + spread * torch.std(real, correction=0) * noise
        return (norms(slope_at(view, around)) - 1.0).square()

    return Term(value, "discriminator", Knob("weight", weight), every)
