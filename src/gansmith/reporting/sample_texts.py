"""Samples that are text: lines of each moment, those that repeat others marked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gansmith.reading import MEGABYTE, read_text

MOMENTS = 24  # shown; more would be bytes without news
LONGEST = 400  # characters of a line


@dataclass(frozen=True)
class Line:
    """A text, and how often it stands among those of its moment."""

    text: str
    times: int


@dataclass(frozen=True)
class Moment:
    """Texts of one moment: thousands of samples seen, the lines, how many repeat another."""

    kimg: int
    lines: tuple[Line, ...]
    repeated: int


def moments(samples: Sequence[tuple[int, Path]]) -> list[Moment]:
    """Return at most 24 moments, evenly spaced, with both ends; what is no text is left out."""
    files = [(kimg, path) for kimg, path in samples if path.suffix == ".txt"]
    count = min(MOMENTS, len(files))
    picked = sorted({round(i * (len(files) - 1) / max(1, count - 1)) for i in range(count)})
    found = [_moment(*files[place]) for place in picked]
    return [moment for moment in found if moment]


def _moment(kimg: int, path: Path) -> Moment | None:
    try:
        texts = read_text(path, 16 * MEGABYTE).removesuffix("\n").split("\n")
    except (OSError, ValueError):
        return None
    counts = Counter(texts)
    lines = tuple(Line(text[:LONGEST], counts[text]) for text in texts)
    return Moment(kimg, lines, sum(line.times > 1 for line in lines))
