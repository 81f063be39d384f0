"""Which exam of a run was best."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Loss = Callable[[str, float], float]


def best_step(exams: Iterable[Mapping[str, Any]], loss: Loss) -> int | None:
    """Return the step of the exam that was best by its first metric; None if none has a number.

    Args:
        exams: records with ``step`` and ``metrics``, as in metrics.jsonl.
        loss: (name of a metric, value) -> a number that is lower for better values.
    """
    scored = [
        (_first(exam["metrics"], loss), int(exam["step"])) for exam in exams if exam["metrics"]
    ]
    finite = [(badness, -step) for badness, step in scored if math.isfinite(badness)]
    return -min(finite)[1] if finite else None


def _first(metrics: Mapping[str, float | None], loss: Loss) -> float:
    name, value = next(iter(metrics.items()))
    return math.inf if value is None else loss(name, value)
