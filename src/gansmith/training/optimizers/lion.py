"""Steps of one size along the sign of a momentum: half of Adam's memory."""

from typing import Any

import torch
from torch import Tensor

from gansmith.registry import optimizers
from gansmith.training.optimizers import Betas, Parameters, WeightDecay


class Lion(torch.optim.Optimizer):
    """The update of Chen et al. 2023; its only state is one momentum a weight."""

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Move every parameter that has a gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._move(parameter, parameter.grad, group)

    def _move(self, parameter: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        momentum = state.setdefault("momentum", torch.zeros_like(parameter))
        fast, slow = group["betas"]
        parameter.mul_(1.0 - group["lr"] * group["weight_decay"])
        parameter.sub_(group["lr"] * torch.lerp(gradient, momentum, fast).sign())
        momentum.lerp_(gradient, 1.0 - slow)


@optimizers.add
def lion(
    parameters: Parameters,
    lr: float,
    betas: Betas = (0.9, 0.99),
    weight_decay: WeightDecay = 0.0,
) -> torch.optim.Optimizer:
    """Lion: every weight moves by lr along the sign of a momentum.

    Half of Adam's memory. Its steps do not shrink near an equilibrium, so give it a schedule.

    Formula: w <- (1 - lr * decay) w - lr * sign(b1 m + (1-b1) g), m <- b2 m + (1-b2) g.

    Args:
        parameters: what to train.
        lr: learning rate; a third to a tenth of Adam's.
        betas: (b1, b2), each in [0, 1).
        weight_decay: share of a weight that decays per unit of learning rate, at least 0.

    Raises:
        ValueError: an option is out of range.

    Reference: Chen et al. 2023, arXiv:2302.06675.
    """
    return Lion(parameters, {"lr": lr, "betas": betas, "weight_decay": weight_decay})
