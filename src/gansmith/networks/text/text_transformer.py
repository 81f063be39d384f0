"""A small transformer that writes texts token by token."""

import math
from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.layers.attention import Block, whole_heads
from gansmith.networks.options import Width
from gansmith.networks.text.autoregressive import (
    Autoregressive,
    Dropout,
    State,
    Temperature,
    check_latent,
    check_text,
)
from gansmith.ranges import Range
from gansmith.registry import generators

Layers = Annotated[int, Range(low=1, high=24)]
Heads = Annotated[int, Range(low=1, high=32)]


class TextTransformer(Autoregressive):
    """Embeddings and places -> blocks of causal attention -> a distribution over the next token."""

    def __init__(
        self,
        shape: tuple[int, ...],
        width: int,
        layers: int,
        heads: int,
        dropout: float,
        temperature: float,
    ) -> None:
        super().__init__(shape, width, width, temperature)
        self.dropout = dropout
        self.position = nn.Parameter(torch.randn(self.places, width) / math.sqrt(width))
        self.blocks = nn.ModuleList(Block(width, heads, causal=True) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def begin(self, count: int) -> State:
        """Return no embeddings, [count, 0, width]: all that were read are kept."""
        return (self.table.new_zeros(count, 0, self.table.shape[1]),)

    def advance(self, inputs: Tensor, state: State) -> tuple[Tensor, State]:
        """Read one embedding a text, after those before it."""
        every = torch.cat([state[0], inputs[:, None]], 1)
        return self.read(every, dropped=False)[:, -1], (every,)

    def read(self, inputs: Tensor, dropped: bool) -> Tensor:
        """Read all embeddings at once, each with those before it."""
        share = self.dropout if dropped else 0.0
        x = F.dropout(inputs + self.position[: inputs.shape[1]], share, dropped)
        for block in self.blocks:
            x = block(x, share)
        found: Tensor = self.norm(x)
        return found


@generators.add(check=whole_heads, kinds=("text",))
def text_transformer(
    shape: tuple[int, ...],
    latent: int,
    *,
    width: Width = 128,
    layers: Layers = 2,
    heads: Heads = 4,
    dropout: Dropout = 0.0,
    temperature: Temperature = 1.0,
) -> nn.Module:
    """Small transformer that writes texts, token by token.

    Args:
        shape: (places, tokens).
        latent: as many numbers as places.
        width: of embeddings and blocks; a multiple of ``heads``.
        layers: blocks.
        heads: of attention.
        dropout: share of activations that maximum likelihood leaves out.
        temperature: of drawing tokens; below 1 texts are surer and less varied.

    Raises:
        ValueError: the data are not texts, ``latent`` is not the number of places, or the heads do
            not divide the width.

    Reference: Vaswani et al. 2017, arXiv:1706.03762.
    """
    check_text(shape, "text_transformer")
    check_latent(shape, latent)
    return TextTransformer(shape, width, layers, heads, dropout, temperature)
