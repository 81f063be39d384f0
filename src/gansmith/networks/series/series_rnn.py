"""Recurrent networks for series: one makes them forwards, the other reads them both ways."""

from typing import Annotated, Literal

import torch
from torch import Tensor, nn

from gansmith.networks.layers.dropout import drop
from gansmith.networks.options import Dropout, Width
from gansmith.networks.series.over_time import Inputs, check_times
from gansmith.ranges import Range
from gansmith.records import Critique
from gansmith.registry import discriminators, generators

Cell = Literal["gru", "lstm"]
Layers = Annotated[int, Range(low=1, high=8)]
CELLS: dict[str, type[nn.GRU] | type[nn.LSTM]] = {"gru": nn.GRU, "lstm": nn.LSTM}


def unrolled(cells: nn.Module, inputs: Tensor) -> Tensor:
    """Return the outputs of recurrent cells at each time, by kernels that differentiate twice.

    Slope penalties need second derivatives, which cuDNN's cells do not have and torch's own do.
    """
    with torch.backends.cudnn.flags(enabled=False):
        outputs: Tensor = cells(inputs)[0]
    return outputs


class SeriesRnnGenerator(nn.Module):
    """Latent -> inputs at each time -> recurrent cells -> the values at each time."""

    couples_batch = False
    channels_last = False

    def __init__(
        self, shape: tuple[int, ...], latent: int, width: int, layers: int, cell: str
    ) -> None:
        super().__init__()
        self.inputs = Inputs(latent, shape[0], width)
        self.cells = CELLS[cell](width, width, layers, batch_first=True)
        self.values = nn.Linear(width, shape[1])
        nn.init.normal_(self.values.weight, 0.0, 2 * width**-0.5)  # outputs are in (-1, 1)

    def forward(self, latent: Tensor) -> Tensor:
        """Map latents [batch, latent] to series [batch, time, channels], any real numbers."""
        series: Tensor = self.values(unrolled(self.cells, self.inputs(latent)))
        return series


class SeriesRnnDiscriminator(nn.Module):
    """Series -> recurrent cells both ways -> the mean and maximum over time -> one score."""

    couples_batch = False
    channels_last = False

    def __init__(
        self, shape: tuple[int, ...], width: int, layers: int, cell: str, dropout: float
    ) -> None:
        super().__init__()
        self.dropout = dropout
        self.cells = CELLS[cell](shape[1], width, layers, batch_first=True, bidirectional=True)
        self.feature_width = 4 * width
        self.score = nn.Linear(self.feature_width, 1)

    def forward(self, samples: Tensor) -> Critique:
        """Judge series [batch, time, channels]: scores [batch], and what they are taken of."""
        hidden = drop(unrolled(self.cells, samples), self.dropout, self.training)
        features = torch.cat([hidden.mean(1), hidden.amax(1)], 1)
        return Critique(self.score(features).squeeze(1), features)


@generators.add(name="series_rnn", kinds=("series",))
def series_rnn_generator(
    shape: tuple[int, ...],
    latent: int,
    *,
    width: Width = 64,
    layers: Layers = 1,
    cell: Cell = "gru",
) -> nn.Module:
    """Recurrent generator of series: each time follows from those before it.

    One latent gives an input at each time; cells turn them into hidden values, and those into the
    values of the series. The last layer is linear: values may be any.

    Args:
        shape: (time, channels) of a series; 2 to 4,096 times.
        latent: length of the latent vector.
        width: of the cells, and numbers of the input at each time.
        layers: of cells.
        cell: gru or lstm.

    Raises:
        ValueError: the shape does not fit, or an option is out of range.

    Reference: Esteban et al. 2017, arXiv:1706.02633; Cho et al. 2014, arXiv:1406.1078; Hochreiter
    and Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735.
    """
    check_times(shape, "series_rnn")
    return SeriesRnnGenerator(shape, latent, width, layers, cell)


@discriminators.add(name="series_rnn", kinds=("series",))
def series_rnn_discriminator(
    shape: tuple[int, ...],
    *,
    width: Width = 32,
    layers: Layers = 1,
    cell: Cell = "gru",
    dropout: Dropout = 0.0,
) -> nn.Module:
    """Bidirectional recurrent discriminator of series.

    Args:
        shape: (time, channels) of a series; 2 to 4,096 times.
        width: of the cells in each direction.
        layers: of cells.
        cell: gru or lstm.
        dropout: share of the hidden values set to 0 while training.

    Raises:
        ValueError: the shape does not fit, or an option is out of range.

    Reference: Schuster and Paliwal 1997, doi:10.1109/78.650093.
    """
    check_times(shape, "series_rnn")
    return SeriesRnnDiscriminator(shape, width, layers, cell, dropout)
