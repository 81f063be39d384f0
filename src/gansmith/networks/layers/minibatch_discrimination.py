"""Minibatch discrimination: lets a discriminator see how close each sample is to the others."""

import torch
from torch import Tensor, nn

NEAREST = 2.0  # distance of the nearest other sample, in a kernel that has been scaled


class MinibatchDiscrimination(nn.Module):
    """Append to features how close the other samples of the batch are, once for each kernel.

    As in the authors' code each column of T has unit length times a learned scale, and a learned
    bias starts at -1.

    Formula: M_i = f_i T, o_b(i) = sum over j != i of exp(-|M_ib - M_jb|_1) + bias_b.

    Args:
        width: of the features.
        kernels: numbers that are appended, each with a T of its own.
        dimensions: of the space in which a kernel measures distances.

    Reference: Salimans et al. 2016, arXiv:1606.03498.
    """

    def __init__(self, width: int, kernels: int, dimensions: int = 5) -> None:
        super().__init__()
        self.directions = nn.Parameter(0.05 * torch.randn(width, kernels, dimensions))
        self.log_scale = nn.Parameter(torch.zeros(kernels, dimensions))
        self.bias = nn.Parameter(torch.full((kernels,), -1.0))

    def forward(self, features: Tensor) -> Tensor:
        """Map [batch, width] to [batch, width + kernels]."""
        return torch.cat([features, self.closeness(features) + self.bias], dim=1)

    def closeness(self, features: Tensor) -> Tensor:
        """Return o without its bias: [batch, kernels], from 0 (alone) to batch - 1 (all alike)."""
        return torch.exp(-self._distances(features)).sum(1) - 1  # itself, at distance 0

    @torch.no_grad()
    def scale_to(self, features: Tensor) -> None:
        """Scale each kernel so that the nearest of some samples lie at a distance of 2.

        Without it features of another scale than 1 would begin where exp is flat.
        """
        found = self._distances(features)
        found += torch.diag(features.new_full((len(features),), torch.inf))[..., None]
        nearest = found.amin(1).mean(0).clamp_min(1e-12)
        self.log_scale.add_((NEAREST / nearest).log()[:, None])

    def _distances(self, features: Tensor) -> Tensor:
        """Return the distance of each pair in each kernel: [batch, batch, kernels]."""
        lengths = self.directions.square().sum(0).sqrt()
        columns = self.directions * (self.log_scale.exp() / lengths)
        seen: Tensor = torch.tensordot(features, columns, 1)
        between = seen[:, None] - seen[None]
        return between.abs().sum(-1)
