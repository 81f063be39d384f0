"""What is gathered of many samples, one by one."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from gansmith.data.audit.thumbnails import Glance, glance
from gansmith.data.prepare.decode import Header, Picture, Reach, decode
from gansmith.data.stored_range import Span
from gansmith.data.used_range import Reaches

COUNTED = 64  # pixels of a side of which shades are counted, enough for a histogram
SHOWN = 24  # samples that stand for the set on a page


class Look(NamedTuple):
    """What is read off an image once: a glance, grey or not, stored values, shades."""

    glance: Glance
    grey: bool
    header: Header
    reach: Reach
    shades: np.ndarray


class Looked:
    """Statistics of many samples, gathered."""

    def __init__(self) -> None:
        self.glances, self.greys, self.headers = list[Glance](), list[bool](), list[Header]()
        self.reaches, self.shades = Reaches(), np.zeros(256, np.int64)

    @property
    def contents(self) -> np.ndarray:
        """The content hash of each sample, uint64."""
        return np.array([seen.content for seen in self.glances], np.uint64)

    def add(self, look: Look) -> None:
        """Take one look."""
        self.glances.append(look.glance)
        self.greys.append(look.grey)
        self.headers.append(look.header)
        self.reaches.add(look.reach)
        self.shades += look.shades


def look_at(encoded: bytes, span: Span | None = None) -> Look:
    """Decode an image file and inspect it; ``span``: the stored values of black and white.

    Raises:
        DataError: it cannot be decoded.
    """
    picture: Picture = decode(encoded, span)
    seen = glance(picture.image, picture.content)
    return Look(seen, picture.grey, picture.header, picture.reach, shades_of(picture.image))


def shades_of(image: Image.Image) -> np.ndarray:
    """Return how many pixels have each of 256 shades, int64 [256], over all channels."""
    size = (min(COUNTED, image.width), min(COUNTED, image.height))
    few = image.resize(size, Image.Resampling.NEAREST)  # no shade that is not there
    counts: np.ndarray = np.array(few.histogram(), np.int64).reshape(-1, 256).sum(axis=0)
    return counts


def an_even_choice(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a few samples, spread over all."""
    rows = np.unique(np.linspace(0, len(names) - 1, min(SHOWN, len(names))).round().astype(int))
    return tuple(names[row] for row in rows)
