"""Can a recurrent network tell generated series from real ones?"""

from collections.abc import Callable
from typing import Annotated

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from gansmith.facts import Value
from gansmith.metrics.maths.series_networks import Reader, checked, trained
from gansmith.ranges import Range
from gansmith.registry import metrics

TESTED = 0.3  # share of each side, its last series, that the network is not trained on


@metrics.add(
    of="samples",
    kinds=("series",),
    values={
        "discriminative_score": Value(
            "low",
            "distance",
            "Discriminative score",
            "how far a recurrent network is from guessing real or fake: 0 to .5",
            least=0,
            most=0.5,
        )
    },
)
def discriminative_score(
    real: Tensor,
    fake: Tensor,
    steps: Annotated[int, Range(low=1)] = 1000,
    runs: Annotated[int, Range(low=1, high=100)] = 1,
    seed: int = 0,
) -> float:
    """How well a recurrent network tells new series as real or generated; 0: not at all.

    One layer of GRU cells, max(16, channels) of them, is trained on the first 70 % of each side and
    tried on the rest, as many of each. Give reals that training has not seen, cut from another time
    than those: windows of one series overlap, and a network that has met their neighbours knows
    them.

    Formula: mean over runs of |accuracy - 1/2|.

    Args:
        real: real series [samples, time, channels], at least 20.
        fake: generated series likewise.
        steps: of training, batches of 128 from each side.
        runs: networks whose scores are averaged.
        seed: of the first.

    Raises:
        ValueError: the sides are not series of one form, or fewer than 20.

    Reference: Yoon et al. 2019, Time-series generative adversarial networks, NeurIPS 32.
    """
    sides = checked("discriminative_score", real, fake)
    count = min(map(len, sides))
    reals, fakes = (_spread(side, count) for side in sides)
    first = count - max(1, round(TESTED * count))
    scores = []
    for run in range(runs):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed + run)
            channels = reals.shape[2]
            reader = Reader(channels, max(16, channels), 1)
            trained(reader, _loss(reals[:first], fakes[:first]), first, steps)
        with torch.no_grad():
            right = (reader(reals[first:])[:, -1] > 0).double().mean()
            wrong = (reader(fakes[first:])[:, -1] > 0).double().mean()
        scores.append(abs(float(right + 1 - wrong) / 2 - 0.5))
    return sum(scores) / len(scores)


def _spread(series: Tensor, count: int) -> Tensor:
    """Return so many of the series, evenly spread over them, in order."""
    return series[torch.linspace(0, len(series) - 1, count).round().long()]


def _loss(reals: Tensor, fakes: Tensor) -> Callable[[Reader, Tensor], Tensor]:
    def loss(reader: Reader, rows: Tensor) -> Tensor:
        other = torch.randint(len(fakes), (len(rows),))
        scores = reader(torch.cat([reals[rows], fakes[other]]))[:, -1, 0]
        answers = torch.cat([torch.ones(len(rows)), torch.zeros(len(rows))])
        return binary_cross_entropy_with_logits(scores, answers)

    return loss
