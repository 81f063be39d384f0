"""A toy set of many dimensions: Gaussians around centres drawn once."""

from typing import Annotated

import numpy as np

from gansmith.data.source import Values
from gansmith.data.sources.toys.toy_points import of_mixture
from gansmith.ranges import Range
from gansmith.registry import sources


@sources.add(kinds=("vector",))
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
    return of_mixture("mixture", centres, sigma, seed)
