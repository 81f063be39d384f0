"""A toy set of two dimensions with sharp edges: half the squares of a board."""

import numpy as np

from gansmith.data.source import Values
from gansmith.data.sources.toys.toy_points import COUNT, as_values
from gansmith.registry import sources


@sources.add(kinds=("vector",))
def checkerboard(seed: int = 0) -> Values:
    """The 8 black squares of a 4 x 4 board on [-1, 1] squared, filled evenly: 100,000 points.

    A test of sharp edges: a generator must leave the white squares empty.
    """
    draws = np.random.Generator(np.random.Philox(key=seed))
    column, pair = draws.integers(4, size=COUNT), draws.integers(2, size=COUNT)
    corner = np.stack([column, 2 * pair + column % 2], axis=1)
    return as_values("checkerboard", (corner + draws.random((COUNT, 2))) / 2 - 1)
