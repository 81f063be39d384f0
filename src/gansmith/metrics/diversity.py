"""How different the fakes are from each other: the earliest sign of collapse."""

from torch import Tensor

from gansmith.facts import Value
from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.metrics.maths.distances import comparable, mean_distance, nearest
from gansmith.metrics.maths.empty_regions import missing_share
from gansmith.metrics.shortfall import shortfall
from gansmith.registry import metrics

RARE = 0.01
AT_MOST = 10_000  # a side; more change the third digit and cost their square
VALUES = {
    "diversity_ratio": Value(
        "one",
        "diversity",
        "Diversity",
        "mean distance between fakes over that between reals",
        least=0,
    ),
    "duplicate_share": Value(
        "low",
        "diversity",
        "Near-duplicates",
        "share of fakes that nearly repeat another fake",
        least=0,
        most=1,
    ),
    "spacing_ratio": Value(
        "one",
        "diversity",
        "Spacing",
        "nearest over mean distance of fakes, over that of reals",
        least=0,
    ),
    "missing_share": Value(
        "low",
        "diversity",
        "Left out",
        "share of the data where hardly any fakes are made",
        least=0,
        most=1,
    ),
    "shortfall": Value(
        "low",
        "diversity",
        "Made elsewhere",
        "share of the fakes due near some reals that are made near others",
        least=0,
        most=1,
    ),
}


@metrics.add(values=VALUES)
def diversity(real: Features, fake: Features) -> dict[str, float]:
    """Spread of the fakes against that of the reals, near-duplicates, spacing, and what is missing.

    ``diversity_ratio``: mean distance of two fakes over that of two reals; near 1 is right, near 0
    is total collapse, well below 1 is partial collapse. ``duplicate_share``: share of fakes whose
    nearest fake is closer than reals have theirs in all but 1 % of cases, at equal counts; reals
    against themselves have 0.01. ``spacing_ratio``: median distance of a fake to its nearest fake
    over the mean distance of two fakes, over the same of reals, at equal counts; a few samples
    again and again have 0 however different they are, and smooth fakes do not. ``missing_share``:
    share of the reals in cells of the data that hold less than a tenth of the fakes due there; 0
    for fakes that are rough but everywhere. ``shortfall``: share of the fakes due near some reals
    that are made near others; a class that is missing counts, also where its reals have fakes of
    other classes nearby. All are about the fakes (diversity); the reals set the
    scale. The first 10,000 samples of each side are used, 2,048 for the cells.

    Raises:
        ValueError: a side has fewer than two samples or a value that is not finite, or all reals
            are equal.
    """
    rows = both_sides("diversity", real, fake, exact=False)
    reals, fakes = comparable(*(side[:AT_MOST] for side in rows))
    spread = mean_distance(reals)
    if spread == 0:
        raise ValueError(
            "diversity compares the spread of fakes with that of reals but all reals have equal "
            "features; check the data, or use another extractor"
        )
    spread_of_fakes = mean_distance(fakes)
    count = min(len(reals), len(fakes))  # nearest distances shrink with the count
    of_reals, of_fakes = (nearest(side[:count]).farthest for side in (reals, fakes))
    limit = of_reals.quantile(RARE, interpolation="lower")
    return {
        "diversity_ratio": spread_of_fakes / spread,
        "duplicate_share": float((of_fakes <= limit).double().mean()),
        "spacing_ratio": _spacing(
            of_fakes, spread_of_fakes, float(of_reals.median()) ** 0.5 / spread
        ),
        "missing_share": missing_share(reals, fakes),
        "shortfall": shortfall(reals, fakes),
    }


def _spacing(of_fakes: Tensor, spread: float, of_reals: float) -> float:
    """Equal fakes have no spacing at all; reals that are mostly copies set no scale."""
    own = float(of_fakes.median()) ** 0.5 / spread if spread > 0 else 0.0
    return own / of_reals if of_reals > 0 else 1.0
