"""Networks around other networks: what they refuse, and samples to try a network on."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.errors import RecipeError
from gansmith.kinds.kind import kind_of_shape
from gansmith.registry import discriminators


def holds_no_other(base: str) -> None:
    """Refuse a base that is a discriminator around another one itself.

    Raises:
        ValueError: it is.
    """
    if discriminators.get(base).facts.wraps:
        raise ValueError(f"base is {base}, which has a base itself; name the discriminator inside")


def feature_width(network: nn.Module, condition: str) -> int:
    """Return how wide a discriminator's features are, on which a condition is projected.

    Raises:
        RecipeError: it does not say.
    """
    width = getattr(network, "feature_width", None)
    if isinstance(width, int):
        return width
    raise RecipeError(
        [
            f"networks.discriminator: {type(network).__name__} has no feature_width, which the "
            f"projection of the {condition} needs; give it that attribute and return a Critique of "
            "scores and features, or leave [condition] out"
        ]
    )


def trial_samples(shape: tuple[int, ...], count: int = 64) -> Tensor:
    """Return samples of about the scale of data: smooth images in [-1, 1], or normal numbers."""
    if not kind_of_shape(shape).pixels:
        return torch.randn(count, *shape)
    coarse = 2 * torch.rand(count, shape[0], 4, 4) - 1
    return F.interpolate(coarse, shape[1:], mode="bilinear")
