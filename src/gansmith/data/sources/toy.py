"""Toy distributions whose truth is known, for watching modes come and go."""

import math
from typing import Annotated

import numpy as np

from gansmith.data.source import Values
from gansmith.ranges import Range
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


@sources.add
def mixture(
    modes: Annotated[int, Range(low=1, high=10_000)] = 10,
    dimensions: Annotated[int, Range(low=1, high=1024)] = 32,
    sigma: Annotated[float, Range(above=0, log=True)] = 0.1,
    seed: int = 0,
) -> Values:
    """Gaussians in many dimensions, their centres drawn once from N(0, 1): 100,000 points.

    Args:
        modes: how many Gaussians, equally likely.
        dimensions: of the space; between two centres lie about sqrt(2 * dimensions).
        sigma: standard deviation of each, in every direction.
        seed: of the points; the centres are always the same.

    Raises:
        ValueError: modes, dimensions or sigma are outside their range.
    """
    centres = np.random.Generator(np.random.Philox(key=1)).standard_normal((modes, dimensions))
    return _mixture("mixture", centres, sigma, seed)


@sources.add
def spiral(sigma: Annotated[float, Range(low=0)] = 0.02, seed: int = 0) -> Values:
    """A spiral of two turns that ends at radius 1, with noise: 100,000 points, no modes.

    Args:
        sigma: of the noise across and along the spiral.
        seed: of the points.

    Raises:
        ValueError: sigma is negative.
    """
    draws = np.random.Generator(np.random.Philox(key=seed))
    along = np.sqrt(draws.random(COUNT))  # as dense outside as inside
    angle = 4 * math.pi * along
    points = np.stack([np.cos(angle), np.sin(angle)], axis=1) * along[:, None]
    return _points("spiral", points + sigma * draws.standard_normal(points.shape))


@sources.add
def checkerboard(seed: int = 0) -> Values:
    """The 8 black squares of a 4 x 4 board on [-1, 1] squared, filled evenly: 100,000 points.

    A test of sharp edges: a generator must leave the white squares empty.
    """
    draws = np.random.Generator(np.random.Philox(key=seed))
    column, pair = draws.integers(4, size=COUNT), draws.integers(2, size=COUNT)
    corner = np.stack([column, 2 * pair + column % 2], axis=1)
    return _points("checkerboard", (corner + draws.random((COUNT, 2))) / 2 - 1)


def _points(name: str, points: np.ndarray) -> Values:
    values = points.astype(np.float32)
    reach = [float(values.min()), float(values.max())]
    return Values(name, values, facts={"kind": "toy", "value_range": reach})


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
