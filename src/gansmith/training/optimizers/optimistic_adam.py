"""Adam that takes each step twice and the last one back: it dampens the game's rotation."""

from typing import Any

import torch
from torch import Tensor

from gansmith.registry import optimizers
from gansmith.training.optimizers import Betas, Eps, Parameters


class OptimisticAdam(torch.optim.Optimizer):
    """The update of Daskalakis et al. 2017, algorithm 1."""

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Move every parameter that has a gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._move(parameter, parameter.grad, group)

    def _move(self, parameter: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        if not state:
            names = ("mean", "square", "last")
            state.update({"step": torch.zeros(())} | {n: torch.zeros_like(gradient) for n in names})
        state["step"] += 1
        count = int(state["step"])
        fast, slow = group["betas"]
        state["mean"].lerp_(gradient, 1.0 - fast)
        state["square"].lerp_(gradient.square(), 1.0 - slow)
        scale = (state["square"] / (1.0 - slow**count)).sqrt_().add_(group["eps"])
        direction = state["mean"] / (1.0 - fast**count) / scale
        parameter.sub_(group["lr"] * (2.0 * direction - state["last"]))
        state["last"].copy_(direction)


@optimizers.add
def optimistic_adam(
    parameters: Parameters,
    lr: float,
    betas: Betas = (0.5, 0.9),
    eps: Eps = 1e-8,
) -> torch.optim.Optimizer:
    """Adam with optimism: twice the new step minus the last, which dampens rotation in the game.

    Formula: w <- w - lr * (2 d_t - d_(t-1)), d the direction of adam.

    Args:
        parameters: what to train.
        lr: learning rate; typical 1e-4.
        betas: decay of the running means of the gradient and of its square, each in [0, 1).
        eps: smallest scale of a step, above 0.

    Raises:
        ValueError: betas or eps are out of range.

    Reference: Daskalakis et al. 2017, arXiv:1711.00141.
    """
    return OptimisticAdam(parameters, {"lr": lr, "betas": betas, "eps": eps})
