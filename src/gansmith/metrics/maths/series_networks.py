"""A small recurrent network that reads series, as the scores of series are defined by one."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor, nn

Series = Float[Tensor, " samples time channels"]
LEAST, SHORTEST = 20, 3  # series of a side, times
RATE, BATCH = 1e-3, 128


class Reader(nn.Module):
    """One layer of GRU cells, and numbers at each time.

    Args:
        channels: that come in.
        hidden: units.
        outputs: numbers at each time.
    """

    def __init__(self, channels: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.cells, self.out = (
            nn.GRU(channels, hidden, batch_first=True),
            nn.Linear(hidden, outputs),
        )

    def forward(self, series: Series) -> Float[Tensor, " samples time _"]:
        """Map [samples, time, channels] to [samples, time, outputs]."""
        found: Tensor = self.out(self.cells(series)[0])
        return found


def checked(name: str, real: Tensor, fake: Tensor) -> tuple[Series, Series]:
    """Return both sides as float32, each channel of the reals from 0 to 1.

    Raises:
        ValueError: the sides are not series of one form, or are too few or too short.
    """
    alike = real.ndim == fake.ndim == 3 and real.shape[1:] == fake.shape[1:]
    if not alike or min(len(real), len(fake)) < LEAST or real.shape[1] < SHORTEST:
        raise ValueError(
            f"{name} needs {LEAST} series or more of {SHORTEST} times or more of one form on each "
            f"side but got {list(real.shape)} real and {list(fake.shape)} fake"
        )
    sides = real.detach().cpu().double(), fake.detach().cpu().double()
    low, high = sides[0].amin((0, 1)), sides[0].amax((0, 1))
    span = torch.where(high > low, high - low, torch.ones_like(high))
    first, second = (((side - low) / span).float() for side in sides)
    return first, second


def trained(
    reader: Reader, loss: Callable[[Reader, Tensor], Tensor], count: int, steps: int
) -> Reader:
    """Train a reader on rows 0 to count - 1, drawn at random.

    Args:
        reader: the network.
        loss: of the network and the numbers of some rows.
        count: of rows.
        steps: of Adam, batches of 128.
    """
    adam = torch.optim.Adam(reader.parameters(), RATE)
    for _ in range(steps):
        adam.zero_grad()
        torch.autograd.backward(loss(reader, torch.randint(count, (min(BATCH, count),))))
        adam.step()
    return reader.eval()
