"""Which of the reals' classes the fakes have, and how often."""

import torch

from gansmith.facts import Value
from gansmith.metrics.maths.chances import Chances
from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.registry import metrics

COVERAGE = {
    "classes_found": Value(
        "high",
        "diversity",
        "Classes found",
        "classes of the reals that at least one fake has",
        least=0,
    ),
    "class_kl": Value(
        "low", "diversity", "Class KL", "KL divergence between shares of classes", least=0
    ),
}


@metrics.add(of="probabilities", values=COVERAGE)
def class_coverage(real: Features, fake: Features) -> dict[str, float]:
    """How many of the reals' classes the fakes have, and how far their shares are from the reals'.

    A sample counts for its most likely class. ``classes_found`` is the number of classes of the
    reals that at least one fake has; ``class_kl`` is 0 for equal shares. Both are about the fakes
    (diversity); the reals say which classes there are and how often.

    Formula: class_kl = sum_y p_fake(y) log( p_fake(y) / p_real(y) ); a class that no real has
    counts as half a real.

    Args:
        real: class probabilities of reals [samples, classes].
        fake: class probabilities of fakes [samples, classes].

    Raises:
        ValueError: widths differ or a value is not finite.

    Reference: Che et al. 2016, arXiv:1612.02136.
    """
    rows = both_sides("class_coverage", real, fake, 1)
    return class_coverage_between(*(Chances.of(side) for side in rows))


def class_coverage_between(real: Chances, fake: Chances) -> dict[str, float]:
    """Return ``class_coverage`` of streamed probabilities, as of the samples."""
    expected = real.likeliest.clamp(min=0.5) / real.count
    shares = fake.likeliest / fake.count
    surplus = torch.special.xlogy(shares, shares) - torch.special.xlogy(shares, expected)
    return {
        "classes_found": float(((fake.likeliest > 0) & (real.likeliest > 0)).sum()),
        "class_kl": max(float(surplus.sum()), 0.0),
    }
