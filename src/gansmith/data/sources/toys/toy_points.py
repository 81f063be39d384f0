"""What the toy sets share: points of a known distribution, and of mixtures of Gaussians."""

import numpy as np

from gansmith.data.source import Values

COUNT = 100_000


def as_values(name: str, points: np.ndarray) -> Values:
    """Return points [N, dimensions] as a source, with their range."""
    values = points.astype(np.float32)
    reach = [float(values.min()), float(values.max())]
    return Values(name, values, facts={"kind": "toy", "value_range": reach})


def of_mixture(name: str, centres: np.ndarray, sigma: float, seed: int) -> Values:
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
