"""Neighbouring pixels of a fake are to be alike."""

from gansmith.objectives.options import Weight
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(kinds=("image",))
def total_variation(weight: Weight = 1e-2) -> Term:
    """Total variation of G's images: smooths checkerboards and speckle, and fine detail with them.

    Formula: weight * (mean |x[i+1, j] - x[i, j]| + mean |x[i, j+1] - x[i, j]|) at x = G(z).

    Args:
        weight: strength; small, 1e-3 to 1e-1.

    Raises:
        ValueError: weight is not above 0.

    Reference: for networks Mahendran and Vedaldi 2014, arXiv:1412.0035.
    """

    def value(view: View) -> PerSample:
        down, across = view.fake.diff(dim=-2), view.fake.diff(dim=-1)
        return down.abs().flatten(1).mean(1) + across.abs().flatten(1).mean(1)

    return Term(value, "generator", Knob("weight", weight))
