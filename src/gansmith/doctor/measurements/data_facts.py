"""What is known of the data before training, and of the ranges and labels at the exams."""

import math
from collections.abc import Mapping

import numpy as np

from gansmith.doctor.history import TICKS, History, Values
from gansmith.doctor.measurements.measurement import measured
from gansmith.doctor.measurements.progress import are_vectors

MIN_EXAMS = 4  # before which a generator is still at its start
MIN_NUMBERS = 8  # of a sample, from which two that are equal are copies and no chance
MAX_DISTANCE_TO_A_BOUND = 0.02  # of the values of a tanh or a sigmoid
MIN_TRAINING_IMAGES, MIN_TRAINING_VECTORS = 2000, 100


def facts_of(history: History) -> Mapping[str, object]:
    """Return what reading the data found out."""
    facts = history.data.get("facts")
    return facts if isinstance(facts, Mapping) else {}


def are_images(history: History) -> bool:
    """Whether samples are images."""
    return history.kind.name == "image"


@measured(unit="share of the samples", healthy=(None, 0.05))
def copy_share(history: History) -> float:
    """Share of samples that are exact copies of others; NaN: unknown, or samples of few numbers."""
    facts = facts_of(history)
    used = _number(facts, "found") - len(_list(facts, "skipped"))
    split = facts.get("split")
    distinct = _number(split, "distinct") if isinstance(split, Mapping) else 0.0
    shape = history.data.get("shape")
    long = isinstance(shape, list | tuple) and math.prod(shape) >= MIN_NUMBERS
    return 1 - distinct / used if long and used > 0 and distinct > 0 else math.nan


@measured(unit="samples", healthy=(MIN_TRAINING_IMAGES, None))
def training_samples(history: History) -> float:
    """Number of samples to train on; NaN: unknown, or images that are cut into crops.

    The limit for vectors is 100.
    """
    count = _number(history.data, "train")
    return count if count > 0 and "crops" not in facts_of(history) else math.nan


@measured(unit="times", healthy=(None, 10.0))
def class_imbalance(history: History) -> float:
    """How many times as many samples the largest class of images has as the smallest."""
    classes = facts_of(history).get("classes")
    counts = [n for n in classes.values() if n] if isinstance(classes, Mapping) else []
    return max(counts) / min(counts) if len(counts) > 1 and are_images(history) else math.nan


@measured(unit="share of the files", healthy=(None, 0.01))
def unreadable_share(history: History) -> float:
    """Share of files that could not be used; training allows a hundredth unless told otherwise."""
    facts = facts_of(history)
    found = _number(facts, "found")
    return unreadable_files(history) / found if found else math.nan


def unreadable_files(history: History) -> int:
    """Return how many files could not be used."""
    return len(_list(facts_of(history), "skipped"))


@measured(unit="share", healthy=(0.8, None))
def range_overlap(history: History) -> float:
    """Overlap of the ranges of real and generated samples, over the wider; below 0: a gap.

    NaN while the range of the fakes grows: an early net fills little of it. Of vectors the farthest
    few make the range: there a generator must have come to the bounds of its last layer, too.
    """
    real, fake = (sample_ranges(history, side) for side in ("real", "fake"))
    if min(map(len, (*real, *fake))) < MIN_EXAMS or history.ticks < TICKS:
        return math.nan
    if not (are_images(history) or _is_bounded(*fake)) or _still_widens(*fake):
        return math.nan
    (low, high), (fake_low, fake_high) = newest_range(real), newest_range(fake)
    if not high > low:
        return math.nan
    width = max(high - low, fake_high - fake_low, 1e-12)
    return (min(high, fake_high) - max(low, fake_low)) / width


def sample_ranges(history: History, side: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and highest values of real or fake samples, exam by exam."""
    low, high = (history.column(f"samples/{side}/{end}").known.values for end in ("low", "high"))
    return low, high


def newest_range(ends: tuple[np.ndarray, np.ndarray]) -> tuple[float, float]:
    """Return the range at the newest exams."""
    low, high = (float(np.median(end[-3:])) for end in ends)
    return low, high


@measured(unit="share of neighbours over chance", healthy=(0.04, None))
def label_relevance(history: History) -> float:
    """Share of reals that lie among their own label, less chance; of vectors only.

    The limit is twice the error of 400 samples. Features of images may not tell classes.
    """
    reals, chance = label_shares(history)
    known = min(len(reals), len(chance)) >= MIN_EXAMS and are_vectors(history)
    return float(np.median(reals)) - float(np.median(chance)) if known else math.nan


def label_shares(history: History) -> tuple[np.ndarray, np.ndarray]:
    """Return, exam by exam, the share of reals among their own label, and that by chance."""
    names = ("floor/condition_consistency", "metrics/condition_chance")
    reals, chance = (history.column(name).known.values for name in names)
    return reals, chance


def _still_widens(low: Values, high: Values) -> bool:
    filled = high - low
    return bool(filled[-1] > 1.05 * filled[-max(3, len(filled) // 3)])


def _is_bounded(low: Values, high: Values) -> bool:
    """Whether samples come near -1 or 0 and near 1, and never beyond: a tanh or a sigmoid."""
    near = MAX_DISTANCE_TO_A_BOUND
    ends = float(np.median(low)), float(np.median(high))
    full = min(abs(ends[0] + 1), abs(ends[0])) < near and abs(ends[1] - 1) < near
    return full and float(high.max()) <= 1 and float(low.min()) >= -1


def _number(table: Mapping[str, object], name: str) -> float:
    value = table.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def _list(table: Mapping[str, object], name: str) -> list[object]:
    value = table.get(name)
    return value if isinstance(value, list) else []
