"""A block of a transformer whose attention can be differentiated twice on any device."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Block(nn.Module):
    """Attention between places, then two layers at each place; both added to the input.

    Args:
        width: numbers at a place, a multiple of ``heads``.
        heads: of attention.
        causal: whether a place sees only itself and those before it.

    Reference: Vaswani et al. 2017, arXiv:1706.03762; Xiong et al. 2020, arXiv:2002.04745 (the
    norms come first).
    """

    def __init__(self, width: int, heads: int, causal: bool) -> None:
        super().__init__()
        self.heads, self.causal = heads, causal
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))
        self.attend, self.mix = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.inner, self.outer = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor, dropout: float = 0.0) -> Tensor:
        """Map [batch, places, width] to the same."""
        x = x + F.dropout(self.mix(self._attention(self.norms[0](x))), dropout, dropout > 0)
        inner = self.outer(F.gelu(self.inner(self.norms[1](x))))
        found: Tensor = x + F.dropout(inner, dropout, dropout > 0)
        return found

    def _attention(self, x: Tensor) -> Tensor:
        """Attention by matrix products: fused kernels have no second derivative."""
        query, key, value = self.attend(x).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        scores = query @ key.mT / math.sqrt(query.shape[-1])
        if self.causal:
            places = x.shape[1]
            later = torch.ones(places, places, dtype=torch.bool, device=x.device).triu(1)
            scores = scores.masked_fill(later, -math.inf)
        joined: Tensor = (scores.softmax(-1) @ value).transpose(1, 2).flatten(2)
        return joined


def whole_heads(width: int, heads: int) -> None:
    """Refuse heads that do not divide the width."""
    if width % heads:
        raise ValueError(f"width must be a multiple of heads, {heads}, but is {width}")
