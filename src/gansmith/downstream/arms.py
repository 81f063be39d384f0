"""The training sets that are compared: what a classifier of each arm learns from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gansmith.downstream.classifiers import CONVOLVED
from gansmith.downstream.labelled import Form, Labelled, joined
from gansmith.downstream.ordinary import between

Filling = Literal["nothing", "repeated", "between", "synthetic"]
Synthesise = Callable[[int, int], Labelled]  # (class, count) -> samples of it


@dataclass(frozen=True)
class Arm:
    """One training set.

    Args:
        name: as results have it.
        filling: what fills each class up to the same number of samples.
        real: whether the real samples are in it.
        augmented: whether each batch is varied by ordinary augmentation.
    """

    name: str
    filling: Filling = "nothing"
    real: bool = True
    augmented: bool = False

    @property
    def synthetic(self) -> bool:
        """Whether a generator made some of it."""
        return self.filling == "synthetic"


REAL = Arm("real")
OVERSAMPLED = Arm("oversampling", "repeated")
ADDED = Arm("real + synthetic", "synthetic")
ALONE = Arm("synthetic alone", "synthetic", real=False)
VARIED = (
    REAL,
    OVERSAMPLED,
    Arm("ordinary augmentation", augmented=True),
    Arm("oversampling, ordinary augmentation", "repeated", augmented=True),
    ADDED,
    Arm("real + synthetic, ordinary augmentation", "synthetic", augmented=True),
    ALONE,
)
ROWS = (REAL, OVERSAMPLED, Arm("rows between rows (SMOTE)", "between"), ADDED, ALONE)


def arms_for(form: Form) -> tuple[Arm, ...]:
    """Return the arms of samples of a form."""
    return VARIED if form.kind in CONVOLVED else ROWS


def alternatives(arms: tuple[Arm, ...]) -> list[Arm]:
    """Return those that need no generator."""
    return [arm for arm in arms if not arm.synthetic]


def candidates(arms: tuple[Arm, ...]) -> list[Arm]:
    """Return those in which synthetic samples are added to real ones."""
    return [arm for arm in arms if arm.synthetic and arm.real]


def wanted(real: Labelled, form: Form, times: float) -> np.ndarray:
    """Return how many samples each class is filled up to, less those that it has.

    Args:
        real: the real samples.
        form: of the samples.
        times: of the largest class; 1 makes all classes equal.
    """
    counts = real.counts(len(form.classes))
    return np.asarray(np.maximum(round(times * counts.max()) - counts, 0))


def training_set(
    arm: Arm,
    real: Labelled,
    form: Form,
    more: np.ndarray,
    synthetic: Labelled | None,
    draws: np.random.Generator,
) -> Labelled:
    """Return what the classifier of an arm learns from.

    Args:
        arm: which.
        real: the real samples.
        form: of the samples.
        more: samples that each class is filled up with.
        synthetic: as many made by the generator; of the arm without real samples, as many as that
            has in all.
        draws: random numbers.
    """
    if arm.synthetic:
        assert synthetic is not None
        return joined([real, synthetic]) if arm.real else synthetic
    if arm.filling == "nothing":
        return real
    there = [int(label) for label in np.flatnonzero((real.counts(len(more)) > 0) & (more > 0))]
    fill = _repeated if arm.filling == "repeated" else between
    return joined([real, *(fill(real, label, int(more[label]), form, draws) for label in there)])


def _repeated(
    real: Labelled, label: int, count: int, form: Form, draws: np.random.Generator
) -> Labelled:
    """Return samples of a class again, each as often as the others, but for one."""
    own = np.flatnonzero(real.labels == label)
    rounds = [draws.permutation(own) for _ in range(-(-count // len(own)))]
    return real[np.concatenate(rounds)[:count]]
