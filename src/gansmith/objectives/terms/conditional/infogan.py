"""Codes of the latent are to be readable in the sample."""

import math
from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from gansmith.codes import Codes
from gansmith.objectives.gradients import features_of, rows
from gansmith.objectives.options import Weight
from gansmith.ranges import Range
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms

ONE_OF_EACH = Codes((2,), 1)


class CodeHead(nn.Module):
    """Q: reads the codes of a sample in D's features.

    Args:
        feature_width: of D's features.
        codes: which codes there are.
        deviation: standard deviation of Q's Gaussian for a continuous code.
    """

    def __init__(self, feature_width: int, codes: Codes, deviation: float) -> None:
        super().__init__()
        self.codes, self.deviation = codes, deviation
        self.read = nn.Linear(feature_width, sum(codes.categorical) + codes.continuous)

    def forward(self, features: Tensor, latent: Tensor) -> Tensor:
        """Return -log Q(codes of the latent | features) of each sample, [batch]."""
        chosen, values = self.codes.read(latent)
        sizes = [*self.codes.categorical, self.codes.continuous]
        *guesses, means = torch.split(rows(self.read(features)), sizes, dim=1)
        surprise = self._of_values(means, values.to(means.dtype)).sum(1)
        for guess, category in zip(guesses, chosen, strict=True):
            surprise = surprise + cross_entropy(guess, category, reduction="none")
        return surprise

    def _of_values(self, means: Tensor, values: Tensor) -> Tensor:
        scale = math.log(self.deviation) + 0.5 * math.log(2 * math.pi)
        return 0.5 * ((values - means) / self.deviation).square() + scale


@terms.add(codes=True)
def infogan(
    weight: Weight = 1.0,
    deviation: Annotated[float, Range(above=0.0, log=True, why="it is a standard deviation")] = 1.0,
    *,
    codes: Codes = ONE_OF_EACH,
    feature_width: int = 3,
) -> Term:
    """InfoGAN: G is to make samples in which Q, on D's features, can read the latent's codes.

    Each code then comes to mean something (a class, a slant) without a label; `gansmith sample
    --code 0=3` asks for it. Needs the recipe's [codes]. Q is a linear head on D's features: it is
    trained with G, the features with D, both for the same sum. What is recorded bounds the mutual
    information from below: I(c; G) >= H(c) - value/weight, with H = log k for k categories.

    Formula: weight * E [-log Q(c | G(z, c))]; categorical codes: cross-entropy; continuous codes:
    Gaussian of fixed deviation s, (c - m)^2 / 2s^2 + log s + log(2 pi)/2. Added to both losses.

    Args:
        weight: strength, 1 in the paper for categories, less (0.1) for continuous codes.
        deviation: s of the continuous codes; smaller counts them more.
        codes: which codes the latent carries.
        feature_width: of D's features.

    Raises:
        ValueError: weight or deviation is not above 0.

    Reference: Chen et al. 2016, arXiv:1606.03657.
    """
    head = CodeHead(feature_width, codes, deviation)

    def value(view: View) -> PerSample:
        surprise: Tensor = head(features_of(view.critiques["fake"], "infogan"), view.latent)
        return surprise

    return Term(value, "both", Knob("weight", weight), module=head, trained_by="generator")
