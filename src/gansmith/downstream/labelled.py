"""Samples with their classes, as classifiers learn from them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gansmith.kinds.tables.columns import Column


@dataclass(frozen=True)
class Labelled:
    """Samples with a class for each.

    Args:
        samples: images [N, C, H, W] in [-1, 1], series [N, T, C], rows or vectors [N, values].
        labels: class indices, int64 [N].
    """

    samples: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, rows: np.ndarray) -> "Labelled":
        return Labelled(self.samples[rows], self.labels[rows])

    def counts(self, classes: int) -> np.ndarray:
        """Return how many samples each class has."""
        return np.bincount(self.labels, minlength=classes)


@dataclass(frozen=True)
class Part:
    """Samples with their content hashes."""

    samples: Labelled
    contents: np.ndarray

    def __getitem__(self, rows: np.ndarray) -> "Part":
        return Part(self.samples[rows], self.contents[rows])


@dataclass(frozen=True)
class Form:
    """What samples of a study are.

    Args:
        kind: image, series, table or vector.
        classes: names of the classes.
        columns: of a table, without the one that holds the classes.
        flip: whether mirrored images could be of the set, as the run's recipe says.
        turn: whether turned ones could.
    """

    kind: str
    classes: tuple[str, ...]
    columns: tuple[Column, ...] = ()
    flip: bool = False
    turn: bool = False


def joined(parts: Sequence[Labelled]) -> Labelled:
    """Return several sets as one."""
    samples = np.concatenate([part.samples for part in parts])
    return Labelled(samples, np.concatenate([part.labels for part in parts]))


def drawn(real: Labelled, count: int, classes: int, draws: np.random.Generator) -> Labelled:
    """Return some of the samples, each class by its share but at least one of each.

    Args:
        real: to draw from, without replacement.
        count: of samples in all; all if there are no more.
        classes: number of classes.
        draws: random numbers.
    """
    if count >= len(real):
        return real
    chosen = []
    for label in range(classes):
        rows = np.flatnonzero(real.labels == label)
        part = max(round(len(rows) * count / len(real)), min(len(rows), 1))
        chosen.append(draws.permutation(rows)[:part])
    return real[np.sort(np.concatenate(chosen))]
