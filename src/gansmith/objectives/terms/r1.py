"""Half the squared slope of D at real samples."""

from gansmith.objectives.gradients import squared_norms
from gansmith.objectives.options import Every, Weight
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(slope=True)
def r1(gamma: Weight = 10.0, every: Every = 1) -> Term:
    """R1: penalises the slope of D at real samples, which makes the game converge locally.

    The squared norm is summed over all axes but the batch, so the right gamma grows with
    resolution. Refused with batch norm in D, where a sample has no slope of its own.

    Formula: gamma/2 * E |grad_x D(x)|^2, added to D's loss.

    Args:
        gamma: strength, in score^2 per data-unit^2. Typical 0.05 (32 px) to 150 (256 px).
        every: apply on every n-th step only (lazy); the value is multiplied by n to keep the
            mean. 1 is exact, 16 costs a sixteenth.

    Raises:
        ValueError: gamma is not above 0 or every is below 1.

    Reference: Mescheder et al. 2018, arXiv:1801.04406; lazy form Karras et al. 2019,
    arXiv:1912.04958.
    """

    def value(view: View) -> PerSample:
        return 0.5 * squared_norms(view.slope("real"))

    return Term(value, "discriminator", Knob("gamma", gamma), every, slope_at=("real",))
