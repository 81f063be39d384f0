"""Fakes are to have the mean features of reals."""

import torch

from gansmith.objectives.gradients import features_of, judge
from gansmith.objectives.options import Weight
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(features=True)
def feature_matching(weight: Weight = 1.0) -> Term:
    """Feature matching: G's samples are to have the same mean features in D as the reals.

    A goal for G that does not run away when D is strong. Needs a discriminator that gives
    features.

    Formula: weight * |E f(x) - E f(G(z))|^2, f the features behind D's score; added to G's loss.

    Args:
        weight: strength.

    Raises:
        ValueError: weight is not above 0.

    Reference: Salimans et al. 2016, arXiv:1606.03498.
    """

    def value(view: View) -> PerSample:
        fake = features_of(view.critiques["fake"], "feature_matching")
        with torch.no_grad():
            real = features_of(judge(view, view.real), "feature_matching")
        distance = (real.mean(0) - fake.mean(0)).square().sum()
        return distance.expand(len(fake))

    return Term(value, "generator", Knob("weight", weight))
