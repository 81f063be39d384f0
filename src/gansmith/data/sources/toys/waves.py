"""A toy of series whose truth is known."""

import math
from typing import Annotated

import numpy as np

from gansmith.data.source import Values
from gansmith.ranges import Range
from gansmith.registry import sources

COUNT = 10_000
CYCLES = (1, 2, 3, 4)


@sources.add(kinds=("series",))
def waves(
    length: Annotated[int, Range(low=8, high=4096)] = 64,
    noise: Annotated[float, Range(low=0)] = 0.1,
    seed: int = 0,
) -> Values:
    """10,000 noisy sine waves of two channels, the second a quarter of a cycle ahead.

    Of 1, 2, 3 or 4 cycles, which are the classes, with any phase and an amplitude from 0.5 to 1.5.
    The channels have units of their own: ``level`` lies around 0, ``pressure`` is 50 + 10 times as
    large.

    Args:
        length: times of a series.
        noise: standard deviation of the noise on each value, in units of the first channel.
        seed: of phases, amplitudes and noise.
    """
    draws = np.random.Generator(np.random.Philox(key=seed))
    labels = draws.integers(0, len(CYCLES), COUNT)
    cycles = np.array(CYCLES)[labels]
    start, amplitude = draws.uniform(0, 2 * math.pi, COUNT), draws.uniform(0.5, 1.5, COUNT)
    times = 2 * math.pi * np.arange(length) / length
    phase = start[:, None] + cycles[:, None] * times
    values = amplitude[:, None, None] * np.stack([np.sin(phase), np.cos(phase)], axis=2)
    values += noise * draws.standard_normal(values.shape)
    values = (values * [1.0, 10.0] + [0.0, 50.0]).astype(np.float32)
    facts = {
        "kind": "toy",
        "channels": ["level", "pressure"],
        "noise": noise,
        "value_range": [float(values.min()), float(values.max())],
    }
    names = tuple(f"{number} cycle{'s' * (number > 1)}" for number in CYCLES)
    return Values("waves", values, labels, names, facts=facts, declared="series")
