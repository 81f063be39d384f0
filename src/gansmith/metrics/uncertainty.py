"""How far a number would move with other samples: error bars for any metric."""

from collections.abc import Callable, Sequence

import torch

from gansmith.metrics.measure import Comparison, measure
from gansmith.metrics.sides import Choice, Side


def error_bars(
    chosen: Sequence[Choice],
    comparison: Comparison,
    repeats: int = 20,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, float]:
    """Return the standard error of every number, from its spread over random halves of both sides.

    Halves are drawn without repetition, so that nearest-neighbour metrics see no copies; the spread
    over halves equals that of the whole over fresh samples (the delete-half jackknife).

    Args:
        chosen: metrics with their options.
        comparison: the sides that were measured.
        repeats: how many halves; 20 give the error to a sixth of itself.
        seed: of the halves.
        progress: called with (halves done, halves in all).

    Raises:
        ValueError: half of a side is too few for a metric.

    Reference: Shao and Wu 1989, doi:10.1214/aos/1176347263.
    """
    draws = torch.Generator().manual_seed(seed)
    found = []
    for done in range(1, repeats + 1):
        halves = _half(comparison.real, draws), _half(comparison.fake, draws)
        found.append(measure(chosen, Comparison(*halves, comparison.held_out, comparison.facts)))
        if progress is not None:
            progress(done, repeats)
    return {
        name: float(torch.tensor([values[name] for values in found], dtype=torch.float64).std())
        for name in found[0]
        if not name.endswith("_error")
    }


def _half(side: Side, draws: torch.Generator) -> Side:
    return side[torch.randperm(len(side), generator=draws)[: len(side) // 2]]
