"""The augmentations of StyleGAN2-ADA, each with the chance that the strength says."""

import math
from typing import Annotated

import torch
from torch import Tensor

from gansmith.augment import colours, geometry, patches
from gansmith.augment.augmentation import Augmentation, Images, Numbers
from gansmith.data.loading.sending import sent
from gansmith.errors import check_range, suggest
from gansmith.ranges import Range
from gansmith.records import Knob
from gansmith.registry import augmentations

SAFE = 0.8  # beyond it augmentations leak into what G makes
USUAL = ("pixels", "geometry", "colour")


def within_most(groups: tuple[str, ...], strength: float, most: float) -> None:
    """Refuse a strength above its own limit, and groups that there are not."""
    check_range("strength", strength, 0, most, why="it is a chance, and `most` is its limit")
    unknown = [word for word in groups if word not in GROUPS]
    if unknown or not groups:
        raise ValueError(f"groups: unknown '{', '.join(unknown)}'{suggest('', GROUPS)}")


@augmentations.add(check=within_most, kinds=("image",))
def ada(
    groups: tuple[str, ...] = USUAL,
    strength: Annotated[float, Range(low=0, high=1, why="it is a chance")] = 0.0,
    most: Annotated[
        float, Range(low=0, high=1, why="it is a chance; above 0.8 augmentations leak")
    ] = SAFE,
) -> Augmentation:
    """ADA's pipeline: flips and turns, scaling and rotation, colour, bands of frequency, noise.

    Its strength is to be moved while training: add the controller `ada`, which raises it as D
    overfits. Each change is undone by none of the others, and none happens always, so that G can
    learn what real images look like as long as the strength stays below about 0.8.

    Where the paper resamples with a wavelet filter, this is bilinear.

    Args:
        groups: any of pixels (mirror, quarter turns, whole shifts), geometry (scale, rotation,
            stretch, fractional shift), colour (brightness, contrast, luma flip, hue, saturation),
            filter (bands of frequency) and corruption (noise, cutout). The paper's choice is the
            default; leave pixels and geometry out where a turned image is another thing.
        strength: chance of each change for each image, at the start.
        most: the strength never rises above this.

    Raises:
        ValueError: a group is unknown, or a strength outside its range.

    Reference: Karras et al. 2020, arXiv:2006.06676.
    """

    def apply(images: Images, numbers: Numbers, chance: float) -> Images:
        if {"pixels", "geometry"} & set(groups):
            images = _move(images, numbers, chance, groups)
        for group in groups:
            if group in CHANGES:
                images = CHANGES[group](images, numbers, chance)
        return images

    return Augmentation(apply, Knob("strength", strength, 0.0, most))


def _move(images: Images, numbers: Numbers, chance: float, groups: tuple[str, ...]) -> Images:
    """Work all changes of place into one map, and sample the pixels once."""
    plain = torch.eye(3, device=images.device, dtype=images.dtype).repeat(len(images), 1, 1)
    maps = plain
    if "pixels" in groups:
        maps = maps @ _whole_pixels(images, numbers, chance)
    if "geometry" in groups:
        maps = maps @ _affine(images, numbers, chance)
    moved = (maps != plain).flatten(1).any(1)[:, None, None, None]
    return torch.where(moved, geometry.warp(images, maps), images)


def _whole_pixels(images: Images, numbers: Numbers, chance: float) -> Tensor:
    """Mirror, turn by quarters, shift by whole pixels up to an eighth of the image."""
    draws, height, width = numbers.uniform("pixels", 4), images.shape[2], images.shape[3]
    one = torch.ones_like(draws[:, 0])
    mirrored = torch.where(draws[:, 0] < 0.5, -one, one)
    maps = geometry.scaling(_if(numbers, "mirror", chance, mirrored, 1.0), one)
    if height == width:
        turns = (4 * draws[:, 1]).floor()
        turns = _if(numbers, "quarter", chance, turns, 0.0)
        maps = maps @ geometry.rotation(turns * (math.pi / 2)).round()
    shifts = [((2 * draws[:, 2 + k] - 1) * 0.125 * side).round() for k, side in _sides(images)]
    happens = numbers.happens("shift", chance)
    across, down = (torch.where(happens, steps, 0 * steps) for steps in shifts)
    return maps @ geometry.translation(across, down)


