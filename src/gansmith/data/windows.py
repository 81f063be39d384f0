"""Long series cut into windows of one length, so that no window straddles two parts of a split."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from gansmith.data.held_out import content_hash
from gansmith.data.source import Values
from gansmith.errors import DataError, counted

BLOCK = 6  # windows that would fit into a block side by side, where nobody says
LEAST = 10  # blocks that are wanted at least: one of them is held out


class Windows(NamedTuple):
    """Windows [N, length, channels], the series of each, and the hash of the block of each."""

    values: np.ndarray
    series: np.ndarray
    contents: np.ndarray
    facts: dict[str, int]
    says: str


def cut(series: Sequence[np.ndarray], wanted: Mapping[str, int | None], name: str) -> Windows:
    """Cut series into windows.

    Each series is first divided into blocks of time, and windows lie within a block. As the hash of
    a block goes with each of its windows, a block is trained on or held out as a whole: no window
    shares a time with one of the other part.

    Args:
        series: float32 [times, channels] each; they may differ in length.
        wanted: ``length`` of a window in times; ``stride`` from one to the next, absent: 1;
            ``block``, times of a block, absent: those of 6 windows, fewer where there would not be
            10 blocks.
        name: of the data, for messages.

    Raises:
        DataError: no length is given, a block is shorter than a window, no series is as long as a
            window, or all of them make a single block.
    """
    length, stride = wanted.get("length"), wanted.get("stride") or 1
    if not length or length < 2:
        raise DataError(
            f"windows of {name} need a length of 2 times or more; set data.windows.length"
        )
    size = _block(series, length, wanted.get("block"), name)
    found: list[tuple[np.ndarray, int, int]] = []  # a window, its series, the hash of its block
    blocks = 0
    for number, one in enumerate(series):
        for block in _blocks(one, size, length):
            mark, blocks = content_hash(block), blocks + 1
            starts = range(0, len(block) - length + 1, stride)
            found += [(block[start : start + length], number, mark) for start in starts]
    if blocks < 2:
        longest = max((len(one) for one in series), default=0)
        raise DataError(
            f"the longest series of {name} has {longest} times, which make "
            f"{counted(blocks, 'block')} of windows of {length}, but at least 2 are needed, "
            f"one of them to hold out; lower data.windows.length or "
            f"data.windows.block"
        )
    windows, of, marks = zip(*found, strict=True)
    facts = {"length": length, "stride": stride, "block": size}
    return Windows(
        np.stack(windows).astype(np.float32),
        np.array(of, np.int64),
        np.array(marks, np.uint64),
        facts,
        _told(series, facts, len(windows), blocks),
    )


def windowed(source: Values, wanted: Mapping[str, int | None]) -> Values:
    """Return a source of series [N, times, channels] as one of windows, with the labels of each.

    Raises:
        DataError: as ``cut``.
    """
    found = cut(list(source.values), wanted, source.name)
    rows = replace(source, contents=None).select(found.series)
    warnings = [*source.facts.get("warnings", ()), found.says]
    facts = {**source.facts, "windows": found.facts, "warnings": warnings}
    return replace(rows, values=found.values, contents=found.contents, facts=facts)


def _block(series: Sequence[np.ndarray], length: int, asked: int | None, name: str) -> int:
    """Return how many times a block has."""
    if asked is not None:
        if asked < length:
            raise DataError(
                f"blocks of {asked} times hold no window of {length} times of {name}; raise "
                f"data.windows.block, or leave it out"
            )
        return asked
    total = sum(len(one) for one in series)
    return max(length, min(BLOCK * length, total // LEAST))


def _blocks(one: np.ndarray, size: int, length: int) -> list[np.ndarray]:
    """Return a series as blocks of about so many times; none where it is shorter than a window."""
    count = max(1, min(round(len(one) / size), len(one) // length))
    return [block for block in np.array_split(one, count) if len(block) >= length]


def _told(series: Sequence[np.ndarray], facts: Mapping[str, int], count: int, blocks: int) -> str:
    short = sum(len(one) < facts["length"] for one in series)
    left = f"; {short} series are shorter and left out" if short else ""
    return (
        f"{count:,} windows of {facts['length']} times, {facts['stride']} apart, from {blocks} "
        f"blocks of about {facts['block']} times, each trained on or held out as a whole{left}"
    )
