"""The forward passes of D in its turn: reals and fakes apart or together, with their slopes."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from gansmith.records import Condition, Critique, Side

Judge = Callable[[Tensor, Condition | None], Critique]


@dataclass(frozen=True)
class Judged:
    """What D said of both sides.

    Args:
        real: reals as they were judged; they carry a graph where their slope is needed.
        fake: fakes, likewise.
        critiques: of each side.
        joint: both sides in one tensor, if they were judged together and slopes are needed.
    """

    real: Tensor
    fake: Tensor
    critiques: Mapping[Side, Critique]
    joint: Tensor | None = None


def judge_apart(
    judge: Judge, real: Tensor, fake: Tensor, condition: Condition | None, sides: Set[Side]
) -> Judged:
    """Judge reals, then fakes: for a D whose scores depend on the rest of the batch.

    Also where the slope of one side alone is needed, which costs less so.

    Args:
        judge: samples [batch, ...] and their condition to D's critique.
        real: reals [batch, ...].
        fake: fakes [batch, ...]; G's graph is kept where they carry it.
        condition: of both.
        sides: at which terms need D's slope.
    """
    real = real.detach().requires_grad_("real" in sides)
    fake = _with_slope(fake, "fake" in sides)
    return Judged(real, fake, {"real": judge(real, condition), "fake": judge(fake, condition)})


def judge_together(
    judge: Judge, real: Tensor, fake: Tensor, condition: Condition | None, sides: Set[Side]
) -> Judged:
    """Judge reals and fakes in one forward pass, so that both slopes cost one backward pass.

    The arguments are those of ``judge_apart``.
    """
    joint = _with_slope(torch.cat([real, fake]), bool(sides))
    both = judge(joint, condition and condition.concatenated(condition))
    n = len(fake)
    return Judged(joint[:n], joint[n:], _halves(both, n), joint if sides else None)


def _with_slope(samples: Tensor, needed: bool) -> Tensor:
    return samples.requires_grad_() if needed else samples


def call(module: nn.Module, samples: Tensor, condition: Condition | None) -> Any:
    """Call a network with its condition, if there is one."""
    return module(samples) if condition is None else module(samples, condition)


def exact(values: Tensor) -> Tensor:
    """Return samples or scores in float32 at least.

    Networks may work in bfloat16, of three digits; losses, terms and signals are made of their
    results, and differences and means of those need more.
    """
    return values.to(torch.promote_types(values.dtype, torch.float32))


def exact_critique(critique: Critique) -> Critique:
    """Return a critique whose scores are in float32 at least."""
    return critique._replace(scores=exact(critique.scores))


def _halves(both: Critique, n: int) -> dict[Side, Critique]:
    features = both.features
    real = Critique(both.scores[:n], None if features is None else features[:n])
    fake = Critique(both.scores[n:], None if features is None else features[n:])
    return {"real": real, "fake": fake}
