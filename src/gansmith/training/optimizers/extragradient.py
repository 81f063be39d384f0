"""Steps with a look ahead, for the game ``extragradient``: every second one begins anew."""

from typing import Any

import torch
from torch import Tensor

from gansmith.registry import optimizers
from gansmith.training.optimizers import Betas, Eps, Parameters, fusable


class LookAhead(torch.optim.Optimizer):
    """Takes steps in twos: one ahead, and one from where that began, by the slope found ahead.

    To be mixed into an optimizer, whose update both steps use. Between twos it remembers nothing.
    """

    _begun: list[Tensor] | None = None

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Step ahead; the next time, step back to where that began and from there."""
        weights = [weight for group in self.param_groups for weight in group["params"]]
        if self._begun is None:
            self._begun = [weight.clone() for weight in weights]
        else:
            for weight, begun in zip(weights, self._begun, strict=True):
                weight.copy_(begun)
            self._begun = None
        super().step()


class ExtraAdam(LookAhead, torch.optim.Adam):
    """Adam, looking ahead."""


class ExtraSGD(LookAhead, torch.optim.SGD):
    """Plain descent, looking ahead."""


@optimizers.add(extrapolates=True)
def extra_adam(
    parameters: Parameters,
    lr: float,
    betas: Betas = (0.5, 0.9),
    eps: Eps = 1e-8,
) -> torch.optim.Optimizer:
    """ExtraAdam: Adam that looks ahead, so that the game does not circle. Costs twice as much.

    Goes with the game `extragradient`. The running means take in the slopes of both steps.

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


@optimizers.add(extrapolates=True)
def extra_sgd(parameters: Parameters, lr: float) -> torch.optim.Optimizer:
    """Extragradient: plain descent that looks ahead, so that the game does not circle.

    Goes with the game `extragradient`.

    Formula: w' = w - lr * g(w); w <- w - lr * g(w').

    Args:
        parameters: what to train.
        lr: learning rate.

    Reference: Gidel et al. 2018, arXiv:1802.10551.
    """
    return ExtraSGD(parameters, lr=lr)
