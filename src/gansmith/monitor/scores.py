"""Scores of any shape, as a foreign loop has them, to the signals of our own runs."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gansmith.games.score_signals import score_signals

JUDGED, AT_ONCE = 256, 64  # samples of a side that D scores at an exam, and at a time


def signals_of(real: Any, fake: Any, higher_is_real: bool = True) -> dict[str, Tensor]:
    """Return the score signals of one step, on the scores' device, without waiting for it.

    Several heads (a list, tuple or mapping of tensors) count alike; patches of a head are scores of
    their own.

    Args:
        real: scores of real samples: a tensor of any shape, or several of them.
        fake: scores of fakes, of the same kind; the batch may differ.
        higher_is_real: False where a lower score means more real.

    Returns:
        nothing where neither side is given.

    Raises:
        TypeError: there is no tensor in it, or the two sides have other numbers of heads.
    """
    if real is None and fake is None:
        return {}
    reals, fakes = list(heads(real)), list(heads(fake))
    if len(reals) != len(fakes) or not reals:
        raise TypeError(
            f"real_scores holds {len(reals)} tensors of scores and fake_scores {len(fakes)};"
            " give the same heads for both sides, as tensors or lists of tensors"
        )
    sign = 1.0 if higher_is_real else -1.0
    found = [_of_head(sign * r, sign * f) for r, f in zip(reals, fakes, strict=True)]
    return {name: torch.stack([one[name] for one in found]).mean() for name in found[0]}


def judged(discriminator: nn.Module, samples: Tensor, side: str, sign: float) -> dict[str, float]:
    """Return mean and spread of D's scores of up to 256 samples, spread over all of them.

    Args:
        discriminator: takes samples alone; heads count alike.
        samples: as the loop has them.
        side: what they are called.
        sign: -1 where a lower score means more real.
    """
    weight = next(discriminator.parameters(), samples)
    some = samples[:: max(1, len(samples) // JUDGED)][:JUDGED].to(weight.device, weight.dtype)
    parts = [list(heads(discriminator(part))) for part in torch.split(some, AT_ONCE)]
    whole = [torch.cat([h.flatten().float() for h in head]) for head in zip(*parts, strict=True)]
    mean = torch.stack([head.mean() for head in whole]).mean()
    std = torch.stack([head.std() for head in whole]).mean()
    return {f"scores/{side}/mean": sign * float(mean), f"scores/{side}/std": float(std)}


def heads(scores: Any) -> Iterator[Tensor]:
    """Yield every tensor of scores in a tensor, array, list, tuple or mapping, however nested."""
    if isinstance(scores, Tensor):
        if scores.numel():
            yield scores.detach()
    elif isinstance(scores, np.ndarray | np.number | float | int):
        yield from heads(torch.as_tensor(scores))
    elif isinstance(scores, Mapping):
        yield from (head for inner in scores.values() for head in heads(inner))
    elif isinstance(scores, list | tuple):
        yield from (head for inner in scores for head in heads(inner))


def _of_head(real: Tensor, fake: Tensor) -> dict[str, Tensor]:
    real, fake = real.flatten(), fake.flatten()
    count, both = min(len(real), len(fake)), torch.cat([real, fake]).float()
    bounds = {"scores/lowest": both.min(), "scores/highest": both.max()}
    return score_signals(real[:count], fake[:count]) | bounds


def rows_of(batch_size: Any, scores: Any) -> int:
    """Return how many real samples an iteration saw: as it is told, or one for each row of scores.

    Raises:
        ValueError: that is none.
    """
    first = next(heads(scores), None)
    known = len(first) if first is not None and first.ndim else 0
    rows = known if batch_size is None else int(batch_size)
    if rows < 1:
        raise ValueError(
            f"an iteration of {rows} samples does not move the clock; give step() the"
            " batch_size, or scores with one row a sample"
        )
    return rows
