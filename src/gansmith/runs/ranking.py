"""Which exam of a run was best."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

HIGHER_IS_BETTER = ("precision", "recall", "density", "coverage", "modes", "high_quality")


def best_step(exams: Iterable[Mapping[str, Any]]) -> int | None:
    """Return the step of the exam that was best by its first metric; None if none has a number.

    Args:
        exams: records with ``step`` and ``metrics``, as in metrics.jsonl.
    """
    scored = [(_badness(exam["metrics"]), int(exam["step"])) for exam in exams if exam["metrics"]]
    finite = [(badness, -step) for badness, step in scored if math.isfinite(badness)]
    return -min(finite)[1] if finite else None


def _badness(metrics: Mapping[str, float | None]) -> float:
    name, value = next(iter(metrics.items()))
    if value is None:
        return math.inf
    return -value if name in HIGHER_IS_BETTER else value
