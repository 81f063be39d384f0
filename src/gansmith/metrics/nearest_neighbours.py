"""How far samples are from each other and from the training samples, as reals are."""

from gansmith.facts import Value
from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.metrics.maths.distances import Nearest, comparable, nearest
from gansmith.registry import metrics

VALUES = {
    "among_ratio": Value(
        "one",
        "diversity",
        "Distance among fakes",
        "of a fake to the nearest other fake, over that among reals",
        least=0,
    ),
    "to_real_ratio": Value(
        "one",
        "memorisation",
        "Distance to the reals",
        "of a fake to the nearest real, over that among reals; near 0: copies",
        least=0,
    ),
}


@metrics.add(values=VALUES)
def nearest_neighbours(real: Features, fake: Features) -> dict[str, float]:
    """Mean distances of nearest neighbours: among the fakes, and of fakes to the training samples.

    Both over the mean distance of a real to the nearest other real. Fakes that are alike have a low
    ``among_ratio``, fakes that are copied a low ``to_real_ratio``; fakes that are like no real have
    a high one. With fewer fakes than reals, neighbours are farther: compare equal numbers, or read
    the noise floor beside it.

    Args:
        real: features of the training samples [samples, width].
        fake: features of fakes [samples, width].

    Raises:
        ValueError: a side has fewer than two samples or values that are not finite, or all reals
            have a copy.

    Reference: Donahue et al. 2018, arXiv:1802.04208, section 6.2.
    """
    reals, fakes = comparable(*both_sides("nearest_neighbours", real, fake, exact=False))
    own = _mean(nearest(reals))
    if own <= 0:
        raise ValueError("nearest_neighbours needs reals that differ, but all have a copy")
    return {
        "among_ratio": _mean(nearest(fakes)) / own,
        "to_real_ratio": _mean(nearest(fakes, reals)) / own,
    }


def _mean(found: Nearest) -> float:
    """Return the mean distance, of the squares that are known."""
    return float(found.farthest.double().clamp_min(0).sqrt().mean())
