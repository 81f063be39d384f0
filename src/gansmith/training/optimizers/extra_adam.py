"""Adam with an extrapolation step, for the game ``extragradient``."""

import torch

from gansmith.registry import optimizers
from gansmith.training.optimizers import Betas, Eps, Parameters, fusable
from gansmith.training.optimizers.look_ahead import LookAhead


class ExtraAdam(LookAhead, torch.optim.Adam):
    """Adam, looking ahead."""


@optimizers.add(extrapolates=True)
def extra_adam(
    parameters: Parameters,
    lr: float,
    betas: Betas = (0.5, 0.9),
    eps: Eps = 1e-8,
) -> torch.optim.Optimizer:
    """ExtraAdam: Adam with an extrapolation step, so that the game does not circle.

    Goes with the game `extragradient`, at twice the cost. The running means take in the slopes of
    both steps.

    Formula: w' = w - lr * d(w); w <- w - lr * d(w'), d the direction of adam.

    Args:
        parameters: what to train.
        lr: learning rate; typical 1e-4.
        betas: decay of the running means of the gradient and of its square, each in [0, 1).
        eps: smallest scale of a step, above 0.

    Raises:
        ValueError: betas or eps are out of range.

    Reference: Gidel et al. 2018, arXiv:1802.10551.
    """
    parameters = list(parameters)
    return ExtraAdam(parameters, lr=lr, betas=betas, eps=eps, fused=fusable(parameters))
