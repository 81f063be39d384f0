"""Moving averages that a term remembers between turns."""

import torch
from torch import Tensor, nn


class MovingAverage(nn.Module):
    """An exponential moving average of one number, kept in a buffer; it is fixed in eval mode.

    Args:
        decay: share of the old average that is kept at each update.
    """

    value: Tensor
    started: Tensor

    def __init__(self, decay: float) -> None:
        super().__init__()
        self.decay = decay
        self.register_buffer("value", torch.zeros(()))
        self.register_buffer("started", torch.zeros(()))

    @torch.no_grad()
    def update(self, seen: Tensor) -> Tensor:
        """Take in a number and return the average; the first number is the first average."""
        if self.training:
            kept = self.decay * self.started
            self.value.lerp_(seen.to(self.value), 1.0 - kept)
            self.started.fill_(1.0)
        return self.value.clone()
