"""Extrapolation, for the game ``extragradient``: every second step begins anew."""

from typing import Any

import torch
from torch import Tensor


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
