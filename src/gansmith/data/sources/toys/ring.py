"""A toy set of two dimensions: 8 Gaussians on a circle."""

import math

import numpy as np

from gansmith.data.source import Values
from gansmith.data.sources.toys.toy_points import of_mixture
from gansmith.registry import sources


@sources.add(kinds=("vector",))
def ring(seed: int = 0) -> Values:
    """8 Gaussians on a circle of radius 1, sigma 0.01: 100,000 points.

    Reference: Lin et al. 2017, arXiv:1712.04086; Metz et al. 2016, arXiv:1611.02163.
    """
    angles = 2 * math.pi * np.arange(8) / 8
    return of_mixture("ring", np.stack([np.cos(angles), np.sin(angles)], axis=1), 0.01, seed)
