"""G's image is to have the textures of the one that belongs to its input."""

from jaxtyping import Float
from torch import Tensor

from gansmith.objectives.feature_maps import check_extractor, maps_of
from gansmith.objectives.options import Weight
from gansmith.objectives.pairs import pair_of
from gansmith.objectives.products import products
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(kinds=("image",), compares="target", check=check_extractor)
def style(weight: Weight = 1.0, extractor: str = "efficientnet_lite") -> Term:
    """Style: the channels of a fixed network are to go together as they do in the target.

    Which channels answer in the same places says what textures there are, and not where. Any
    feature extractor will do that needs no training. Needs the game paired.

    Formula: weight * E sum_j |M_j(y) - M_j(G(x))|^2 with the Gram matrix M_j = phi_j phi_j^T / (C_j
    P_j) of the extractor's map of depth j, C_j channels by P_j places; added to G's loss.

    Args:
        weight: strength; what suits depends on the extractor: watch its share of G's loss.
        extractor: efficientnet_lite, random or another (`gansmith parts extractors`).

    Raises:
        ValueError: weight is not above 0, or there is no such extractor.

    Reference: Gatys et al. 2015, arXiv:1508.06576; as a loss of G Johnson et al. 2016,
    arXiv:1603.08155.
    """

    def value(view: View) -> PerSample:
        made, wanted = pair_of(view, "target", "style")
        seen = zip(maps_of(extractor, made), maps_of(extractor, wanted.detach()), strict=True)
        apart = [(gram(m) - gram(w)).square().sum((1, 2)) for m, w in seen]
        total: PerSample = sum(apart)  # type: ignore[assignment]
        return total

    return Term(value, "generator", Knob("weight", weight), compares=("target",))


def gram(seen: Float[Tensor, " batch channels *places"]) -> Float[Tensor, " batch wide high"]:
    """Return the mean over places and channels of how channels go together: f f^T / (C P)."""
    f = seen.flatten(2) if seen.ndim > 2 else seen.unsqueeze(2)
    return products(f) / (f.shape[1] * f.shape[2])
