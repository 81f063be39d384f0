"""D's steepest slope in the batch is kept low: the penalty of Lipschitz GANs."""

from gansmith.objectives.gradients import between, slope_at, squared_norms
from gansmith.objectives.options import Every, Weight
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(slope=True, lipschitz=True)
def max_gradient_penalty(weight: Weight = 0.1, every: Every = 1) -> Term:
    """Penalises D's steepest slope in the batch, between real and fake samples.

    A Lipschitz constant is a maximum, so only the steepest place counts; elsewhere D is free.

    Formula: weight * max over the batch of |grad D(y)|^2, y = e x + (1-e) G(z), e ~ U[0, 1].

    Args:
        weight: strength; the paper uses 0.01 to 10.
        every: apply on every n-th step only (lazy); the value is multiplied by n to keep the
            mean.

    Raises:
        ValueError: weight is not above 0 or every is below 1.

    Reference: Zhou et al. 2019, arXiv:1902.05687.
    """

    def value(view: View) -> PerSample:
        steepness = squared_norms(slope_at(view, between(view, "max_gradient_penalty")))
        return steepness.max().expand_as(steepness)

    return Term(value, "discriminator", Knob("weight", weight), every)
