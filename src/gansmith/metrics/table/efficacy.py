"""Can one learn from generated rows what real ones teach?"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from gansmith.facts import Value
from gansmith.metrics.maths.boosted_trees import fit_classes, fit_numbers
from gansmith.metrics.maths.checks import Features
from gansmith.metrics.maths.table_rows import Rows
from gansmith.registry import metrics

LEAST = 10  # rows of a side
CLASSES = 30  # of a target that trees are fitted to, each against the rest

EFFICACY = {
    "efficacy": Value(
        "high",
        "distance",
        "Efficacy",
        "score on unseen reals of trees that learned from fakes to predict the target column",
        most=1,
    ),
    "efficacy_of_reals": Value(
        "high",
        "distance",
        "Efficacy of reals",
        "the same of trees that learned from the training rows",
        most=1,
    ),
}


@metrics.add(of="samples", needs=("real", "fake", "table"), kinds=("table",), values=EFFICACY)
def efficacy(
    real: Features, fake: Features, table: Mapping[str, Any], held_out: Features | None = None
) -> dict[str, float]:
    """Train on synthetic, test on real: predict one column from the others.

    Boosted trees learn the target column (``data.target``; absent: the last) from fakes, and are
    tested on reals that were held out: F1 of the rarer class of two, the mean F1 of more classes,
    R² of numbers. ``efficacy_of_reals`` is the same of trees that learned from training rows, as
    many as there are fakes: what fakes could reach. Without held-out reals the test is on ``real``,
    and the second number is left out.

    Args:
        real: training rows as networks see them [rows, width].
        fake: generated rows likewise.
        table: what is known of the table.
        held_out: rows that training never saw, where there are such.

    Raises:
        ValueError: a side has fewer than 10 rows, or a value that is not finite.

    Reference: Esteban et al. 2017, arXiv:1706.02633; for tables Xu et al. 2019, arXiv:1907.00503.
    """
    rows = Rows("efficacy", table)
    kept = None if held_out is None or len(held_out) < LEAST else held_out
    test = rows.of("held-out", real if kept is None else kept, LEAST)
    found = {"efficacy": _score(rows, rows.of("fake", fake, LEAST), test)}
    if kept is not None:
        seen = rows.of("real", real, LEAST)[: len(fake)]
        found["efficacy_of_reals"] = _score(rows, seen, test)
    return found


def _score(rows: Rows, seen: np.ndarray, test: np.ndarray) -> float:
    """Return how well trees fitted to some rows predict the target of others."""
    target = rows.predicted
    given = [place for place in range(len(rows.columns)) if place != target]
    sides = [side[np.isfinite(side[:, target])] for side in (seen, test)]
    if not given or min(map(len, sides)) < 2:
        return 0.0
    x, unseen = (side[:, given] for side in sides)
    y, truth = (side[:, target] for side in sides)
    if rows.columns[target].type == "categorical":
        return _f1(_classified(x, y, unseen, truth), truth)
    model = fit_numbers(x, y)
    spread = ((truth - truth.mean()) ** 2).sum()
    return float(1 - ((model(unseen) - truth) ** 2).sum() / spread) if spread > 0 else 0.0


def _classified(x: np.ndarray, y: np.ndarray, unseen: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return the likeliest class of each row, of those that trees have seen."""
    known, counts = np.unique(y, return_counts=True)
    known = known[np.argsort(-counts)[:CLASSES]]
    if len(known) < 2:
        return np.full(len(unseen), known[0])
    if len(known) == 2:
        above = fit_classes(x, (y == known[0]).astype(float))(unseen) > 0
        return np.asarray(np.where(above, known[0], known[1]))
    scores = [fit_classes(x, (y == one).astype(float))(unseen) for one in known]
    return np.asarray(known[np.argmax(scores, axis=0)])


def _f1(said: np.ndarray, truth: np.ndarray) -> float:
    """Return the F1 of the rarer of two classes, or the mean over more."""
    known, counts = np.unique(truth, return_counts=True)
    judged = known[counts.argsort()[:1]] if len(known) == 2 else known
    found = []
    for one in judged:
        right = ((said == one) & (truth == one)).sum()
        found.append(2 * right / max((said == one).sum() + (truth == one).sum(), 1))
    return float(np.mean(found))
