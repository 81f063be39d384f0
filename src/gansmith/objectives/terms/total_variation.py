"""Neighbouring pixels of a fake are to be alike."""

from gansmith.errors import check_range
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(images=True)
def total_variation(weight: float = 1e-2) -> Term:
    """Total variation of G's images: smooths checkerboards and speckle, and fine detail with them.

    Formula: weight * (mean |x[i+1, j] - x[i, j]| + mean |x[i, j+1] - x[i, j]|) at x = G(z).

    Args:
        weight: strength; small, 1e-3 to 1e-1.

    Raises:
        ValueError: weight is not above 0.

    Reference: for networks Mahendran and Vedaldi 2014, arXiv:1412.0035.
    """
    check_range("weight", weight, above=0.0, why="a term of weight 0 is off: leave it out instead")

    def value(view: View) -> PerSample:
        down, across = view.fake.diff(dim=-2), view.fake.diff(dim=-1)
        return down.abs().flatten(1).mean(1) + across.abs().flatten(1).mean(1)

    return Term(value, "generator", Knob("weight", weight))
