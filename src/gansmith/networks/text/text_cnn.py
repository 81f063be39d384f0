"""Convolutions over the places of a text, each asking whether an n-gram is there."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.layers.dropout import drop
from gansmith.networks.options import Dropout, Width
from gansmith.networks.text.autoregressive import check_text, embedded
from gansmith.records import Critique
from gansmith.registry import discriminators

SIZES = (1, 2, 3, 4, 5)  # tokens that a filter sees


class TextCnn(nn.Module):
    """Embedding -> filters of one to five tokens -> their maxima over places -> a score."""

    couples_batch = False
    channels_last = False

    def __init__(self, shape: tuple[int, ...], width: int, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.table = nn.Parameter(torch.randn(shape[1], width) / math.sqrt(width))
        sizes = [size for size in SIZES if size <= shape[0]]
        self.filters = nn.ModuleList(nn.Conv1d(width, width, size) for size in sizes)
        self.feature_width = width * len(sizes)
        self.gate = nn.Linear(self.feature_width, self.feature_width)
        self.mix = nn.Linear(self.feature_width, self.feature_width)
        self.score = nn.Linear(self.feature_width, 1)

    def forward(self, samples: Tensor) -> Critique:
        """Judge token numbers [batch, places] or distributions [batch, places, tokens]."""
        x = drop(embedded(samples, self.table), self.dropout, self.training).transpose(1, 2)
        found = torch.cat([F.leaky_relu(one(x), 0.2).amax(2) for one in self.filters], 1)
        share = torch.sigmoid(self.gate(found))  # a highway layer, as in SeqGAN
        features = share * F.leaky_relu(self.mix(found), 0.2) + (1 - share) * found
        features = drop(features, self.dropout, self.training)
        return Critique(self.score(features).squeeze(1), features)


@discriminators.add(kinds=("text",))
def text_cnn(shape: tuple[int, ...], *, width: Width = 64, dropout: Dropout = 0.0) -> nn.Module:
    """Convolutional discriminator of texts: filters of one to five tokens, maxima, a highway layer.

    Args:
        shape: (places, tokens).
        width: of embeddings, and filters of each size.
        dropout: share of embeddings and features set to 0 while training.

    Raises:
        ValueError: the data are not texts.

    Reference: Kim 2014, arXiv:1408.5882; Yu et al. 2016, arXiv:1609.05473.
    """
    check_text(shape, "text_cnn")
    return TextCnn(shape, width, dropout)
