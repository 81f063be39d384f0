"""A toy set of two dimensions: 25 Gaussians on a grid."""

import numpy as np

from gansmith.data.source import Values
from gansmith.data.sources.toys.toy_points import of_mixture
from gansmith.registry import sources


@sources.add(kinds=("vector",))
def grid(seed: int = 0) -> Values:
    """25 Gaussians on {-4, -2, 0, 2, 4} squared, sigma 0.05: 100,000 points, not scaled to [-1, 1].

    Reference: Lin et al. 2017, arXiv:1712.04086.
    """
    steps = np.arange(-4.0, 5.0, 2.0)
    return of_mixture(
        "grid", np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2), 0.05, seed
    )
