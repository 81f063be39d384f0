"""Networks around other networks: what they refuse, and samples to try a network on."""

import torch
import torch.nn.functional as F
from torch import Tensor

from gansmith.kinds.kind import kind_of_shape
from gansmith.registry import discriminators


def holds_no_other(base: str) -> None:
    """Refuse a base that is a discriminator around another one itself.

    Raises:
        ValueError: it is.
    """
    if discriminators.get(base).facts.wraps:
        raise ValueError(f"base is {base}, which has a base itself; name the discriminator inside")


def trial_samples(shape: tuple[int, ...], count: int = 64) -> Tensor:
    """Return samples of about the scale of data: smooth images in [-1, 1], or normal numbers."""
    if not kind_of_shape(shape).pixels:
        return torch.randn(count, *shape)
    coarse = 2 * torch.rand(count, shape[0], 4, 4) - 1
    return F.interpolate(coarse, shape[1:], mode="bilinear")
