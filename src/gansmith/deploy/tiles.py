"""Images of any size through a generator of images: whole where the net can, else in tiles."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from gansmith.networks.layers.instance_norm import InstanceNorm, Statistics
from gansmith.sampling.generate import make_samples

WHOLE = 1 << 20  # pixels up to which an image is worked off at once
TILE = 512  # side of the tiles of a larger one
OVERLAP = 3  # neighbours share a third of a tile, and blend in the middle quarter of it
MARGIN = 3 / 8  # of what is shared, next to a tile's border: unused, for the border changes it
FEW = 4 * TILE**2  # pixels of the tiles that show an image's mean and variance


def any_size(network: nn.Module) -> int:
    """Return the multiple that sides of images must be for a net of any size; 0 for another net."""
    found = (getattr(module, "any_size", 0) for module in network.modules())
    return max(found, default=0)


def translated(
    network: nn.Module,
    images: Tensor,
    trained: tuple[int, int],
    tile: int | None = None,
    bounds: tuple[float, float] | None = None,
) -> Tensor:
    """Return what a generator makes of images of any size, on the processor, [N, C, H, W].

    A net that is convolutional throughout gets an image of up to a million pixels at once. A larger
    one, or any for other nets, is cut into tiles that overlap and are blended; means and variances
    of instance norms are then those of tiles from all over the image, so that every tile is
    translated by the same function and seams do not show.

    Args:
        network: the generator.
        images: [N, inputs, H, W] in [-1, 1].
        trained: (height, width) of what it was trained on.
        tile: side of the tiles; None: 512, or what the net was trained on.
        bounds: that values are held to.

    Raises:
        ValueError: tiles are to be of a size that the net does not take, or below 8.
    """
    multiple = any_size(network)
    sides = _tile(multiple, trained, tile)
    made = [_one(network, image[None], sides, multiple, trained, tile) for image in images]
    whole = torch.cat(made)
    return whole.clamp_(*bounds) if bounds else whole


def _tile(multiple: int, trained: tuple[int, int], tile: int | None) -> tuple[int, int]:
    """Return the (height, width) of a tile."""
    if multiple:
        if tile is not None and tile < 8:
            raise ValueError(f"tiles have at least 8 pixels a side, but {tile} was asked for")
        side = _up(tile or TILE, multiple)
        return side, side
    if tile is not None and (tile, tile) != trained:
        raise ValueError(
            f"this net takes images of {trained[0]} x {trained[1]} pixels alone; leave the tile out"
        )
    return trained


def _up(side: int, multiple: int) -> int:
    return -(-side // multiple) * multiple


def _one(
    network: nn.Module,
    image: Tensor,
    sides: tuple[int, int],
    multiple: int,
    trained: tuple[int, int],
    tile: int | None,
) -> Tensor:
    height, width = image.shape[2:]
    if multiple and tile is None and height * width <= WHOLE:
        least = (_up(max(s, t), multiple) for s, t in zip((height, width), trained, strict=True))
        return make_samples(network, mirrored(image, *least))[:, :, :height, :width]
    step = max(multiple, 1)
    large = mirrored(
        image, *(max(_up(h, step), t) for h, t in zip((height, width), sides, strict=True))
    )
    return in_tiles(network, large, sides, step)[:, :, :height, :width]


def mirrored(image: Tensor, height: int, width: int) -> Tensor:
    """Return images continued below and to the right to that size, mirrored at the border."""
    for dim, side in ((2, height), (3, width)):
        own = image.shape[dim]
        places = torch.arange(side) % (2 * own)
        image = image.index_select(dim, torch.minimum(places, 2 * own - 1 - places))
    return image


def in_tiles(network: nn.Module, image: Tensor, sides: tuple[int, int], multiple: int) -> Tensor:
    """Return the blend of tiles of an image [1, C, H, W], its means and variances those of some."""
    some = _spread(_corners(image, sides, multiple), sides)
    with statistics_of(network, torch.cat([_cut(image, corner, sides) for corner in some])):
        return blended(network, image, sides, multiple)


def blended(network: nn.Module, image: Tensor, sides: tuple[int, int], multiple: int) -> Tensor:
    """Return the blend of overlapping tiles of an image [1, C, H, W], each worked off by itself."""
    height, width = image.shape[2:]
    weights, total = torch.zeros(1, 1, height, width), torch.zeros(0)
    for corner in _corners(image, sides, multiple):
        made = make_samples(network, _cut(image, corner, sides))
        total = total if len(total) else made.new_zeros(1, made.shape[1], height, width)
        weight = _weight(corner, image, sides, _shared(sides, multiple))
        rows, columns = (slice(c, c + s) for c, s in zip(corner, sides, strict=True))
        total[:, :, rows, columns] += weight * made
        weights[:, :, rows, columns] += weight
    return total / weights


def _shared(sides: tuple[int, int], multiple: int) -> list[int]:
    """Return how many pixels a tile shares with the next, down and across."""
    return [_up(max(1, side // OVERLAP), multiple) for side in sides]


def _corners(image: Tensor, sides: tuple[int, int], multiple: int) -> list[tuple[int, int]]:
    """Return the (top, left) of each tile."""
    down, across = (
        _starts(length, side, side - over)
        for length, side, over in zip(image.shape[2:], sides, _shared(sides, multiple), strict=True)
    )
    return [(top, left) for top in down for left in across]


def _cut(image: Tensor, corner: tuple[int, int], sides: tuple[int, int]) -> Tensor:
    (top, left), (tall, wide) = corner, sides
    return image[:, :, top : top + tall, left : left + wide]


def _starts(length: int, side: int, step: int) -> list[int]:
    return [*range(0, length - side, step), length - side]


def _spread(corners: list[tuple[int, int]], sides: tuple[int, int]) -> list[tuple[int, int]]:
    """Return a few corners from all over."""
    count = min(len(corners), max(4, FEW // (sides[0] * sides[1]), 1), 64)
    places = torch.linspace(0, len(corners) - 1, count).round().long().tolist()
    return [corners[place] for place in dict.fromkeys(places)]


def _weight(
    corner: tuple[int, int], image: Tensor, sides: tuple[int, int], shared: list[int]
) -> Tensor:
    """Return how much each place of a tile counts: 1, falling to 0 towards its neighbours."""
    lines = []
    for start, length, side, over in zip(corner, image.shape[2:], sides, shared, strict=True):
        margin = MARGIN * over
        places = torch.arange(side) + 0.5
        rising = ((places - margin) / (over - 2 * margin)).clamp(1e-6, 1)
        before = rising if start else torch.ones(side)
        after = rising.flip(0) if start + side < length else torch.ones(side)
        lines.append(torch.minimum(before, after))
    return lines[0][:, None] * lines[1]


@contextmanager
def statistics_of(network: nn.Module, tiles: Tensor) -> Iterator[None]:
    """Let instance norms use the means and variances that these tiles have together."""
    norms = [module for module in network.modules() if isinstance(module, InstanceNorm)]
    if not norms:
        yield
        return
    statistics = Statistics()
    try:
        for norm in norms:
            norm.statistics = statistics
        make_samples(network, tiles, batch_size=len(tiles))
        statistics.keep()
        yield
    finally:
        for norm in norms:
            norm.statistics = None
