"""A quick audit of opened data before training: bounded in time, whatever the size of the set."""

import time
from collections.abc import Iterator, Mapping

import numpy as np

from gansmith.data.audit.findings import (
    DataFinding,
    alone,
    blank,
    look_alikes,
    outliers,
    varied,
)
from gansmith.data.audit.sounds import findings_of
from gansmith.data.audit.thumbnails import Glance, effective_number, glances_at
from gansmith.data.prepare.resize import to_channels
from gansmith.data.prepare.threads import Progress
from gansmith.data.samples import Data, Samples
from gansmith.finding import most_serious_first
from gansmith.kinds.units import to_bytes, to_unit

MOST = 1_000  # images audited: a tenth of a second at 32 px
BLOCK = 64  # read at once
FEW = 300  # compared for the variety
PATIENCE = 1.0  # seconds until progress is shown

Seen = tuple[list[str], list[Glance], np.ndarray]


def look_over(
    data: Data, most: int = MOST, seconds: float = 10.0, progress: Progress | None = None
) -> tuple[DataFinding, ...]:
    """Find blank images, look-alikes, leakage across the split, outliers and little variety.

    Of a large set an even choice is audited, a tenth of it at least held out. What is known of
    the whole set without looking (numbers, copies, unreadable files, balance of the classes) is
    left to the rules that training applies anyway. Points, and crops of a few photographs, have
    nothing to find.

    Args:
        data: opened, as it will be trained on.
        most: images to audit.
        seconds: time after which no more are audited.
        progress: called with (done, total), from the second second on.

    Returns:
        the findings, the most serious first; names are those of samples, as "train 12".
    """
    if "noticed" in data.facts:  # of sound files all is known that was read
        return most_serious_first(list(findings_of(data.facts)))
    if not data.kind.pixels or "crops" in data.facts:
        return ()
    names, glances, held = _look(data, most, time.monotonic() + seconds, progress)
    counts = data.facts.get("classes", {})
    found: list[DataFinding | None] = [alone(counts if isinstance(counts, Mapping) else {})]
    if len(glances) > 1:
        found.append(varied(effective_number(glances, FEW), len(glances), FEW))
        found += look_alikes(names, glances, held)
        found += [blank(names, glances), *outliers(names, glances)]
    return most_serious_first(found)


def _look(data: Data, most: int, until: float, progress: Progress | None) -> Seen:
    """Audit an even choice of both parts; return names, what was seen, and which are held out."""
    names, glances, held = list[str](), list[Glance](), list[bool]()
    shown = time.monotonic() + PATIENCE
    chosen = _choose(data, most)
    for done, (samples, part, rows) in enumerate(chosen):
        glances += glances_at(_as_bytes(samples.take(rows)))
        names += [f"{part} {row}" for row in rows]
        held += [part == "held out"] * len(rows)
        if progress and time.monotonic() > shown:
            progress(done + 1, len(chosen))
        if time.monotonic() > until:
            break
    return names, glances, np.array(held, bool)


def _choose(data: Data, most: int) -> list[tuple[Samples, str, np.ndarray]]:
    """Return blocks of rows to audit, those of both parts taking turns."""
    total = len(data.train) + len(data.held_out)
    share = min(1.0, most / max(total, 1))
    parts = [(data.train, "train"), (data.held_out, "held out")]
    blocks = [
        (place, samples, name, rows)
        for samples, name in parts
        for place, rows in _blocks(len(samples), round(share * len(samples)))
    ]
    blocks.sort(key=lambda block: block[0])
    return [(samples, name, rows) for _, samples, name, rows in blocks]


def _blocks(count: int, most: int) -> Iterator[tuple[float, np.ndarray]]:
    """Yield (place in the part, rows): each block is an even choice of the whole part."""
    rows = np.unique(np.linspace(0, count - 1, max(min(most, count), 0)).round().astype(np.int64))
    number = -(-len(rows) // BLOCK)
    for block in range(number):
        yield (block + 0.5) / number, rows[block::number]


def _as_bytes(samples: np.ndarray) -> np.ndarray:
    """Return samples [n, C, H, W], bytes or in [-1, 1], as bytes in grey or colour."""
    pictures = samples if samples.dtype == np.uint8 else to_bytes(to_unit(samples))
    if pictures.shape[1] in (1, 3):
        return pictures
    return np.stack([to_channels(picture, 1 if len(picture) < 3 else 3) for picture in pictures])
