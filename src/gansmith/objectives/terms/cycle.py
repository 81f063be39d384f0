"""An image taken to the other kind and back is to be what it was."""

from gansmith.objectives.options import Weight
from gansmith.objectives.pairs import Norm, distance, pair_of
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(kinds=("image",), compares="cycle")
def cycle(weight: Weight = 10.0, norm: Norm = "l1") -> Term:
    """Cycle consistency: an image translated there and back is to be the image again.

    Without pairs nothing else ties a translation to its input. Needs the game cycle, which adds it
    up over both directions.

    Formula: weight * E mean |G(F(y)) - y|, and the same with x, F and G exchanged (l1; l2: squares,
    huber: Huber's of bend 1); added to G's loss.

    Args:
        weight: strength, 10 in the paper.
        norm: l1, l2 or huber.

    Raises:
        ValueError: weight is not above 0.

    Reference: Zhu et al. 2017, arXiv:1703.10593.
    """

    def value(view: View) -> PerSample:
        return distance(*pair_of(view, "cycle", "cycle"), norm)

    return Term(value, "generator", Knob("weight", weight), compares=("cycle",))
