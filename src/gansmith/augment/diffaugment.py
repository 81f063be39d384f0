"""DiffAugment: colour, translation and cutout, for little data."""

from typing import Annotated

import torch

from gansmith.augment import colours
from gansmith.augment.augmentation import Augmentation, Images, Numbers
from gansmith.augment.geometry import shift
from gansmith.augment.patches import cut_out
from gansmith.errors import suggest
from gansmith.ranges import Range
from gansmith.records import Knob
from gansmith.registry import augmentations

SHIFT, HOLE = 0.125, 0.5  # shares of the image's sides


def known_policies(policies: tuple[str, ...]) -> None:
    """Refuse policies that there are not."""
    unknown = [word for word in policies if word not in POLICIES]
    if unknown or not policies:
        raise ValueError(f"policies: unknown '{', '.join(unknown)}'{suggest('', POLICIES)}")


@augmentations.add(check=known_policies, kinds=("image",))
def diffaugment(
    policies: tuple[str, ...] = ("colour", "translation", "cutout"),
    strength: Annotated[float, Range(low=0, high=1, why="it is a chance")] = 1.0,
) -> Augmentation:
    """DiffAugment: brightness, saturation and contrast; a shift; a square cut out.

    What it hides on both sides, D cannot memorise. All it needs is a choice of policies, so
    it is the first thing to try with fewer than some thousand images.

    Args:
        policies: any of colour, translation and cutout. For 1 % or less of a usual set take all
            three; with more, leaving colour or cutout out may do better.
        strength: chance of each policy for each image, 0 to 1; the paper always applies them.

    Raises:
        ValueError: a policy is unknown, or strength outside its range.

    Reference: Zhao et al. 2020, arXiv:2006.10738.
    """

    def apply(images: Images, numbers: Numbers, chance: float) -> Images:
        for policy in policies:
            changed = POLICIES[policy](images, numbers)
            if chance < 1:
                happens = numbers.happens(policy, chance)[:, None, None, None]
                changed = torch.where(happens, changed, images)
            images = changed
        return images

    return Augmentation(apply, Knob("strength", strength, 0.0, 1.0))


def _colour(images: Images, numbers: Numbers) -> Images:
    draws = numbers.uniform("colour", 3)
    brighter = colours.recolour(images, colours.brightness(draws[:, 0] - 0.5))
    if images.shape[1] >= 3:
        brighter = colours.recolour(brighter, colours.saturation(2 * draws[:, 1]))
    mean = brighter.mean(dim=(1, 2, 3), keepdim=True)
    return (brighter - mean) * (0.5 + draws[:, 2, None, None, None]) + mean


def _translation(images: Images, numbers: Numbers) -> Images:
    draws = numbers.uniform("translation", 2)
    reach = [round(SHIFT * side) for side in images.shape[2:]]
    steps = [(draws[:, axis] * (2 * reach[axis] + 1)).long() - reach[axis] for axis in (0, 1)]
    return shift(images, *steps)


def _cutout(images: Images, numbers: Numbers) -> Images:
    draws = numbers.uniform("cutout", 2)
    return cut_out(images, draws[:, 0], draws[:, 1], HOLE)


POLICIES = {"colour": _colour, "translation": _translation, "cutout": _cutout}
