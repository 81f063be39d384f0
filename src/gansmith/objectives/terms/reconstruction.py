"""G's image is to be the one that belongs to its input."""

from gansmith.objectives.options import Weight
from gansmith.objectives.pairs import Norm, distance, pair_of
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(kinds=("image",), compares="target")
def reconstruction(weight: Weight = 100.0, norm: Norm = "l1") -> Term:
    """Reconstruction: G's image is to equal the real one that belongs to its input, by pixels.

    It brings layout and colours at once and leaves the detail to the adversary. Needs the game
    paired. Absolute differences blur less than squares, which pay most for the largest.

    Formula: weight * E mean |y - G(x)| (l1), (y - G(x))^2 (l2) or Huber's of bend 1 (huber), y the
    real image that belongs to x; added to G's loss.

    Args:
        weight: strength, 100 in the paper.
        norm: l1, l2 or huber.

    Raises:
        ValueError: weight is not above 0.

    Reference: Isola et al. 2016, arXiv:1611.07004.
    """

    def value(view: View) -> PerSample:
        return distance(*pair_of(view, "target", "reconstruction"), norm)

    return Term(value, "generator", Knob("weight", weight), compares=("target",))
