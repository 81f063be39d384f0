"""Share of fakes that are not near-copies of training samples."""

from gansmith.facts import Value
from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.metrics.maths.distances import comparable, nearest
from gansmith.registry import metrics


@metrics.add(
    values={
        "authenticity": Value(
            "high",
            "memorisation",
            "Authenticity",
            "share of fakes no closer to a training sample than its kin",
            least=0,
            most=1,
        )
    }
)
def authenticity(real: Features, fake: Features) -> float:
    """Share of fakes that are not closer to a training sample than that sample's own neighbours.

    About the fakes (memorisation): other reals get about a half to two thirds, see the noise floor;
    copies get 0. ``real`` must be the training samples.

    Args:
        real: features of the training samples [samples, width].
        fake: features of fakes [samples, width].

    Raises:
        ValueError: a side has fewer than two samples, or a value that is not finite.

    Reference: Alaa et al. 2021, arXiv:2102.08921.
    """
    reals, fakes = comparable(*both_sides("authenticity", real, fake, exact=False))
    to_train = nearest(fakes, reals)
    own = nearest(reals).farthest[to_train.index]
    return float((to_train.farthest > own).double().mean())
