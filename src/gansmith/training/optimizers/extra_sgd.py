"""Plain descent with an extrapolation step, for the game ``extragradient``."""

import torch

from gansmith.registry import optimizers
from gansmith.training.optimizers import Parameters
from gansmith.training.optimizers.look_ahead import LookAhead


class ExtraSGD(LookAhead, torch.optim.SGD):
    """Plain descent, looking ahead."""


@optimizers.add(extrapolates=True)
def extra_sgd(parameters: Parameters, lr: float) -> torch.optim.Optimizer:
    """Extragradient: plain descent with an extrapolation step, so that the game does not circle.

    Goes with the game `extragradient`.

    Formula: w' = w - lr * g(w); w <- w - lr * g(w').

    Args:
        parameters: what to train.
        lr: learning rate.

    Reference: Gidel et al. 2018, arXiv:1802.10551.
    """
    return ExtraSGD(parameters, lr=lr)
