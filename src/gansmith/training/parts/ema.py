"""The average of the generator's weights over training, which is what users sample from."""

import copy

import torch
from torch import nn


class Ema:
    """Keeps an exponential moving average of a module.

    Args:
        module: the module to follow; it is copied.

    Reference: Yazıcı et al. 2018, arXiv:1806.04498; half-life in samples after Karras et al. 2018,
    arXiv:1812.04948.
    """

    def __init__(self, module: nn.Module) -> None:
        self.module = copy.deepcopy(module).eval().requires_grad_(False)
        self._live = [p.detach() for p in module.parameters()]
        self._mean = [p.detach() for p in self.module.parameters()]
        self._buffers = list(zip(self.module.buffers(), module.buffers(), strict=True))

    @torch.no_grad()
    def update(self, samples: int, half_life: float) -> None:
        """Move towards the live weights after ``samples`` more samples; both counts in samples."""
        decay = 0.5 ** (samples / half_life) if half_life > 0 else 0.0
        torch._foreach_lerp_(self._mean, self._live, 1 - decay)
        for mean, live in self._buffers:
            mean.copy_(live)
