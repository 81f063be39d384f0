"""Small classifiers that are trained again and again: networks for images and series, and trees."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

import numpy as np

from gansmith.downstream.classifiers.boosted import fit_trees
from gansmith.downstream.classifiers.convolutional import Length, fit_network
from gansmith.downstream.labelled import Form, Labelled

Probabilities = Callable[[np.ndarray], np.ndarray]
CONVOLVED = ("image", "series")


@runtime_checkable
class Fit(Protocol):
    """Trains a classifier: samples in, class probabilities of other samples out."""

    def __call__(self, known: Labelled, seed: int, augmented: bool = False) -> Probabilities:
        """Return what gives class probabilities [n, classes] of samples."""
        ...


def classifier_for(form: Form, steps: int) -> tuple[Fit, str]:
    """Return what trains a classifier for samples of a form, and what it is, in words.

    Args:
        form: of the samples.
        steps: of gradient descent; trees have none.
    """
    if form.kind in CONVOLVED:
        length = Length(steps)

        def network(known: Labelled, seed: int, augmented: bool = False) -> Probabilities:
            return fit_network(known, form, seed, length, augmented)

        return network, f"convolutional network, {steps} steps of {length.batch} samples"

    def trees(known: Labelled, seed: int, augmented: bool = False) -> Probabilities:
        return fit_trees(known, form, seed)

    return trees, "gradient boosted trees (scikit-learn's HistGradientBoostingClassifier)"
