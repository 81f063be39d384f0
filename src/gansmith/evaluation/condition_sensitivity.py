"""Does a conditional generator react to its condition? The same noise, another class."""

from jaxtyping import Float
from torch import Tensor

from gansmith.metrics.maths.distances import mean_distance

Samples = Float[Tensor, " count *shape"]


def condition_sensitivity(samples: Samples, others: Samples) -> float:
    """Return how far samples move when another class is requested, over how far apart they are.

    Mean distance between samples of the same latents and different classes, over the mean distance
    between samples of different latents: 0 for a generator that ignores its condition, whatever
    it makes and whether features separate the classes or not; about 1 where the class changes as
    much as all the noise does. Of samples that are all the same it is 0 too.

    Args:
        samples: answers to latents and classes.
        others: answers to the same latents and other classes.
    """
    first, second = (side.flatten(1).double() for side in (samples, others))
    apart = mean_distance(first)
    return float((first - second).norm(dim=1).mean()) / apart if apart > 0 else 0.0
