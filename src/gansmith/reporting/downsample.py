"""Long curves, thinned so that a page stays small and no peak is lost."""

from itertools import pairwise

import numpy as np

from gansmith.doctor.history import Series

POINTS = 1500  # as many as a chart has pixels across on a wide screen


def thin(series: Series, points: int = POINTS) -> Series:
    """Return at most ``points`` of a curve: the lowest and highest of each of points/2 buckets."""
    count = len(series.values)
    if count <= points:
        return series
    edges = np.linspace(0, count, points // 2 + 1).astype(int)
    kept: set[int] = {0, count - 1}
    for start, end in pairwise(edges):
        bucket = series.values[start:end]
        if not np.isfinite(bucket).any():
            kept.add(int(start))  # a hole stays a hole
            continue
        kept |= {int(start + np.nanargmin(bucket)), int(start + np.nanargmax(bucket))}
    rows = np.array(sorted(kept))
    return Series(series.kimg[rows], series.values[rows])


def running_mean(series: Series, share: float = 0.02) -> Series:
    """Return the running mean over ``share`` of the points, centred; holes are left out."""
    width = max(1, round(share * len(series.values))) | 1
    if width < 3:
        return series
    known = np.isfinite(series.values)
    window = np.ones(width)
    total = np.convolve(np.where(known, series.values, 0.0), window, "same")
    count = np.convolve(known.astype(float), window, "same")
    with np.errstate(invalid="ignore", divide="ignore"):
        return Series(series.kimg, np.where(known, total / count, np.nan))
