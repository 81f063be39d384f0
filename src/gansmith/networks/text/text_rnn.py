"""Recurrent networks for texts: one writes forwards, the other reads both ways."""

import math
from typing import Annotated, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.layers.dropout import drop
from gansmith.networks.options import Dropout as Share
from gansmith.networks.options import Width
from gansmith.networks.text.autoregressive import (
    Autoregressive,
    Dropout,
    State,
    Temperature,
    check_latent,
    check_text,
    embedded,
)
from gansmith.ranges import Range
from gansmith.records import Critique
from gansmith.registry import discriminators, generators

Cell = Literal["gru", "lstm"]
Layers = Annotated[int, Range(low=1, high=8)]
CELLS: dict[str, type[nn.GRU] | type[nn.LSTM]] = {"gru": nn.GRU, "lstm": nn.LSTM}


class TextRnnGenerator(Autoregressive):
    """Embedding -> recurrent cells -> a distribution over the next token."""

    def __init__(
        self,
        shape: tuple[int, ...],
        width: int,
        layers: int,
        cell: str,
        dropout: float,
        temperature: float,
    ) -> None:
        super().__init__(shape, max(1, width // 2), width, temperature)
        self.dropout, self.parts = dropout, 2 if cell == "lstm" else 1
        self.cells = CELLS[cell](max(1, width // 2), width, layers, batch_first=True)

    def begin(self, count: int) -> State:
        """Return zeros, [count, layers, width]."""
        empty = self.table.new_zeros(count, self.cells.num_layers, self.cells.hidden_size)
        return (empty,) * self.parts

    def advance(self, inputs: Tensor, state: State) -> tuple[Tensor, State]:
        """Read one embedding a text."""
        held = [part.transpose(0, 1).contiguous() for part in state]
        hidden, kept = self.cells(inputs[:, None], held[0] if self.parts == 1 else tuple(held))
        parts = (kept,) if self.parts == 1 else kept
        return hidden[:, 0], tuple(part.transpose(0, 1) for part in parts)

    def read(self, inputs: Tensor, dropped: bool) -> Tensor:
        """Read all embeddings at once."""
        share = self.dropout if dropped else 0.0
        hidden, _ = self.cells(F.dropout(inputs, share, dropped))
        return F.dropout(hidden, share, dropped)


class TextRnnDiscriminator(nn.Module):
    """Embedding -> recurrent cells both ways -> the mean and maximum over places -> a score."""

    couples_batch = False
    channels_last = False

    def __init__(self, shape: tuple[int, ...], width: int, cell: str, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.table = nn.Parameter(torch.randn(shape[1], width) / math.sqrt(width))
        self.cells = CELLS[cell](width, width, batch_first=True, bidirectional=True)
        self.feature_width = 4 * width
        self.score = nn.Linear(self.feature_width, 1)

    def forward(self, samples: Tensor) -> Critique:
        """Judge token numbers [batch, places] or distributions [batch, places, tokens]."""
        inputs = drop(embedded(samples, self.table), self.dropout, self.training)
        # a slope penalty differentiates twice, which only torch's own kernels can
        with torch.backends.cudnn.flags(enabled=False):
            hidden, _ = self.cells(inputs)
        features = torch.cat([hidden.mean(1), hidden.amax(1)], 1)
        features = drop(features, self.dropout, self.training)
        return Critique(self.score(features).squeeze(1), features)


@generators.add(name="text_rnn", kinds=("text",))
def text_rnn_generator(
    shape: tuple[int, ...],
    latent: int,
    *,
    width: Width = 128,
    layers: Layers = 1,
    cell: Cell = "gru",
    dropout: Dropout = 0.0,
    temperature: Temperature = 1.0,
) -> nn.Module:
    """Recurrent generator of texts, token by token.

    Args:
        shape: (places, tokens).
        latent: as many numbers as places.
        width: of the cells; embeddings have half of it.
        layers: of cells.
        cell: gru or lstm.
        dropout: share of embeddings and outputs that maximum likelihood leaves out.
        temperature: of drawing tokens; below 1 texts are surer and less varied.

    Raises:
        ValueError: the data are not texts, or ``latent`` is not the number of places.

    Reference: Cho et al. 2014, arXiv:1406.1078; Yu et al. 2016, arXiv:1609.05473.
    """
    check_text(shape, "text_rnn")
    check_latent(shape, latent)
    return TextRnnGenerator(shape, width, layers, cell, dropout, temperature)


@discriminators.add(name="text_rnn", kinds=("text",))
def text_rnn_discriminator(
    shape: tuple[int, ...], *, width: Width = 64, cell: Cell = "gru", dropout: Share = 0.0
) -> nn.Module:
    """Bidirectional recurrent discriminator of texts.

    Args:
        shape: (places, tokens).
        width: of embeddings, and of the cells in each direction.
        cell: gru or lstm.
        dropout: share of embeddings and features set to 0 while training.

    Raises:
        ValueError: the data are not texts.

    Reference: Schuster and Paliwal 1997, doi:10.1109/78.650093.
    """
    check_text(shape, "text_rnn")
    return TextRnnDiscriminator(shape, width, cell, dropout)
