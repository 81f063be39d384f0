"""How far generated rows are from the rows that the generator was trained on."""

import numpy as np
from torch import Tensor

from gansmith.facts import Value
from gansmith.metrics.maths.checks import Features, both_sides, one_side
from gansmith.metrics.maths.distances import comparable, nearest
from gansmith.registry import metrics

COPY = 1e-6  # squared distance, over the mean of two reals, below which a row is a copy

PRIVACY = {
    "nearest_record_ratio": Value(
        "one",
        "memorisation",
        "Nearest record",
        "median distance of fakes to their nearest training row, over that of unseen reals",
        least=0,
    ),
    "copied_rows": Value(
        "low",
        "memorisation",
        "Copied rows",
        "share of the fakes that equal a training row",
        least=0,
        most=1,
    ),
    "closer_to_training": Value(
        "half",
        "memorisation",
        "Closer to training",
        "share of the fakes nearer to a training row than to any of as many held-out rows",
        least=0,
        most=1,
    ),
}


@metrics.add(values=PRIVACY, kinds=("table", "vector"))
def nearest_record(
    real: Features, fake: Features, held_out: Features | None = None, seed: int = 0
) -> dict[str, float]:
    """Distance to the closest record: whether fakes give away rows of the training set.

    ``nearest_record_ratio`` is the median distance of a fake to its nearest training row, over that
    of a held-out row (without held-out rows: of a training row to its nearest other): about 1 for
    new rows, 0 for copies. ``closer_to_training`` compares with as many held-out rows and is a half
    where training rows are no nearer than others. It describes; it is no proof of privacy.

    Args:
        real: features of the training rows [rows, width].
        fake: features of fakes.
        held_out: features of rows that training never saw, where there are such.
        seed: of the choice of as many training rows as there are held-out ones.

    Raises:
        ValueError: a side has fewer than two rows, or a value that is not finite.

    Reference: Park et al. 2018, arXiv:1806.03384 (distance to the closest record).
    """
    trained, fakes = both_sides("nearest_record", real, fake)
    kept = None
    if held_out is not None and len(held_out) > 1:
        kept = one_side("nearest_record", "held-out", held_out)
    own = _own_distance(trained) if kept is None else _distance(kept, trained)
    to_train = _distance(fakes, trained)
    typical = float(own.median())
    unit = float((trained - trained.mean(0)).square().sum(1).mean()) * 2 or 1.0
    found = {
        "nearest_record_ratio": float(to_train.median()) / typical if typical > 0 else 1.0,
        "copied_rows": float((to_train.square() <= COPY * unit).double().mean()),
    }
    if kept is not None:
        found["closer_to_training"] = _closer(fakes, trained, kept, seed)
    return found


def _distance(rows: Tensor, others: Tensor) -> Tensor:
    """Return the distance of each row to the nearest of others."""
    known, asked = comparable(others, rows)
    return nearest(asked, known).farthest.double().clamp(min=0).sqrt()


def _own_distance(rows: Tensor) -> Tensor:
    known, _ = comparable(rows, rows)
    return nearest(known).farthest.double().clamp(min=0).sqrt()


def _closer(fakes: Tensor, trained: Tensor, kept: Tensor, seed: int) -> float:
    count = min(len(trained), len(kept))
    order = np.random.default_rng(seed).permutation(len(trained))[:count]
    near, far = _distance(fakes, trained[order]), _distance(fakes, kept[:count])
    ties = (near == far).double().mean() / 2
    return float((near < far).double().mean() + ties)
