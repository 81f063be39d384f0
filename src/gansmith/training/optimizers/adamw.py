"""Adam with weight decay that does not pass through the adaptive scale."""

import torch

from gansmith.registry import optimizers
from gansmith.training.optimizers import Betas, Eps, Parameters, WeightDecay, fusable


@optimizers.add(unrolls=True)
def adamw(
    parameters: Parameters,
    lr: float,
    betas: Betas = (0.0, 0.99),
    eps: Eps = 1e-8,
    weight_decay: WeightDecay = 0.01,
) -> torch.optim.Optimizer:
    """Adam with decoupled weight decay.

    Formula: as adam, then w <- (1 - lr * weight_decay) w.

    Args:
        parameters: what to train.
        lr: learning rate; typical 1e-4 to 4e-4.
        betas: decay of the running means of the gradient and of its square, each in [0, 1).
        eps: smallest scale of a step, above 0.
        weight_decay: share of a weight that decays per unit of learning rate, at least 0.

    Raises:
        ValueError: an option is out of range.

    Reference: Loshchilov and Hutter 2017, arXiv:1711.05101.
    """
    parameters = list(parameters)
    return torch.optim.AdamW(
        parameters, lr, betas, eps, weight_decay=weight_decay, fused=fusable(parameters)
    )
