"""Gradient boosted trees as a classifier of rows, by scikit-learn."""

from collections.abc import Callable

import numpy as np

from gansmith.downstream.labelled import Form, Labelled
from gansmith.errors import GansmithError

MOST = 255  # categories that the trees tell apart in one column


def fit_trees(known: Labelled, form: Form, seed: int) -> Callable[[np.ndarray], np.ndarray]:
    """Fit trees and return what gives class probabilities, float64 [n, classes].

    Args:
        known: rows [N, columns] with their classes; NaN is a missing value.
        form: of the rows; categories with more than 255 values are read as numbers.
        seed: of the trees.

    Raises:
        GansmithError: scikit-learn is not installed.

    Reference: Ke et al. 2017, LightGBM (NeurIPS); Pedregosa et al. 2011, JMLR 12.
    """
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier
    except ImportError as error:
        raise GansmithError(
            "classifiers of rows need scikit-learn; install it: pip install 'gansmith[table]'"
        ) from error
    there = np.unique(known.labels)
    if len(there) == 1:
        return lambda rows: np.eye(len(form.classes))[np.full(len(rows), there[0])]
    sorts = [c.type == "categorical" and len(c.categories) <= MOST for c in form.columns]
    trees = HistGradientBoostingClassifier(
        max_iter=100,
        min_samples_leaf=min(20, max(1, len(known) // 20)),
        early_stopping=False,
        categorical_features=sorts or None,
        random_state=seed,
    )
    trees.fit(known.samples, known.labels)

    def probabilities(rows: np.ndarray) -> np.ndarray:
        found = np.zeros((len(rows), len(form.classes)))
        found[:, trees.classes_] = trees.predict_proba(rows)
        return found

    return probabilities
