"""G's image is to look like the one that belongs to its input, to a fixed network."""

from gansmith.objectives.feature_maps import check_extractor, maps_of
from gansmith.objectives.options import Weight
from gansmith.objectives.pairs import distance, pair_of
from gansmith.records import Knob, PerSample, Term, View
from gansmith.registry import terms


@terms.add(kinds=("image",), compares="target", check=check_extractor)
def perceptual(weight: Weight = 1.0, extractor: str = "efficientnet_lite") -> Term:
    """Perceptual distance: what a fixed network sees in G's image and in the target is to agree.

    Sees edges and textures where pixels see only whether they lie exactly in place. Any feature
    extractor will do that needs no training; its maps of every depth count alike. Needs the game
    paired.

    Formula: weight * E sum_j mean (phi_j(y) - phi_j(G(x)))^2, phi_j the extractor's map of depth j,
    its mean over channels and places; added to G's loss.

    Args:
        weight: strength; what suits depends on the extractor: watch its share of G's loss.
        extractor: efficientnet_lite, random or another (`gansmith parts extractors`).

    Raises:
        ValueError: weight is not above 0, or there is no such extractor.

    Reference: Johnson et al. 2016, arXiv:1603.08155.
    """

    def value(view: View) -> PerSample:
        made, wanted = pair_of(view, "target", "perceptual")
        seen = zip(maps_of(extractor, made), maps_of(extractor, wanted.detach()), strict=True)
        total: PerSample = sum(distance(m, w, "l2") for m, w in seen)  # type: ignore[assignment]
        return total

    return Term(value, "generator", Knob("weight", weight), compares=("target",))
