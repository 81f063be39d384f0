"""A generator whose raw numbers become samples as their kind has it."""

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn


class Finished(nn.Module):
    """A network, and behind it what turns its numbers into samples.

    Args:
        net: latents, and what else it is called with, to raw numbers [batch, *shape].
        finish: raw numbers to samples.
    """

    def __init__(self, net: nn.Module, finish: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.net, self.finish = net, finish
        self.couples_batch = bool(getattr(net, "couples_batch", True))
        self.channels_last = bool(getattr(net, "channels_last", False))

    def forward(self, *given: Any) -> Tensor:
        """Make samples [batch, *shape]."""
        return self.finish(self.net(*given))
