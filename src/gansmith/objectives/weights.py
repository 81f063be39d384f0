"""The weights of a network that a penalty of weights is about."""

import torch
from torch import Tensor, nn

from gansmith.errors import GansmithError


def matrices(network: nn.Module) -> list[Tensor]:
    """Return every weight of two or more axes as [outputs, everything else], in float32 at least.

    Biases, and the scales of norms, have one axis and stay out.

    Raises:
        GansmithError: there is none.
    """
    found = [p.flatten(1) for p in network.parameters() if p.ndim >= 2]
    if not found:
        raise GansmithError("a penalty of weights needs a network that has weight matrices")
    return [w.to(torch.promote_types(w.dtype, torch.float32)) for w in found]
