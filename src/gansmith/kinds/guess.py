"""What the samples of an array seem to be, where nobody says."""

from typing import NamedTuple

from gansmith.kinds.kind import Shape

NARROW = 8  # pixels of a side, below which no network for images works
LONG = 4  # times as long as wide: more than images are as a rule


def may_be_image(shape: Shape) -> bool:
    """Say whether samples that nobody describes are images: up to 4 channels, 4 pixels a side."""
    return len(shape) == 3 and shape[0] <= 4 and min(shape[1:]) >= 4


class Guess(NamedTuple):
    """A kind that is taken to be meant, and why; no reason where there is no other reading."""

    name: str
    because: str = ""


def guess_kind(shape: Shape, whole: bool) -> Guess | None:
    """Return what the samples of an array seem to be, where nobody says; None: nothing known.

    Two axes are vectors and four are images. Three may be grey images or series: whole numbers are
    taken for images, and so are fractions whose two sides are like an image's.

    Args:
        shape: of the whole array.
        whole: whether it holds whole numbers, as bytes of images are.
    """
    if len(shape) != 3:
        found = {2: "vector", 4: "image"}.get(len(shape))
        return Guess(found) if found else None
    sides = shape[1:]
    size = f"{sides[0]} x {sides[1]}"
    series = f'data.kind = "series" says that they are {sides[1]} channels over {sides[0]} times'
    if whole:
        return Guess("image", f"whole numbers, {size}, are grey images as a rule; {series}")
    if min(sides) < NARROW or max(sides) >= LONG * min(sides):
        image = f'data.kind = "image" says that they are grey images of {size} pixels'
        return Guess("series", f"{size} is no usual size of images; {image}")
    return Guess("image", f"fractions, {size}, are grey images as a rule; {series}")
