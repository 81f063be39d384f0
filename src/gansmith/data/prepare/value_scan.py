"""A scan of every image file for the values it stores, before any is made bytes."""

from functools import partial

import numpy as np

from gansmith.data.prepare.decode import Reach, decode
from gansmith.data.prepare.read_images import attempt
from gansmith.data.prepare.threads import Progress, Report, in_threads
from gansmith.data.source import Pictures, Skipped
from gansmith.data.stored_range import Part, Span, found_span

ANY = Span(0.0, 1.0, of_bytes=False)  # reads floating point too; only stored values are read
Seen = tuple[int, Reach]


def span_of_files(source: Pictures, part: Part, progress: Progress | None) -> Span:
    """Return the span from the smallest to the largest value of the images that are trained on.

    Where some have more than 8 bits, it is theirs, and those of 8 bits stay as they are.

    Raises:
        DataError: all values are one.
    """
    report, seen = Report(progress, len(source)), list[Seen]()
    for _, found in in_threads(lambda row: _look(source, row), range(len(source))):
        report.one_more()
        if found is not None:
            seen.append(found)
    contents = np.array([content for content, _ in seen], np.uint64)
    reaches = [seen[row][1] for row in part.rows(contents)] if seen else []
    bits = max((reach.bits for reach in reaches), default=8)
    ends = [(reach.low, reach.high) for reach in reaches if reach.bits == bits] or [(0.0, 0.0)]
    lows, highs = zip(*ends, strict=True)
    found_one = found_span(min(lows), max(highs), source.name, part)
    return Span(found_one.low, found_one.high, bits == 8, found_one.why)


def _look(source: Pictures, row: int) -> Seen | None:
    """Return the hash and the values of an image; None where preparing it will say why not."""
    picture = attempt(source, row, partial(decode, span=ANY))
    return None if isinstance(picture, Skipped) else (picture.content, picture.reach)
