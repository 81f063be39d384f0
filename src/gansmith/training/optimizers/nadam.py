"""Adam with Nesterov momentum."""

import torch
from torch import Tensor

from gansmith.registry import optimizers
from gansmith.training.optimizers import Betas, Eps, Parameters


@optimizers.add
def nadam(
    parameters: Parameters,
    lr: float,
    betas: Betas = (0.5, 0.99),
    eps: Eps = 1e-8,
) -> torch.optim.Optimizer:
    """Adam with Nesterov momentum.

    Formula: as adam, with b1 m + (1 - b1) g in the place of m: the momentum that comes next.

    Args:
        parameters: what to train.
        lr: learning rate; typical 1e-4 to 4e-4.
        betas: decay of the running means of the gradient and of its square, each in [0, 1);
            with a first decay of 0 it is adam.
        eps: smallest scale of a step, above 0.

    Raises:
        ValueError: betas or eps are out of range.

    Reference: Dozat 2016, Incorporating Nesterov momentum into Adam, ICLR workshop.
    """
    optimizer = torch.optim.NAdam(parameters, lr, betas, eps)
    for weight in optimizer.param_groups[0]["params"]:
        optimizer.state[weight] = fresh_state(weight)
    return optimizer


def fresh_state(weight: Tensor) -> dict[str, Tensor]:
    """Return the state before the first step, all of it in the weight's own type.

    Left to itself, NAdam keeps its product in float32 until a checkpoint is loaded and in the
    weight's type after: a resumed float64 run would take other steps.
    """
    return {
        "step": torch.zeros(()),
        "mu_product": torch.ones((), dtype=weight.dtype),
        "exp_avg": torch.zeros_like(weight, requires_grad=False),
        "exp_avg_sq": torch.zeros_like(weight, requires_grad=False),
    }
