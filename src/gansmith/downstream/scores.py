"""How good class probabilities are, and how far that would move with another test set."""

from collections.abc import Sequence

import numpy as np

BINS = 15  # of confidence
RESAMPLES = 500
CALIBRATION = "expected_calibration_error"
BALANCED, ACCURACY = "balanced_accuracy", "accuracy"


def recall_of(name: str) -> str:
    """Return what the recall of a class is called among the scores."""
    return f"recall of {name}"


def resampled(labels: np.ndarray, seed: int = 0, count: int = RESAMPLES) -> np.ndarray:
    """Return how often each test sample counts: once, then as drawn with replacement.

    Drawn class by class, so that each class keeps its number.

    Args:
        labels: of the test samples, int [T].
        seed: of the draws.
        count: of resamples.

    Returns:
        int [1 + count, T].
    """
    draws = np.random.default_rng(seed)
    found = np.ones((1 + count, len(labels)), np.int64)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        found[1:, rows] = draws.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), count)
    return found


def scores(
    probabilities: np.ndarray, labels: np.ndarray, weights: np.ndarray, classes: Sequence[str]
) -> dict[str, np.ndarray]:
    """Return each score under each row of weights, by name, float64 [rows of weights].

    ``accuracy``; ``balanced_accuracy``, the mean recall of the classes that the test set has;
    ``recall of CLASS``; ``expected_calibration_error``: the mean distance between confidence and
    accuracy in 15 bins of confidence, weighted by how many samples a bin holds.

    Args:
        probabilities: of each class [T, classes].
        labels: true classes [T].
        weights: how often each sample counts [rows, T].
        classes: names.

    Reference: Guo et al. 2017, arXiv:1706.04599 (calibration).
    """
    said, sure = probabilities.argmax(1), probabilities.max(1)
    right = (said == labels).astype(np.float64)
    total = weights.sum(1)
    found = {ACCURACY: weights @ right / total}
    recalls = {}
    for label, name in enumerate(classes):
        own = (labels == label).astype(np.float64)
        if own.any():
            recalls[recall_of(name)] = weights @ (right * own) / (weights @ own)
    found[BALANCED] = np.mean(list(recalls.values()), axis=0)
    bins = np.eye(BINS)[np.minimum((sure * BINS).astype(int), BINS - 1)]
    gaps = weights @ (bins * (sure - right)[:, None])
    found[CALIBRATION] = np.abs(gaps).sum(1) / total
    return found | recalls
