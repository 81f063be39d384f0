"""Can boosted trees tell generated rows from real ones?"""

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np

from gansmith.facts import Value
from gansmith.metrics.maths.boosted_trees import area_under_curve, fit_classes
from gansmith.metrics.maths.checks import Features
from gansmith.metrics.maths.table_rows import Rows
from gansmith.ranges import Range
from gansmith.registry import metrics

LEAST = 10  # rows of a side
ENOUGH = 1000  # rows from which one division is as good as several
MOST = 3  # divisions


@metrics.add(
    of="samples",
    needs=("real", "fake", "table"),
    kinds=("table",),
    values={
        "tree_auc": Value(
            "half",
            "distance",
            "Tree AUC",
            "how well boosted trees tell fakes from reals that neither side was trained on",
            least=0,
            most=1,
        )
    },
)
def tree_auc(
    real: Features,
    fake: Features,
    table: Mapping[str, Any],
    held_out: Features | None = None,
    folds: Annotated[int, Range(low=2, high=20)] = 5,
    at_most: Annotated[int, Range(low=20)] = 5000,
    seed: int = 0,
) -> float:
    """Area under the ROC curve of boosted trees that tell fakes from reals; 0.5 is perfect.

    The reals are those held out from training, where there are at least 10, so that copies of
    training rows do not pass for new ones. As many fakes are taken. Each row is scored by trees
    that were fitted to the other folds; of fewer than 500 rows the mean over up to 3 divisions
    and choices of fakes is taken.

    Args:
        real: training rows as networks see them [rows, width].
        fake: generated rows likewise.
        table: what is known of the table.
        held_out: rows that training never saw, where there are such.
        folds: of a division.
        at_most: rows of a side that are used.
        seed: of the divisions.

    Raises:
        ValueError: a side has fewer than 10 rows, or a value that is not finite.

    Reference: Friedman 2003, "On multivariate goodness-of-fit and two-sample testing"; Lopez-Paz
    and Oquab 2016, arXiv:1610.06545.
    """
    rows = Rows("tree_auc", table)
    kept = held_out if held_out is not None and len(held_out) >= LEAST else real
    reals, fakes = rows.of("real", kept, LEAST), rows.of("fake", fake, LEAST)
    return detection(reals, fakes, folds, at_most, seed)


def detection(
    reals: np.ndarray, fakes: np.ndarray, folds: int = 5, at_most: int = 5000, seed: int = 0
) -> float:
    """Return the AUC of ``tree_auc`` for rows as stored, [rows, columns]."""
    count = min(len(reals), len(fakes), at_most)
    draws = np.random.default_rng(seed)
    found = []
    for _ in range(min(max(ENOUGH // count, 1), MOST)):
        sides = [side[draws.permutation(len(side))[:count]] for side in (reals, fakes)]
        found.append(_crossed(np.concatenate(sides), count, folds, draws))
    return float(np.mean(found))


def _crossed(rows: np.ndarray, count: int, folds: int, draws: np.random.Generator) -> float:
    """Return the AUC where each fold is scored by trees fitted to the others, pooled."""
    truth = np.repeat([1.0, 0.0], count)
    fold = np.concatenate([draws.permutation(count) % folds for _ in range(2)])
    scores = np.empty(2 * count)
    for number in range(folds):
        test = fold == number
        scores[test] = fit_classes(rows[~test], truth[~test])(rows[test])
    return area_under_curve(scores, truth)
