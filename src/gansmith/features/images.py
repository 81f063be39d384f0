"""How samples become what an image network expects: three channels, one size, antialiased."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

IMAGES = ("image",)  # the kinds of samples that networks for images take
Images = Float[Tensor, " batch channels height width"]
Square = Float[Tensor, " batch channels side side"]


def to_rgb(images: Images) -> Float[Tensor, " batch 3 height width"]:
    """Return three channels: grey is repeated, alpha is composited on white (1.0).

    One channel is grey, two are grey and alpha, three are RGB, four are RGB and alpha.
    """
    colour = images if images.shape[1] in (1, 3) else _composite(images)
    return colour.expand(-1, 3, -1, -1)


def _composite(images: Tensor) -> Tensor:
    alpha = (images[:, -1:] + 1) / 2
    return images[:, :-1] * alpha + (1 - alpha)


def resize(images: Images, size: int) -> Square:
    """Return images of size x size pixels: antialiased bicubic, clamped to [-1, 1]."""
    if images.shape[-2:] == (size, size):
        return images
    resized = F.interpolate(images, (size, size), mode="bicubic", antialias=True)
    return torch.clamp_(resized, -1, 1)
