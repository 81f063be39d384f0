"""Every layer of D is divided by its largest singular value."""

from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from gansmith.ranges import Range
from gansmith.records import Constraint
from gansmith.registry import constraints

TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)


class SpectralNorm(nn.Module):
    """Divides a weight by its largest singular value, followed by power iteration.

    The singular vectors ``left`` and ``right`` are buffers that change only in ``follow``, once
    per optimizer step: any number of forward passes see the same weight, evaluation never moves
    it, and a checkpoint holds all of its state.
    """

    left: Tensor
    right: Tensor

    def __init__(self, weight: Tensor, outputs: int) -> None:
        super().__init__()
        self.outputs = outputs
        matrix = self.as_matrix(weight.detach())
        # the same start in every process and run: it consumes none of the run's random numbers
        start = torch.randn(matrix.shape[0], generator=torch.Generator().manual_seed(0))
        left = nn.functional.normalize(start.to(matrix), dim=0)
        self.register_buffer("left", left)
        self.register_buffer("right", nn.functional.normalize(matrix.mT @ left, dim=0))
        self.follow(weight, iterations=15)

    def as_matrix(self, weight: Tensor) -> Tensor:
        """Return the weight as a matrix [outputs, everything else]."""
        return weight.movedim(self.outputs, 0).flatten(1)

    @torch.no_grad()
    def follow(self, weight: Tensor, iterations: int) -> None:
        """Move the singular vectors towards those of the weight as it is now."""
        matrix = self.as_matrix(weight)
        for _ in range(iterations):
            self.left.copy_(nn.functional.normalize(matrix @ self.right, dim=0))
            self.right.copy_(nn.functional.normalize(matrix.mT @ self.left, dim=0))

    def forward(self, weight: Tensor) -> Tensor:
        """Return the weight with spectral norm 1."""
        with torch.autocast(weight.device.type, enabled=False):
            # the copies keep the graph of this pass whole when follow() moves the buffers
            left, right = self.left.clone(), self.right.clone()
            return weight / torch.dot(left, torch.mv(self.as_matrix(weight), right))


@constraints.add(lipschitz=True)
def spectral_norm(
    iterations: Annotated[int, Range(low=1, why="the estimate must follow the weights")] = 1,
) -> Constraint:
    """Spectral normalisation: each layer of D is 1-Lipschitz, at little cost and with no knob.

    The largest singular value is followed by power iteration once per optimizer step (not per
    forward pass). It applies to every weight of two or more axes: linear, convolution, embedding.

    Formula: W / sigma(W), sigma the largest singular value of W as [outputs, inputs * window].

    Args:
        iterations: rounds of power iteration per step; 1 in the paper.

    Raises:
        ValueError: iterations is below 1, or a layer of D starts at zero.

    Reference: Miyato et al. 2018, arXiv:1802.05957.
    """

    def follow(discriminator: nn.Module) -> None:
        for layer in discriminator.modules():
            for rule in parametrize_rules(layer):
                rule.follow(layer.parametrizations.weight.original, iterations)  # type: ignore

    return Constraint(prepare=normalise_layers, after_step=follow)


def normalise_layers(discriminator: nn.Module) -> None:
    """Put spectral normalisation on every layer whose weight has two or more axes."""
    for name, layer in list(discriminator.named_modules()):
        weight = dict(layer.named_parameters(recurse=False)).get("weight")
        if weight is None or weight.ndim < 2:
            continue
        if not weight.detach().any():
            raise ValueError(
                f"spectral_norm cannot normalise the layer '{name}' of the discriminator, whose "
                f"weights all start at 0; take another discriminator or leave the constraint out"
            )
        rule = SpectralNorm(weight, outputs=1 if isinstance(layer, TRANSPOSED) else 0)
        parametrize.register_parametrization(layer, "weight", rule)


def parametrize_rules(layer: nn.Module) -> list[SpectralNorm]:
    """Return the spectral normalisations on a layer's weight."""
    if not parametrize.is_parametrized(layer, "weight"):
        return []
    return [rule for rule in layer.parametrizations.weight if isinstance(rule, SpectralNorm)]  # type: ignore
