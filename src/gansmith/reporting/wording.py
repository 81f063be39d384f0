"""How the report names things and writes numbers."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

MAIN = ("reverse_kl", "frechet_distance", "kernel_distance")  # the first that was measured leads


def metric_names(measured: Sequence[str]) -> list[str]:
    """Return the metrics among the numbers of exams, in their order, without error bars."""
    return [n for n in measured if n.removesuffix("_error") not in set(measured) - {n}]


def number(value: Any) -> str:
    """Return a number with four significant digits, a dash for none."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return "–" if value is None else str(value)
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    if value == int(value) and size < 1e6:
        return f"{int(value):,}"
    if size >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}" if size >= 1e-3 else f"{value:.2e}"


def as_sentence(text: str) -> str:
    """Return a clause as a sentence: a capital (not for names) and a full stop."""
    first = text.split(" ", 1)[0]
    start = text[:1] if any(mark in first for mark in "/_=") else text[:1].upper()
    return start + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def duration(seconds: float) -> str:
    """Return seconds as people say them: 48 s, 3 min 20 s, 2 h 05 min."""
    if not math.isfinite(seconds):
        return "–"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def value_text(value: Any) -> str:
    """Return any JSON value on one line: lists with commas, tables as ``name = value``."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {value_text(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        shown = ", ".join(value_text(item) for item in value[:24])
        return shown + (f", and {len(value) - 24} more" if len(value) > 24 else "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, float) else str(value)


def flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Return a nested table as (dotted name, value) rows; what is empty is left out."""
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and value:
            rows += flat(value, f"{name}.")
        elif value not in ({}, [], "", None):
            rows.append((name, value_text(value)))
    return rows
