"""Random numbers that need no state: a function of a seed and counters, the same everywhere."""

import numpy as np


def scramble(bits: np.ndarray) -> np.ndarray:
    """Return 64-bit numbers that look random and are distinct for distinct inputs (SplitMix64)."""
    with np.errstate(over="ignore"):
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(bits ^ (bits >> np.uint64(31)))


def key(*counters: int) -> np.ndarray:
    """Return one 64-bit number, uint64 [1], that stands for a seed and further counters."""
    state = np.zeros(1, np.uint64)
    with np.errstate(over="ignore"):
        for counter in counters:
            state = scramble(state + np.uint64(counter) + np.uint64(0x9E3779B97F4A7C15))
    return state


def uniform(seed: int, draw: int, indices: np.ndarray, count: int) -> np.ndarray:
    """Return numbers in [0, 1), float64 [n, count], fixed by seed, draw and each index."""
    with np.errstate(over="ignore"):
        rows = scramble(indices.astype(np.uint64) + key(seed, draw))[:, None]
        steps = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0xD1B54A32D192ED03)
        return (scramble(rows + steps) >> np.uint64(11)) * 2.0**-53
