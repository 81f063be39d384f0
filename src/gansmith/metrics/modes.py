"""Modes of a known mixture: how many the generator found, how well, how evenly."""

import math
from typing import Annotated, Any

import torch
from torch import Tensor

from gansmith.facts import Value
from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.ranges import Range
from gansmith.registry import metrics

VALUES = {
    "modes": Value(
        "high", "diversity", "Modes", "modes that at least one good sample reaches", least=0
    ),
    "high_quality": Value(
        "high",
        "realism",
        "High quality",
        "share of samples within 3σ of their nearest mode",
        least=0,
        most=1,
    ),
    "reverse_kl": Value(
        "low",
        "diversity",
        "Reverse KL",
        "KL divergence of the samples' modes from uniform",
        least=0,
    ),
}


@metrics.add(needs=("real", "fake", "centres", "sigma"), values=VALUES)
def modes(
    real: Features, fake: Features, centres: Any, sigma: Annotated[float, Range(above=0, log=True)]
) -> dict[str, float]:
    """Modes covered by the fakes, share of high quality, and reverse KL, for toy mixtures.

    A fake is of high quality within 3 sigma of its nearest centre, where 99 % of a Gaussian lies in
    two dimensions; in another number of dimensions, the radius that holds 99 % there. A mode is
    covered by at least one of these. ``modes`` and ``reverse_kl`` are about diversity,
    ``high_quality`` about realism; all three are about the fakes, the reals enter through their
    centres.

    Formula: |x - centre| <= (3 + sqrt(d) - sqrt(2)) sigma in d dimensions;
    reverse_kl = sum_i p_i log(p_i M), p_i = share of fakes nearest to centre i of M.

    Args:
        real: reals [samples, width].
        fake: fakes [samples, width].
        centres: centres of the modes [modes, width].
        sigma: standard deviation of a mode.

    Raises:
        ValueError: the centres do not fit the samples, sigma is not positive, or a value is not
            finite.

    Reference: Lin et al. 2017, arXiv:1712.04086.
    """
    samples = both_sides("modes", real, fake, 1)[1]
    places = torch.as_tensor(centres, dtype=torch.float64)
    if places.ndim != 2 or places.shape[1] != samples.shape[1]:
        raise ValueError(
            f"modes needs centres [modes, {samples.shape[1]}] for these samples but got "
            f"{list(places.shape)}; use the extractor 'identity' and the centres of the same data"
        )
    distance, mode = torch.cdist(samples, places).min(1)
    good = distance <= (3 + math.sqrt(samples.shape[1]) - math.sqrt(2)) * sigma
    return {
        "modes": float(mode[good].unique().numel()),  # type: ignore[no-untyped-call]
        "high_quality": float(good.double().mean()),
        "reverse_kl": _kl_from_uniform(mode, len(places)),
    }


def _kl_from_uniform(mode: Tensor, count: int) -> float:
    shares = torch.bincount(mode, minlength=count).double() / len(mode)
    return max(float(torch.special.xlogy(shares, shares).sum()) + math.log(count), 0.0)
