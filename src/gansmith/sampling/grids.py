"""Pictures of images that belong together."""

import torch
from PIL import Image
from torch import Tensor

from gansmith.data import to_bytes
from gansmith.kinds.drawing import image_grid


def side_by_side(*kinds: Tensor) -> Image.Image:
    """Return one image of images of several kinds, those that belong together side by side."""
    colours = max(len(kind[0]) for kind in kinds)
    alike = [kind if len(kind[0]) == colours else _coloured(kind, colours) for kind in kinds]
    together = torch.stack(alike, 1).flatten(0, 1)
    return image_grid(to_bytes(together), columns=4 * len(kinds))


def _coloured(images: Tensor, colours: int) -> Tensor:
    """Return images with more channels: grey is repeated, what is not there is opaque."""
    grey = images[:, :1].expand(-1, min(3, colours), -1, -1)
    shown = images[:, :3] if images.shape[1] >= 3 else grey
    opaque = shown.new_ones(len(shown), colours - shown.shape[1], *shown.shape[2:])
    return torch.cat([shown, opaque], 1)
