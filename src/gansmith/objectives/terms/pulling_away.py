"""Fakes are to have features in different directions."""

import torch
from torch.nn.functional import normalize

from gansmith.objectives.gradients import features_of
from gansmith.objectives.options import Weight
from gansmith.objectives.products import products
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(features=True)
def pulling_away(weight: Weight = 0.1) -> Term:
    """Pulling-away term of EBGAN: the features of a batch of fakes are to be orthogonal.

    Needs a discriminator that gives features; in EBGAN they are the code of its autoencoder.

    Formula: weight * 1/(N(N-1)) sum over i != j of cos(f_i, f_j)^2, f_i the features of fake i;
    added to G's loss.

    Args:
        weight: strength, 0.1 in the paper.

    Raises:
        ValueError: weight is not above 0.

    Reference: Zhao et al. 2016, arXiv:1609.03126.
    """

    def value(view: View) -> PerSample:
        direction = normalize(features_of(view.critiques["fake"], "pulling_away"), dim=1)
        alike = products(direction).square()
        others = 1.0 - torch.eye(len(alike), dtype=alike.dtype, device=alike.device)
        return (alike * others).sum(1) / max(len(alike) - 1, 1)

    return Term(value, "generator", Knob("weight", weight))
