"""A toy set of two dimensions without modes: a spiral."""

import math
from typing import Annotated

import numpy as np

from gansmith.data.source import Values
from gansmith.data.sources.toys.toy_points import COUNT, as_values
from gansmith.ranges import Range
from gansmith.registry import sources


@sources.add(kinds=("vector",))
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
    return as_values("spiral", points + sigma * draws.standard_normal(points.shape))
