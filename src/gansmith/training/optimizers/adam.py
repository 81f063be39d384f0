"""Adam with the momentum that GANs want: none."""

import torch

from gansmith.registry import optimizers
from gansmith.training.optimizers import Betas, Eps, Parameters, fusable


@optimizers.add(unrolls=True)
def adam(
    parameters: Parameters,
    lr: float,
    betas: Betas = (0.0, 0.99),
    eps: Eps = 1e-8,
) -> torch.optim.Optimizer:
    """Adam without momentum by default: the usual choice for both players.

    Formula: w <- w - lr * m / (sqrt(v) + eps), m and v running means of the gradient and its
    square, corrected for their start.

    Args:
        parameters: what to train.
        lr: learning rate; typical 1e-4 to 4e-4.
        betas: decay of m and of v, each in [0, 1). Momentum (0.5 in DCGAN, 0 since) pushes a
            player on when the other has already turned.
        eps: smallest scale of a step, above 0.

    Raises:
        ValueError: betas or eps are out of range.

    Reference: Kingma and Ba 2014, arXiv:1412.6980.
    """
    parameters = list(parameters)
    return torch.optim.Adam(parameters, lr=lr, betas=betas, eps=eps, fused=fusable(parameters))
