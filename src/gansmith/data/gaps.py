"""Missing values of series, filled by straight lines between their neighbours in time."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from gansmith.errors import DataError
from gansmith.shown import value as quoted

MISSING = ("", "na", "n/a", "nan", "null", "none", "?", "-")  # texts that stand for no value


def filled(series: np.ndarray, channels: Sequence[str], where: str) -> np.ndarray:
    """Return a series without NaN: between two values a straight line, at the ends the nearest.

    Args:
        series: [times, channels] in the order of time, which is taken to be evenly spaced.
        channels: names, for messages.
        where: of which series, for messages.

    Raises:
        DataError: a channel has no value at all.
    """
    found = series.copy()
    for place in np.flatnonzero(np.isnan(series).any(0)).tolist():
        there = np.flatnonzero(~np.isnan(series[:, place]))
        if not len(there):
            raise DataError(
                f"{where} has no value of {quoted(channels[place])}, so there is nothing to fill "
                f"it by; leave out the series or the column"
            )
        found[:, place] = np.interp(np.arange(len(series)), there, series[there, place])
    return found


def counted_gaps(numbers: np.ndarray, channels: Sequence[str]) -> dict[str, int]:
    """Return how many values are missing, by channel; channels without gaps are left out."""
    counts = np.isnan(numbers).reshape(-1, numbers.shape[-1]).sum(0)
    return {name: int(n) for name, n in zip(channels, counts, strict=True) if n}


def says_filled(counts: dict[str, int], total: int) -> str:
    """Say what was filled and how, for people."""
    told = ", ".join(f"{name} {count:,} ({count / total:.1%})" for name, count in counts.items())
    return f"missing values filled by straight lines between their neighbours in time: {told}"


def without_gaps(values: np.ndarray, name: str) -> tuple[np.ndarray, dict[str, Any]]:
    """Return series [N, times, channels] with missing values filled, and facts that say so.

    Raises:
        DataError: a series has no value of a channel.
    """
    channels = [f"channel {number}" for number in range(values.shape[-1])]
    missing, total = counted_gaps(values, channels), values.shape[0] * values.shape[1]
    if not missing:
        return values, {}
    found = [filled(one, channels, f"series {n} of {name}") for n, one in enumerate(values)]
    shares = {channel: count / total for channel, count in missing.items()}
    return np.stack(found), {"missing": shares, "warnings": [says_filled(missing, total)]}
