"""How the report names things and writes numbers."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

Good = Literal["low", "high", "one", "half", "zero", ""]


class MetricWords(NamedTuple):
    """A metric for readers: its title, which value is good, and what it says."""

    title: str
    good: Good
    says: str

    @property
    def better(self) -> str:
        """What is better, in words; empty where nobody knows."""
        return {"": "", "low": "lower is better", "high": "higher is better"}.get(
            self.good, f"near {TARGETS.get(self.good, 0.0):g} is better"
        )

    @property
    def arrow(self) -> str:
        """What is better, in a sign."""
        return {"low": "↓", "high": "↑", "one": "→ 1", "half": "→ ½", "zero": "→ 0"}.get(
            self.good, ""
        )

    def best(self, values: Sequence[float]) -> int | None:
        """Return where the best of some values is; None where nobody knows which is better."""
        if not self.good:
            return None
        return min(range(len(values)), key=lambda place: self.loss(values[place]))

    def loss(self, value: float | None) -> float:
        """Return a number that is lower for better values; lower is better where nobody knows."""
        if value is None or not math.isfinite(value):
            return math.inf
        if self.good in ("low", "high", ""):
            return -value if self.good == "high" else value
        return abs(value - TARGETS.get(self.good, 0.0))


TARGETS = {"one": 1.0, "half": 0.5, "zero": 0.0}
TABLE: tuple[tuple[str, str, Good, str], ...] = (
    ("modes", "Modes", "high", "modes that at least one good sample reaches"),
    (
        "high_quality",
        "High quality",
        "high",
        "share of samples within 3σ of their nearest mode",
    ),
    ("reverse_kl", "Reverse KL", "low", "KL divergence of the samples' modes from uniform"),
    (
        "frechet_distance",
        "Frechet distance",
        "low",
        "distance between Gaussians fitted to real and fake features",
    ),
    (
        "frechet_infinity",
        "Frechet distance, unbiased",
        "low",
        "Frechet distance extrapolated to endless samples",
    ),
    (
        "kernel_distance",
        "Kernel distance",
        "low",
        "polynomial MMD between real and fake features, unbiased",
    ),
    (
        "sliced_wasserstein",
        "Sliced Wasserstein",
        "low",
        "Wasserstein-2 distance, mean over random directions",
    ),
    (
        "target_distance",
        "Distance to the target",
        "low",
        "mean absolute difference of outputs to their targets, pixels in [-1, 1]",
    ),
    (
        "cycle_distance",
        "There and back",
        "low",
        "mean absolute difference of inputs to themselves translated and back",
    ),
    ("precision", "Precision", "high", "share of fakes that lie among the reals"),
    ("recall", "Recall", "high", "share of reals that lie among the fakes"),
    ("density", "Density", "one", "how deep fakes lie among the reals"),
    ("coverage", "Coverage", "high", "share of reals with a fake near by"),
    (
        "diversity_ratio",
        "Diversity",
        "one",
        "mean distance between fakes over that between reals",
    ),
    (
        "duplicate_share",
        "Near-duplicates",
        "low",
        "share of fakes that nearly repeat another fake",
    ),
    (
        "spacing_ratio",
        "Spacing",
        "one",
        "nearest over mean distance of fakes, over that of reals",
    ),
    (
        "missing_share",
        "Left out",
        "low",
        "share of the data where hardly any fakes are made",
    ),
    (
        "shortfall",
        "Made elsewhere",
        "low",
        "share of the fakes due near some reals that are made near others",
    ),
    (
        "consistency",
        "Halves that belong together",
        "high",
        "how far one half tells of the other, over reals; 0 for halves of different pictures",
    ),
    (
        "condition_consistency",
        "Classes kept",
        "high",
        "share of fakes that look like the class they were asked for",
    ),
    (
        "condition_sensitivity",
        "Moved by the class",
        "high",
        "change of a sample with another class, over the distance between two samples",
    ),
    ("vendi_score", "Vendi score", "high", "effective number of different fakes"),
    (
        "vendi_ratio",
        "Vendi ratio",
        "one",
        "effective number of different fakes over that of reals",
    ),
    (
        "pair_similarity",
        "Pair similarity",
        "low",
        "structural similarity of random pairs of fakes",
    ),
    (
        "pair_similarity_excess",
        "Excess similarity",
        "zero",
        "pair similarity of fakes beyond that of reals",
    ),
    ("rarity", "Rarity", "one", "how uncommon the believable fakes are, over the reals"),
    (
        "inception_score",
        "Inception score",
        "high",
        "clear classes, and all of them, to a classifier",
    ),
    (
        "classes_found",
        "Classes found",
        "high",
        "classes of the reals that at least one fake has",
    ),
    ("class_kl", "Class KL", "low", "KL divergence between shares of classes"),
    (
        "authenticity",
        "Authenticity",
        "high",
        "share of fakes no closer to a training sample than its kin",
    ),
    (
        "memorised_share",
        "Memorised",
        "low",
        "surplus of fakes whose nearest real was trained on",
    ),
    ("memorisation_p", "Memorisation p", "high", "chance of that surplus without memorisation"),
    (
        "two_sample_accuracy",
        "Two-sample accuracy",
        "half",
        "a small classifier's accuracy at telling fakes",
    ),
    ("two_sample_p", "Two-sample p", "high", "chance of that accuracy if fakes were real"),
    (
        "spectral_discrepancy",
        "Spectral discrepancy",
        "low",
        "difference of power spectra, decibels",
    ),
    (
        "high_frequency_ratio",
        "High frequencies",
        "one",
        "power of fakes over that of reals at fine detail",
    ),
    ("grain", "Grain", "low", "fine detail that reals have not, over their contrast"),
    ("checkerboard", "Checkerboard", "low", "pattern of one pixel on, one off, over contrast"),
    ("checkerboard_excess", "Checkerboard alone", "low", "decibels above neighbouring patterns"),
    ("colour_shift", "Colour shift", "low", "difference of colour statistics"),
)
METRICS = {name: MetricWords(title, good, says) for name, title, good, says in TABLE}
MAIN = ("frechet_distance", "kernel_distance", "reverse_kl")  # the first that was measured leads


def metric_names(columns: Iterable[str]) -> list[str]:
    """Return the metrics among a history's columns, in the order of the page, no error bars."""
    found = [name.partition("/")[2] for name in columns if name.startswith("metrics/")]
    found = [name for name in found if name.removesuffix("_error") not in set(found) - {name}]
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
