"""How far a number would move with other samples: confidence intervals by bootstrap."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from statistics import NormalDist

import torch
from jaxtyping import Float64
from torch import Tensor

from gansmith.evaluation.measure import Comparison, measure
from gansmith.evaluation.sides import Choice, Side
from gansmith.metrics.maths.influence import Influence
from gansmith.registry import metrics as registry
from gansmith.values import known_values

LEVEL, RESAMPLES = 0.95, 1000
PARTS, LARGEST = 25, 500  # how many parts are drawn, of about how many samples at most
METHOD = (
    "bootstrap: of each sample's influence where a metric has one, else of random parts without "
    "repetition (m out of n), both centred at the value"
)
Interval = tuple[float, float]
Draws = Float64[Tensor, " _"]


def intervals(
    chosen: Sequence[Choice],
    comparison: Comparison,
    values: Mapping[str, float],
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Interval]:
    """Return an interval (low, high) around every number, in which it lies in 95 % of draws.

    It is about other samples of the same counts from the same two sources, so a bias that depends
    on the counts stays in. A plain resample of n out of n repeats samples, and copies are at
    distance 0 of each other and lower the rank of a covariance: neighbours and Frechet distances of
    it are far off. Hence two ways that have no copies:

    - Metrics smooth in the weights of samples (``influence``: Frechet and kernel distance,
      inception score) have each sample's influence resampled 1,000 times; the interval is the
      basic one, value minus the quantiles of the deviations.
    - All others are measured on 25 random parts of both sides, at most half and about 500 samples,
      drawn without repetition. Their standard deviation times (m / (n - m))^(1/2) is the standard
      error at n, and the interval is normal around the value. Where a metric has a standard error
      of its own (``frechet_infinity``), that is taken instead.

    Both are rather too wide for shares near 0 or 1, and for distances where samples are hardly more
    than features; a share that is 0 or 1 in all parts has an interval of no width. Chances (``_p``)
    and metrics that so small parts are too few for get no interval.

    Args:
        chosen: metrics with their options.
        comparison: the sides that were measured.
        values: what was measured.
        seed: of the draws.
        progress: called with (metrics done, metrics in all).

    Reference: Efron and Tibshirani 1993, An Introduction to the Bootstrap, sections 6.4 and 13.3;
    m out of n without repetition: Politis and Romano 1994, doi:10.1214/aos/1176325770.
    """
    draws = torch.Generator().manual_seed(seed)
    found: dict[str, Interval] = {}
    for done, choice in enumerate(chosen, 1):
        found |= _of_one(choice, comparison, values, draws)
        if progress is not None:
            progress(done, len(chosen))
    known = known_values()
    return {
        name: known[name].clip(*found[name]) if name in known else found[name]
        for name in values
        if name in found and not name.endswith(("_error", "_p"))
    }


def _of_one(
    choice: Choice, comparison: Comparison, values: Mapping[str, float], draws: torch.Generator
) -> dict[str, Interval]:
    name, options = choice
    part = registry.get(name)
    if influence := part.facts.influence:
        kind = part.facts.of
        sides = comparison.real.of(kind), comparison.fake.of(kind)
        moved = influence(*sides, **options)
        return {name: _basic(values[name], resampled(moved[name], draws)) for name in moved}
    if (own := values.get(f"{name}_error")) is not None:
        return {name: _normal(values[name], own)}
    with suppress(ValueError):  # so few samples are too few for the metric
        errors = _errors_by_parts(choice, comparison, draws)
        return {name: _normal(values[name], error) for name, error in errors.items()}
    return {}


def resampled(influence: Influence, draws: torch.Generator) -> Draws:
    """Return by how much the number moves in each of 1,000 resamples of both sides."""
    moved = torch.zeros(RESAMPLES, dtype=torch.float64)
    for side in influence:
        centred = side - side.mean()
        for i in range(RESAMPLES):
            moved[i] += centred[torch.randint(len(side), (len(side),), generator=draws)].mean()
    return moved


def _errors_by_parts(
    choice: Choice, comparison: Comparison, draws: torch.Generator
) -> dict[str, float]:
    """Standard error of each number of a metric from its spread over random parts."""
    typical = (len(comparison.real) * len(comparison.fake)) ** 0.5
    share = min(0.5, LARGEST / typical)
    held_out = comparison.held_out
    found = []
    for _ in range(PARTS):
        real, fake = _part(comparison.real, share, draws), _part(comparison.fake, share, draws)
        third = _part(held_out, share, draws) if held_out else None
        found.append(measure([choice], Comparison(real, fake, third, comparison.facts)))
    scale = (share / (1 - share)) ** 0.5
    rows = {name: torch.tensor([one[name] for one in found]).double() for name in found[0]}
    return {name: float(row.std()) * scale for name, row in rows.items()}


def _part(side: Side, share: float, draws: torch.Generator) -> Side:
    return side[torch.randperm(len(side), generator=draws)[: round(share * len(side))]]


def _basic(value: float, moved: Draws) -> Interval:
    tail = (1 - LEVEL) / 2
    low, high = moved.quantile(torch.tensor([1 - tail, tail], dtype=torch.float64)).tolist()
    return value - low, value - high


def _normal(value: float, error: float) -> Interval:
    reach = NormalDist().inv_cdf((1 + LEVEL) / 2) * error
    return value - reach, value + reach
