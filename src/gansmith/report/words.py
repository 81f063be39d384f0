"""How the report names things and writes numbers."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class MetricWords:
    """A metric for readers: its title, which way is better, and what it says."""

    title: str
    better: Literal["lower", "higher", ""]
    says: str


METRICS = {
    "modes": MetricWords("Modes", "higher", "modes that at least one good sample reaches"),
    "high_quality": MetricWords(
        "High quality", "higher", "share of samples within 3σ of their nearest mode"
    ),
    "reverse_kl": MetricWords(
        "Reverse KL", "lower", "KL divergence of the samples' modes from uniform"
    ),
    "frechet_distance": MetricWords(
        "Frechet distance", "lower", "distance between Gaussians fitted to real and fake features"
    ),
    "kernel_distance": MetricWords(
        "Kernel distance", "lower", "polynomial MMD between real and fake features, unbiased"
    ),
    "precision": MetricWords("Precision", "higher", "share of fakes that lie among the reals"),
    "recall": MetricWords("Recall", "higher", "share of reals that lie among the fakes"),
    "density": MetricWords("Density", "higher", "how deep fakes lie among the reals"),
    "coverage": MetricWords("Coverage", "higher", "share of reals with a fake near by"),
    "diversity_ratio": MetricWords(
        "Diversity", "higher", "mean distance between fakes over that between reals"
    ),
    "duplicate_share": MetricWords(
        "Near-duplicates", "lower", "share of fakes that nearly repeat another fake"
    ),
}


MAIN = ("frechet_distance", "kernel_distance", "reverse_kl")  # the first that was measured leads


def metric_names(columns: Iterable[str]) -> list[str]:
    """Return the names of the metrics among a history's columns, in the order of the page."""
    found = [name.partition("/")[2] for name in columns if name.startswith("metrics/")]
    order = list(METRICS)
    return sorted(found, key=lambda name: (order.index(name) if name in order else 99, name))


def metric_words(name: str) -> MetricWords:
    """Return the words for a metric; one that is not known is shown under its own name."""
    return METRICS.get(name) or MetricWords(name.replace("_", " ").capitalize(), "", "")


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
