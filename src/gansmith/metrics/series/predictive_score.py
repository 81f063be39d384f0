"""Are generated series good enough to learn from what comes next?"""

from typing import Annotated

import torch
from torch import Tensor

from gansmith.facts import Value
from gansmith.metrics.maths.series_networks import Reader, checked, trained
from gansmith.ranges import Range
from gansmith.registry import metrics


@metrics.add(
    of="samples",
    kinds=("series",),
    values={
        "predictive_score": Value(
            "low",
            "realism",
            "Predictive score",
            "error in reals of a network that learned from fakes what comes next",
            least=0,
        ),
        "predictive_score_without_input": Value(
            "low",
            "realism",
            "Without input",
            "the same error of the fakes' median at each time",
            least=0,
        ),
    },
)
def predictive_score(
    real: Tensor,
    fake: Tensor,
    steps: Annotated[int, Range(low=1)] = 1000,
    runs: Annotated[int, Range(low=1, high=100)] = 1,
    seed: int = 0,
) -> dict[str, float]:
    """Mean absolute error, on reals, of a network that was trained on fakes to see one time ahead.

    One layer of GRU cells, max(16, channels) of them, reads all channels but the last up to a time
    and says the last one's next value; of one channel it reads that. Each channel of the reals is
    brought to 0 to 1. ``predictive_score_without_input`` is what the fakes' median at each time
    reaches without reading anything: a score that is not below it says nothing.

    Args:
        real: real series [samples, time, channels], at least 20; those that training has not seen.
        fake: generated series likewise.
        steps: of training, batches of 128.
        runs: networks whose scores are averaged.
        seed: of the first.

    Raises:
        ValueError: the sides are not series of one form, or fewer than 20.

    Reference: Yoon et al. 2019, Time-series generative adversarial networks, NeurIPS 32.
    """
    reals, fakes = checked("predictive_score", real, fake)
    wanted = reals[:, 1:, -1]
    median = fakes[:, 1:, -1].median(0).values
    scores = []
    for run in range(runs):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed + run)
            known = _known(fakes)
            reader = Reader(known.shape[2], max(16, fakes.shape[2]), 1)

            def loss(net: Reader, rows: Tensor, known: Tensor = known) -> Tensor:
                apart: Tensor = net(known[rows])[..., 0] - fakes[rows, 1:, -1]
                return apart.abs().mean()

            trained(reader, loss, len(fakes), steps)
        with torch.no_grad():
            scores.append(float((reader(_known(reals))[..., 0] - wanted).abs().mean()))
    return {
        "predictive_score": sum(scores) / len(scores),
        "predictive_score_without_input": float((median - wanted).abs().mean()),
    }


def _known(series: Tensor) -> Tensor:
    """Return what is read: all channels but the last, at all times but the last."""
    return series[:, :-1, :-1] if series.shape[2] > 1 else series[:, :-1]
