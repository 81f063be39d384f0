"""What stands behind a generator of images from images, so that what is known stays as it is."""

import torch
from torch import Tensor, nn

from gansmith.networks.layers.lightness import coloured, in_bytes

CHROMA = 110.0  # of a* and b* of sRGB, at most


class Stage(nn.Module):
    """A network from images to images, and behind it a stage that looks at its inputs.

    Args:
        net: inputs [batch, inputs, height, width] to values in [-1, 1].
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net
        self.couples_batch = bool(getattr(net, "couples_batch", True))
        self.channels_last = bool(getattr(net, "channels_last", False))


def added(images: Tensor, change: Tensor) -> Tensor:
    """Return images and a change of them, held to [-1, 1]; gradients pass as if it were not."""
    changed = images + change
    return changed + (changed.clamp(-1, 1) - changed).detach()


class Residual(Stage):
    """Adds the net's values to the input, held to [-1, 1]; gradients pass as if it were not."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Change images."""
        return added(inputs, self.net(inputs))


class Filled(Stage):
    """Keeps known pixels: the net's values are taken where the last channel is above 0 alone.

    Args:
        net: inputs [batch, C + 1, height, width] to values [batch, C, height, width] in [-1, 1].
        residual: whether its values are added to the interpolated image.
    """

    def __init__(self, net: nn.Module, residual: bool = False) -> None:
        super().__init__(net)
        self.residual = residual

    def forward(self, inputs: Tensor) -> Tensor:
        """Fill images whose last channel is 1 where they are to be filled, and -1 elsewhere."""
        images, made = inputs[:, :-1], self.net(inputs)
        made = added(images, made) if self.residual else made
        return torch.where(inputs[:, -1:] > 0, made, images)


class Coloured(Stage):
    """Gives a grey image the a* and b* of the net; its lightness stays, to the bit.

    In evaluation mode values are on 256 levels, chosen so that the lightness is that of the grey
    image after rounding, too.
    """

    def forward(self, inputs: Tensor) -> Tensor:
        """Colour grey images."""
        found = coloured(inputs, CHROMA * self.net(inputs))
        return found if self.training else in_bytes(found, inputs)
