"""A norm whose scale and shift depend on the class."""

from typing import Any

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from gansmith.networks.layers.class_table import ClassTable

NORMS = (_BatchNorm, nn.GroupNorm, nn.LayerNorm)


class Asked:
    """The classes that a forward pass is asked for, for layers deep in a network."""

    labels: Tensor | None = None


class ClassNorm(nn.Module):
    """A norm, then a scale and a shift of each channel for each class.

    Formula: scale_y norm(x) + shift_y, which start at 1 and 0: the norm alone.

    Args:
        norm: the norm, with its own scale and shift.
        channels: how many it has.
        classes: how many there are.
        asked: holds the classes of the forward pass that is under way.

    Reference: Dumoulin et al. 2016, arXiv:1610.07629; Miyato and Koyama 2018, arXiv:1802.05637.
    """

    def __init__(self, norm: nn.Module, channels: int, classes: int, asked: Asked) -> None:
        super().__init__()
        self.norm, self.asked = norm, asked
        self.scale, self.shift = ClassTable(classes, channels), ClassTable(classes, channels)
        nn.init.ones_(self.scale.weight)
        nn.init.zeros_(self.shift.weight)

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, channels, ...] to the same shape."""
        assert self.asked.labels is not None
        everywhere = (..., *[None for _ in x.shape[2:]])
        scale, shift = (
            table(self.asked.labels).to(x.dtype)[everywhere] for table in (self.scale, self.shift)
        )
        y: Tensor = self.norm(x)
        moved: Tensor = y * scale + shift
        return moved


def in_place_of_norms(network: nn.Module, classes: int, asked: Asked) -> int:
    """Put a norm for each class wherever a network has a norm; return how often."""
    found = 0
    for module in list(network.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, NORMS):
                swapped: Any = ClassNorm(child, _channels(child), classes, asked)
                setattr(module, name, swapped)
                found += 1
    return found


def _channels(norm: Any) -> int:
    if isinstance(norm, nn.LayerNorm):
        return norm.normalized_shape[-1]
    return int(norm.num_channels if isinstance(norm, nn.GroupNorm) else norm.num_features)
