"""Which image sizes the convolutional nets take, and the grids that they pass through."""

import torch.nn.functional as F
from torch import Tensor

from gansmith.kinds.kind import require_kind

SMALLEST, LARGEST = 8, 256
JUDGED = 32  # channels that a discriminator takes: samples of a pack, or an input, lie on one
Size = tuple[int, int]


def check_image(shape: tuple[int, ...], net: str, most: int = 4) -> None:
    """Refuse a shape that the net cannot work on, with the nearest sizes that it can.

    Args:
        shape: (channels, height, width).
        net: the net's name, for the message.
        most: channels that it takes.

    Raises:
        ValueError: not an image, more channels than that, a side outside 8..256 or an odd side.
    """
    require_kind(shape, ("image",), net, "; the net 'mlp' takes any shape")
    if not 1 <= shape[0] <= most:
        raise ValueError(f"{net} works on 1 to {most} channels but the data has {shape[0]}")
    for side in shape[1:]:
        _check_side(side, net)


def _check_side(side: int, net: str) -> None:
    if not SMALLEST <= side <= LARGEST:
        near = SMALLEST if side < SMALLEST else LARGEST
        raise ValueError(
            f"{net} works on sides of {SMALLEST} to {LARGEST} pixels but one is {side}; "
            f"the nearest that works is data.size = {near}"
        )
    if side % 2:
        below, above = _neighbours(side)
        raise ValueError(
            f"{net} cannot halve a side of {side} pixels, because it is odd; "
            f"the nearest good sizes are {below} and {above} (set data.size)"
        )


def _neighbours(side: int) -> Size:
    """Return the sizes around ``side`` that halve evenly down to 4..7."""
    good = [base << halvings for halvings in range(1, 7) for base in range(4, 8)]
    good = sorted(size for size in good if size <= LARGEST)
    return max(size for size in good if size < side), min(size for size in good if size > side)


def grids(height: int, width: int) -> list[Size]:
    """Return the grid sizes from the base (short side 4 to 7) up to the image.

    Each is half the next, rounded up: generators double and crop, discriminators pad to even and
    halve, so 36 pixels pass through 5, 9, 18, 36.
    """
    sizes = [(height, width)]
    while min(sizes[0]) > 7:
        above = sizes[0]
        sizes.insert(0, ((above[0] + 1) // 2, (above[1] + 1) // 2))
    return sizes


def grids_above(height: int, width: int, levels: int) -> list[Size]:
    """Return the sizes of ``levels`` doubled grids of an image, the image's own last."""
    sizes = [(height, width)]
    while len(sizes) < levels:
        above = sizes[0]
        sizes.insert(0, ((above[0] + 1) // 2, (above[1] + 1) // 2))
    return sizes


def crop(x: Tensor, size: Size) -> Tensor:
    """Cut [batch, channels, height, width] to its first ``size`` rows and columns."""
    if (x.shape[2], x.shape[3]) == size:
        return x
    return x[:, :, : size[0], : size[1]]


def pad_to_even(x: Tensor) -> Tensor:
    """Add a row or column of zeros where a side is odd: it then halves to the size rounded up."""
    tall, wide = x.shape[2] % 2, x.shape[3] % 2
    return F.pad(x, (0, wide, 0, tall)) if tall or wide else x
