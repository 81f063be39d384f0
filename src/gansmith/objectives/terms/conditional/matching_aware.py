"""D is to tell right conditions from wrong ones: a real sample with another's counts as fake."""

import torch
from torch import Tensor
from torch.nn.functional import softplus

from gansmith.errors import GansmithError
from gansmith.objectives.options import Weight
from gansmith.records import Condition, Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(conditioned=True)
def matching_aware(weight: Weight = 1.0) -> Term:
    """Matching-aware D: real samples with their own condition score above those with another's.

    For captions, labels and attributes. Without it D may judge the image alone for long, and G
    learns what it was asked for late. The wrong condition is that of the sample before in the
    batch; where both are the same there is nothing to tell apart. Costs one more pass of D.

    Formula: weight * E log(1 + e^(D(x, c') - D(x, c))), c the condition of x, c' another sample's.

    Args:
        weight: strength.

    Raises:
        ValueError: weight is not above 0.

    Reference: Reed et al. 2016, arXiv:1605.05396, where such pairs are a third class of inputs; as
        a difference of scores it fits every loss.
    """

    def value(view: View) -> PerSample:
        if view.condition is None:
            raise GansmithError("terms.matching_aware needs [condition] in the recipe")
        wrong = Condition(**{name: rows.roll(1, 0) for name, rows in view.condition.items()})
        scores = view.discriminator(view.real, wrong).scores
        excess = softplus(scores - view.critiques["real"].scores)
        return excess.view(len(excess), -1).mean(1) * _differ(view.condition, wrong).to(
            excess.dtype
        )

    return Term(value, "discriminator", Knob("weight", weight))


def _differ(condition: Condition, other: Condition) -> Tensor:
    """Return for each row whether any of its conditions differ."""
    each = [(rows != other[name]).view(len(rows), -1).any(1) for name, rows in condition.items()]
    return torch.stack(each).any(0)
