"""Toy distributions whose truth is known: points in the plane, for watching modes come and go."""

import math

import numpy as np

from gansmith.data.source import Values
from gansmith.registry import sources

COUNT = 100_000


@sources.add
def ring(seed: int = 0) -> Values:
    """8 Gaussians on a circle of radius 1, sigma 0.01: 100,000 points.

    Reference: Lin et al. 2017, arXiv:1712.04086; Metz et al. 2016, arXiv:1611.02163.
    """
    angles = 2 * math.pi * np.arange(8) / 8
    return _mixture("ring", np.stack([np.cos(angles), np.sin(angles)], axis=1), 0.01, seed)


@sources.add
def grid(seed: int = 0) -> Values:
    """25 Gaussians on {-4, -2, 0, 2, 4} squared, sigma 0.05: 100,000 points, not scaled to [-1, 1].

    Reference: Lin et al. 2017, arXiv:1712.04086.
    """
    steps = np.arange(-4.0, 5.0, 2.0)
    return _mixture("grid", np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2), 0.05, seed)


def _mixture(name: str, centres: np.ndarray, sigma: float, seed: int) -> Values:
    """Draw from Gaussians of equal weight; the label of a point is its Gaussian."""
    draws = np.random.Generator(np.random.Philox(key=seed))
    labels = draws.integers(len(centres), size=COUNT)
    points = centres[labels] + sigma * draws.standard_normal((COUNT, centres.shape[1]))
    values = points.astype(np.float32)
    facts = {
        "kind": "toy",
        "centres": centres.tolist(),
        "sigma": sigma,
        "value_range": [float(values.min()), float(values.max())],
        "scale": "coordinates as they are, not scaled to [-1, 1]",
    }
    classes = tuple(str(mode) for mode in range(len(centres)))
    return Values(name, values, labels, classes, facts=facts)
