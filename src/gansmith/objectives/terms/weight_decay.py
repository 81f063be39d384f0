"""Weights are kept small."""

from typing import Literal

import torch

from gansmith.objectives.options import Weight
from gansmith.objectives.weights import matrices
from gansmith.records import Knob, PerSample, Player, Term, View
from gansmith.registry import terms


@terms.add
def weight_decay(
    weight: Weight = 1e-4, norm: Literal["l1", "l2"] = "l2", player: Player = "discriminator"
) -> Term:
    """Weight decay: keeps a player's weights small (L2) or many of them at zero (L1).

    As part of the loss it passes through the optimizer's adaptive scale; `adamw` has the form
    that does not. Biases and the scales of norms stay out.

    Formula: l1: weight * sum |w|; l2: weight/2 * sum w^2.

    Args:
        weight: strength; 1e-5 to 1e-3.
        norm: l1 or l2.
        player: whose weights, generator or discriminator.

    Raises:
        ValueError: weight is not above 0.

    Reference: Krogh and Hertz 1991, A simple weight decay can improve generalization, NIPS 4.
    """

    def value(view: View) -> PerSample:
        layers = matrices(view.players[player])
        sizes = [w.abs().sum() if norm == "l1" else 0.5 * w.square().sum() for w in layers]
        return torch.stack(sizes).sum().expand(len(view.latent))

    return Term(value, player, Knob("weight", weight))
