"""The filters of a layer are to point in different directions."""

import torch
from torch import Tensor

from gansmith.objectives.options import Every, Weight
from gansmith.objectives.products import products
from gansmith.objectives.weights import matrices
from gansmith.records import Knob, PerSample, Player, Term, View
from gansmith.registry import terms


@terms.add
def orthogonal(weight: Weight = 1e-4, player: Player = "generator", every: Every = 1) -> Term:
    """Orthogonal regularisation: the filters of each layer are to point in different directions.

    Only the angles are penalised, not the lengths (BigGAN's form); it makes truncated sampling
    safe.

    Formula: weight * sum over layers |W W^T * (1 - I)|^2, W as [outputs, everything else].

    Args:
        weight: strength, 1e-4 in BigGAN.
        player: whose weights, generator or discriminator.
        every: apply on every n-th step only (lazy); the value is multiplied by n to keep the
            mean.

    Raises:
        ValueError: weight is not above 0 or every is below 1.

    Reference: Brock et al. 2018, arXiv:1809.11096; first Brock et al. 2016, arXiv:1609.07093.
    """

    def value(view: View) -> PerSample:
        total = torch.stack([off_diagonal(w) for w in matrices(view.players[player])]).sum()
        return total.expand(len(view.latent))

    return Term(value, player, Knob("weight", weight), every)


def off_diagonal(matrix: Tensor) -> Tensor:
    """Return the sum of squares of W W^T off its diagonal."""
    gram = products(matrix)
    return gram.square().sum() - gram.diagonal().square().sum()
