"""Which kind is meant: by name, by the shape of a sample, or by what an array looks like."""

from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from gansmith.kinds.kind import Kind, Shape
from gansmith.kinds.recorded import BY_RANK
from gansmith.registry import kinds

NARROW = 8  # pixels of a side, below which no network for images works
LONG = 4  # times as long as wide: more than images are as a rule


@cache
def kind_named(name: str) -> Kind:
    """Return a kind by its name, or by an import path that the user named.

    Raises:
        UnknownPartError: there is no such kind.
        NotPermittedError: an import path that the user did not name.
        PartError: it is a function of the user's own that returned no kind.
    """
    found = kinds.build(name)
    if not isinstance(found, Kind):
        from gansmith.errors import wrong_return

        raise wrong_return(f"kind '{name}'", "a Kind", found)
    return replace(found, name=name) if ":" in name else found


def kind_of_shape(shape: Shape) -> Kind:
    """Return the kind of samples of which nothing but the shape is known.

    Raises:
        ValueError: no kind has samples of so many axes.
    """
    name = BY_RANK.get(len(shape), ("", False))[0]
    if not name:
        known = ", ".join(kind_named(one).form for one in kinds.names())
        raise ValueError(f"no kind has samples of shape {list(shape)}; there are: {known}")
    return kind_named(name)


def require_kind(shape: Shape, kinds: tuple[str, ...], who: str, instead: str = "") -> None:
    """Refuse samples that a part is not for.

    Args:
        shape: of one sample.
        kinds: names of the kinds that the part takes; empty: all.
        who: what the message calls the part.
        instead: what to do.

    Raises:
        ValueError: no kind of these has samples of this shape.
    """
    taken = [kind_named(name) for name in kinds]
    if taken and not any(kind.fits(shape) for kind in taken):
        forms = " or ".join(kind.form for kind in taken)
        raise ValueError(f"{who} is for {forms} but a sample has the shape {shape}{instead}")


def may_be_image(shape: Shape) -> bool:
    """Say whether samples that nobody describes are images: up to 4 channels, 4 pixels a side."""
    return len(shape) == 3 and shape[0] <= 4 and min(shape[1:]) >= 4


def read_off_shape(record: Any) -> None:
    """Give a frozen record whose ``kind`` is None the kind of samples of its ``shape``."""
    if getattr(record, "kind", None) is None:
        object.__setattr__(record, "kind", kind_of_shape(tuple(record.shape)))


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
