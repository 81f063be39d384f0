"""Half the squared slope of D at fake samples."""

from gansmith.objectives.gradients import squared_norms
from gansmith.objectives.options import Every, Weight
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(slope=True)
def r2(gamma: Weight = 10.0, every: Every = 1) -> Term:
    """R2: penalises the slope of D at fake samples; with R1 it tames the relativistic loss.

    Early in training fakes and reals lie apart and R1 alone leaves D steep at the fakes.

    Formula: gamma/2 * E |grad_x D(x)|^2 at x = G(z), added to D's loss.

    Args:
        gamma: strength, in score^2 per data-unit^2; usually that of r1.
        every: apply on every n-th step only (lazy); the value is multiplied by n to keep the
            mean.

    Raises:
        ValueError: gamma is not above 0 or every is below 1.

    Reference: Mescheder et al. 2018, arXiv:1801.04406; with R1 Huang et al. 2025,
    arXiv:2501.05441.
    """

    def value(view: View) -> PerSample:
        return 0.5 * squared_norms(view.slope("fake"))

    return Term(value, "discriminator", Knob("gamma", gamma), every, slope_at=("fake",))
