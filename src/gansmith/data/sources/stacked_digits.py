"""Stacked digits: 1,000 modes that can be counted."""

import numpy as np

from gansmith.data.source import Values
from gansmith.data.sources.mnist import mnist
from gansmith.registry import sources

COUNT = 25_600


@sources.add(kinds=("image",))
def stacked_digits(seed: int = 0) -> Values:
    """Three random digits as red, green and blue: 1,000 modes, 25,600 images, 28 px.

    The label is the number that the three digits spell. At 32 px, also what an unsaid size means,
    they get a border. Usually made of the 60,000 training digits of MNIST; here of the 10,000 that
    ship, so compare figures only with others of the same source.

    Reference: Metz et al. 2016, arXiv:1611.02163; Lin et al. 2017, arXiv:1712.04086.
    """
    digits = mnist()
    assert digits.labels is not None
    draws = np.random.Generator(np.random.Philox(key=seed))
    rows = draws.integers(len(digits), size=(COUNT, 3))
    labels = digits.labels[rows] @ np.array([100, 10, 1])
    classes = tuple(f"{number:03}" for number in range(1000))
    pictures = np.ascontiguousarray(digits.values[:, 0][rows])
    facts = {"kind": "embedded", "modes": 1000}
    return Values("stacked_digits", pictures, labels, classes, border_to=(32, 32), facts=facts)
