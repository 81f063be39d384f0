"""An image that is of the wanted kind already is to stay as it is."""

from gansmith.objectives.options import Weight
from gansmith.objectives.pairs import Norm, distance, pair_of
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(kinds=("image",), compares="identity")
def identity(weight: Weight = 5.0, norm: Norm = "l1") -> Term:
    """Identity: an image that is of the target's kind already is to come out as it is.

    Keeps colours where nothing requires others. Needs the game cycle, with as many channels on
    both sides; costs a further pass of each direction.

    Formula: weight * E mean |G(y) - y|, and the same with x and F (l1; l2: squares, huber: Huber's
    of bend 1); added to G's loss.

    Args:
        weight: strength, half of the cycle's in the paper.
        norm: l1, l2 or huber.

    Raises:
        ValueError: weight is not above 0.

    Reference: Zhu et al. 2017, arXiv:1703.10593; first Taigman et al. 2016, arXiv:1611.02200.
    """

    def value(view: View) -> PerSample:
        return distance(*pair_of(view, "identity", "identity"), norm)

    return Term(value, "generator", Knob("weight", weight), compares=("identity",))
