"""Exams and findings that the tests of several detectors share."""

from typing import Any

import numpy as np

from gansmith.doctor.diagnose import signs
from gansmith.doctor.history import History
from tests.doctor.conftest import exam

FLOOR = {"frechet_distance": 5.0, "diversity_ratio": 1.0}


def found(history: History) -> dict[str, float]:
    return {d.failure: d.confidence for d in signs(history)}


def exams(distances: list[float] | np.ndarray, kimg: float = 200.0, **more: Any) -> list[Any]:
    """Exams of these distances, evenly spread; ``more`` are other metrics, (values, floor)."""
    times = np.linspace(0, kimg, len(distances))
    rows = []
    for n, (time, distance) in enumerate(zip(times, distances, strict=True)):
        metrics = {"frechet_distance": float(distance), "diversity_ratio": 0.9}
        metrics |= {name: float(values[n]) for name, (values, _) in more.items()}
        rows.append(exam(time, metrics, FLOOR | {name: f for name, (_, f) in more.items()}))
    return rows


def power_law(exponent: float, start: float, count: int = 17, noise: float = 0.03) -> np.ndarray:
    draws = np.random.default_rng(0)
    place = np.maximum(np.linspace(0, 1, count), 1 / count)
    return start * place**-exponent * np.exp(noise * draws.standard_normal(count))


def plateau(level: float) -> np.ndarray:
    draws = np.random.default_rng(2)
    falling = [2000, 900, 500]
    return np.r_[falling, level * np.exp(0.03 * draws.standard_normal(14))]
