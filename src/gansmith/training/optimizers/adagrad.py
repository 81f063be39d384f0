"""Steps that shrink with all gradients seen so far."""

import torch

from gansmith.registry import optimizers
from gansmith.training.optimizers import Eps, Parameters


@optimizers.add
def adagrad(
    parameters: Parameters,
    lr: float,
    eps: Eps = 1e-10,
) -> torch.optim.Optimizer:
    """Adagrad: the step of each weight shrinks with all gradients it has seen.

    Formula: w <- w - lr * g / (sqrt(sum of g^2) + eps).

    Args:
        parameters: what to train.
        lr: learning rate; typical 0.01, since the scale only shrinks.
        eps: smallest scale of a step, above 0.

    Raises:
        ValueError: eps is not above 0.

    Reference: Duchi et al. 2011, Journal of Machine Learning Research 12.
    """
    return torch.optim.Adagrad(parameters, lr, eps=eps)
