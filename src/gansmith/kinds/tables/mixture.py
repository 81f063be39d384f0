"""A mixture of Gaussians in one dimension, fitted by variational Bayes."""

from typing import NamedTuple

import numpy as np
import torch

ROUNDS = 200
STILL = 1e-5  # change of the weights in a round, below which nothing moves any more
PRIOR = 1e-3  # of the Dirichlet process: few modes unless the values ask for more
KEPT = 5e-3  # weight above which a mode counts
FLOOR = 1e-6  # of a variance, in units of the variance of all values


class Mixture(NamedTuple):
    """Modes of a distribution: arrays of one number a mode."""

    means: np.ndarray
    deviations: np.ndarray
    weights: np.ndarray

    def posterior(self, values: np.ndarray) -> np.ndarray:
        """Return how probable it is that each value is of each mode, [values, modes]."""
        apart = (values[:, None] - self.means) / self.deviations
        logs = np.log(self.weights / self.deviations) - 0.5 * apart**2
        chance = np.exp(logs - logs.max(1, keepdims=True))
        return np.asarray(chance / chance.sum(1, keepdims=True))


def fit_mixture(values: np.ndarray, most: int = 10) -> Mixture:
    """Fit a mixture of Gaussians whose number of modes the values decide.

    Variational Bayes with a Dirichlet process of concentration 0.001 over the weights, as
    mode-specific normalisation takes it; modes of a weight of at most 0.005 are dropped. It begins
    with equal shares of the sorted values, so that nothing is drawn.

    Args:
        values: finite numbers, [count]; not all alike.
        most: modes at most.

    Reference: Bishop 2006, section 10.2; Blei and Jordan 2006, Bayesian Analysis 1(1); Xu et al.
    2019, arXiv:1907.00503.
    """
    centre, unit = float(values.mean()), float(values.std()) or 1.0
    x = (np.asarray(values, np.float64) - centre) / unit
    most = max(1, min(most, len(np.unique(x))))
    order = np.argsort(np.argsort(x, kind="stable"), kind="stable")
    member = np.eye(most)[order * most // len(x)]
    weights = np.zeros(most)
    for _ in range(ROUNDS):
        before, (logs, weights, means, variances) = weights, _expected(x, member)
        member = np.exp(logs - logs.max(1, keepdims=True))
        member /= member.sum(1, keepdims=True)
        if np.abs(weights - before).max() < STILL:
            break
    kept = weights > KEPT
    found = means[kept] * unit + centre, np.sqrt(variances[kept]) * unit, weights[kept]
    return Mixture(found[0], found[1], found[2] / found[2].sum())


def _expected(
    x: np.ndarray, member: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return expected log densities [values, modes], and weights, means and variances of modes."""
    count = member.sum(0) + 1e-12
    mean = member.T @ x / count
    spread = (member * (x[:, None] - mean) ** 2).sum(0) / count + FLOOR
    sure = 1.0 + count  # of the mean: one value of its own at the mean of all, 0
    centre = count * mean / sure
    degrees = 1.0 + count
    variance = (1.0 + count * spread + count / sure * mean**2) / degrees
    precision = np.log(2.0) + _digamma(degrees / 2) - np.log(degrees * variance)
    taken, left = 1.0 + count, PRIOR + np.append(np.cumsum(count[::-1])[::-1][1:], 0.0)
    both = _digamma(taken + left)
    stick = _digamma(taken) - both
    rest = np.append(0.0, np.cumsum(_digamma(left) - both)[:-1])
    logs = stick + rest + 0.5 * (precision - 1.0 / sure)
    logs = logs - 0.5 * (x[:, None] - centre) ** 2 / variance
    share = taken / (taken + left)
    weights = share * np.append(1.0, np.cumprod(1 - share)[:-1])
    return logs, weights / weights.sum(), centre, variance


def _digamma(values: np.ndarray) -> np.ndarray:
    return np.asarray(torch.special.digamma(torch.from_numpy(values)))
