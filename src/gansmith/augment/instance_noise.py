"""Instance noise: what D judges is blurred into overlap, less and less if a schedule says so."""

from typing import Annotated

from gansmith.augment.augmentation import Augmentation, Numbers, Samples
from gansmith.ranges import Range
from gansmith.records import Knob
from gansmith.registry import augmentations


@augmentations.add
def instance_noise(
    deviation: Annotated[
        float, Range(above=0.0, log=True, why="without noise leave the augmentation out")
    ] = 0.1,
    strength: Annotated[float, Range(low=0, high=1, why="it is a share of the deviation")] = 1.0,
) -> Augmentation:
    """Gaussian noise on all that D judges, real and fake; the strength may fade while training.

    Where reals and fakes lie on thin sheets that do not meet, D parts them without error and its
    slope gives G no direction. Noise as wide as the gap makes them overlap. For images and for
    vectors. Let it fade by [[controllers]] with name = "linear" and knob = "augment.strength".

    Formula: D judges x + strength * deviation * n, n ~ N(0, I), fresh each time.

    Args:
        deviation: of the noise at full strength, above 0, in the units of samples, which live in
            [-1, 1]: 0.1 roughens an image, 1 drowns it.
        strength: share of the deviation that is added, 0 to 1.

    Raises:
        ValueError: deviation is not above 0, or strength outside its range.

    Reference: Sønderby et al. 2016, arXiv:1610.04490; Arjovsky and Bottou 2017, arXiv:1701.04862.
    """

    def apply(samples: Samples, numbers: Numbers, share: float) -> Samples:
        noise = numbers.normal("noise", *samples.shape[1:])
        return samples + (share * deviation * noise).to(samples.dtype)

    return Augmentation(apply, Knob("strength", strength, 0.0, 1.0))
