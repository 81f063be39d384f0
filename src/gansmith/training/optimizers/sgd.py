"""Plain gradient descent."""

import torch

from gansmith.registry import optimizers
from gansmith.training.optimizers import Momentum, Parameters, fusable


@optimizers.add(unrolls=True)
def sgd(
    parameters: Parameters,
    lr: float,
    momentum: Momentum = 0.0,
) -> torch.optim.Optimizer:
    """Stochastic gradient descent, with momentum if set: for theory and small problems.

    Formula: w <- w - lr * u, u <- momentum * u + g.

    Args:
        parameters: what to train.
        lr: learning rate.
        momentum: share of the last step that is repeated, in [0, 1). In a game it often hurts.

    Raises:
        ValueError: momentum is out of range.

    Reference: on GANs Mescheder et al. 2018, arXiv:1801.04406.
    """
    parameters = list(parameters)
    return torch.optim.SGD(parameters, lr, momentum=momentum, fused=fusable(parameters))