def _sides(images: Images) -> tuple[tuple[int, int], tuple[int, int]]:
    return (0, images.shape[3]), (1, images.shape[2])


def _affine(images: Images, numbers: Numbers, chance: float) -> Tensor:
    """Scale, turn, stretch, turn again, shift by fractions; the turns share their chance."""
    sizes, places = numbers.normal("geometry", 4), numbers.uniform("geometry", 2)
    scale = _if(numbers, "scale", chance, torch.exp2(0.2 * sizes[:, 0]), 1.0)
    half = 1 - math.sqrt(max(0.0, 1 - chance))  # two chances that make one
    before, after = (
        _if(numbers, f"turn{k}", half, (2 * places[:, k] - 1) * math.pi, 0.0) for k in (0, 1)
    )
    stretch = _if(numbers, "stretch", chance, torch.exp2(0.2 * sizes[:, 1]), 1.0)
    happens = numbers.happens("fraction", chance)
    steps = (sizes[:, 2 + k] * 0.125 * side for k, side in _sides(images))
    across, down = (torch.where(happens, step, 0 * step) for step in steps)
    maps = geometry.scaling(scale, scale) @ geometry.rotation(before)
    maps = maps @ geometry.scaling(stretch, 1 / stretch) @ geometry.rotation(after)
    return maps @ geometry.translation(across, down)


def _colour(images: Images, numbers: Numbers, chance: float) -> Images:
    """Brightness, contrast, light for dark; hue and saturation where there are colours."""
    sizes, places = numbers.normal("colour", 3), numbers.uniform("colour", 2)
    maps = colours.brightness(_if(numbers, "brightness", chance, 0.2 * sizes[:, 0], 0.0))
    factor = _if(numbers, "contrast", chance, torch.exp2(0.5 * sizes[:, 1]), 1.0)
    maps = colours.contrast(factor) @ maps
    flipped = (places[:, 0] < 0.5).to(images.dtype)
    maps = colours.luma_flip(_if(numbers, "luma", chance, flipped, 0.0)) @ maps
    if images.shape[1] >= 3:
        angle = (2 * places[:, 1] - 1) * math.pi
        maps = colours.hue(_if(numbers, "hue", chance, angle, 0.0)) @ maps
        factor = _if(numbers, "saturation", chance, torch.exp2(sizes[:, 2]), 1.0)
        maps = colours.saturation(factor) @ maps
    return colours.recolour(images, maps)


def _filter(images: Images, numbers: Numbers, chance: float) -> Images:
    """Make each band louder or softer, at the same expected power of a natural image."""
    sizes = torch.exp2(numbers.normal("filter", patches.BANDS))
    gains = torch.ones_like(sizes)
    power = sent(torch.tensor([1, 1, 1, 10], dtype=sizes.dtype), sizes.device) / 13
    for band in range(patches.BANDS):
        gain = torch.ones_like(gains)
        gain[:, band] = _if(numbers, f"band{band}", chance, sizes[:, band], 1.0)
        gains = gains * gain / (power * gain.square()).sum(1, keepdim=True).sqrt()
    return patches.amplify(images, gains)


def _corruption(images: Images, numbers: Numbers, chance: float) -> Images:
    """Add noise of some strength, and cut half of the height and width out."""
    loudness = _if(numbers, "noise", chance, 0.1 * numbers.normal("loudness").abs(), 0.0)
    noise = numbers.normal("noise", *images.shape[1:])
    images = images + loudness[:, None, None, None] * noise
    places = numbers.uniform("cutout", 2)
    cut = patches.cut_out(images, places[:, 0], places[:, 1], 0.5)
    return torch.where(numbers.happens("cutout", chance)[:, None, None, None], cut, images)


def _if(numbers: Numbers, stream: str, chance: float, value: Tensor, otherwise: float) -> Tensor:
    """Return the values where the change happens, otherwise the identity."""
    happens = numbers.happens(stream, chance)
    return torch.where(happens, value, torch.full_like(value, otherwise))


CHANGES = {"colour": _colour, "filter": _filter, "corruption": _corruption}
GROUPS = ("pixels", "geometry", *CHANGES)
