"""Which exam of a run was best."""

import math
from collections.abc import Callable, Iterable, Mapping
from numbers import Real
from typing import Any

from gansmith.errors import RunError
from gansmith.shown import value as value_of

Loss = Callable[[str, float], float]


def best_step(exams: Iterable[Mapping[str, Any]], loss: Loss) -> int | None:
    """Return the step of the exam that was best by its first metric; None if none has a number.

    Args:
        exams: records with ``step`` and ``metrics``, as in metrics.jsonl.
        loss: (name of a metric, value) -> a number that is lower for better values.

    Raises:
        RunError: a record is none of an exam.
    """
    exams = [checked_exam(exam) for exam in exams]
    scored = [
        (_first(exam["metrics"], loss), int(exam["step"])) for exam in exams if exam["metrics"]
    ]
    finite = [(badness, -step) for badness, step in scored if math.isfinite(badness)]
    return -min(finite)[1] if finite else None


def checked_exam(exam: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the record of an exam if it is one: its step a number, its metrics numbers by name.

    Raises:
        RunError: it is not, as when somebody edited metrics.jsonl.
    """
    metrics, step = exam.get("metrics"), exam.get("step")
    told = isinstance(metrics, Mapping) and all(_is_number(value) for value in metrics.values())
    if told and isinstance(step, int | float) and abs(step) < 2**53:
        return exam
    raise RunError(
        f"an exam in metrics.jsonl is damaged: {value_of(dict(exam))} lacks a step or the numbers "
        f"of metrics; remove that line, or take --which last where a checkpoint is chosen"
    )


def _is_number(value: object) -> bool:
    return value is None or isinstance(value, Real)


def _first(metrics: Mapping[str, float | None], loss: Loss) -> float:
    name, value = next(iter(metrics.items()))
    return math.inf if value is None else loss(name, value)
