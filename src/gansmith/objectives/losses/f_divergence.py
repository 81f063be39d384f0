"""Any f-divergence by its variational bound: the f-GAN family."""

import math
from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from gansmith.records import AdversarialLoss, Scores
from gansmith.registry import losses

Divergence = Literal["kl", "reverse_kl", "jensen_shannon", "squared_hellinger", "total_variation"]
Curve = Callable[[Tensor], Tensor]

LOG2 = math.log(2.0)
STEEPEST = 10.0  # beyond this exponent the exponential goes on as a straight line


def exp(scores: Tensor) -> Tensor:
    """Return e^s, continued above s = 10 by its tangent: finite and alive for any score."""
    below = scores.clamp(max=STEEPEST)
    return below.exp() * (1.0 + (scores - below))


# divergence: (T(v), f*(T(v))) of the score v; T keeps the scores inside the domain of f*
CURVES: dict[Divergence, tuple[Curve, Curve]] = {
    "kl": (lambda v: v, lambda v: exp(v - 1.0)),
    "reverse_kl": (lambda v: -exp(-v), lambda v: v - 1.0),
    "jensen_shannon": (
        lambda v: LOG2 + logsigmoid(v),
        lambda v: -LOG2 - logsigmoid(-v),
    ),
    "squared_hellinger": (lambda v: 1.0 - exp(-v), lambda v: exp(v) - 1.0),
    "total_variation": (lambda v: 0.5 * torch.tanh(v), lambda v: 0.5 * torch.tanh(v)),
}


@losses.add
def f_divergence(divergence: Divergence = "jensen_shannon") -> AdversarialLoss:
    """f-GAN: minus D's loss bounds an f-divergence of your choice from below.

    Which one decides what G leaves out: kl covers all modes at the price of bad samples,
    reverse_kl makes good samples and leaves modes out. G maximises T of its scores, the form with
    a live gradient; total_variation saturates on both sides all the same.

    Formula: D: -T(D(x)) + f*(T(D(G(z)))); G: -T(D(G(z))); with (T, f*(T)) of a score v: kl
    (v, e^(v-1)); reverse_kl (-e^-v, v - 1); jensen_shannon (log 2 s(v), -log 2 s(-v));
    squared_hellinger (1 - e^-v, e^v - 1); total_variation (tanh(v)/2, tanh(v)/2).

    Args:
        divergence: kl, reverse_kl, jensen_shannon, squared_hellinger or total_variation.

    Raises:
        ValueError: there is no such divergence.

    Reference: Nowozin et al. 2016, arXiv:1606.00709.
    """
    if divergence not in CURVES:
        raise ValueError(f"divergence must be one of {', '.join(CURVES)} but is '{divergence}'")
    curve, conjugate = CURVES[divergence]

    def discriminator(real: Scores, fake: Scores) -> Scores:
        return conjugate(fake) - curve(real)

    def generator(real: Scores, fake: Scores) -> Scores:
        return -curve(fake)

    return AdversarialLoss(discriminator, generator)
