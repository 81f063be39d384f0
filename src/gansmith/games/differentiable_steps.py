"""Steps of optimizers as functions: weights, gradients and moments in, weights and moments out.

torch's own optimizers step outside autograd; here each number stays a differentiable function of
the gradients. The values are those that the optimizer itself would reach.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.optim import Optimizer

Moments = dict[str, Tensor]
Group = Mapping[str, Any]
Step = Callable[[Tensor, Tensor, Moments, Group], tuple[Tensor, Moments]]


class Weight(NamedTuple):
    """A weight on its way: its value, its moments, and the settings it is stepped with."""

    value: Tensor
    moments: Moments
    group: Group


def sgd(weight: Tensor, slope: Tensor, moments: Moments, group: Group) -> tuple[Tensor, Moments]:
    """Step by plain gradient descent, with momentum where the group has it."""
    if group["momentum"]:
        before = moments.get("momentum_buffer")
        slope = slope if before is None else group["momentum"] * before + slope
        moments = {"momentum_buffer": slope}
    return weight - group["lr"] * slope, moments


def adam(weight: Tensor, slope: Tensor, moments: Moments, group: Group) -> tuple[Tensor, Moments]:
    """Step by Adam; where a slope has been 0 for ever its square root has the derivative 0."""
    fast, slow = group["betas"]
    none = torch.zeros_like(weight)
    count = moments.get("step", torch.zeros(())) + 1  # a tensor: reading it would wait for it
    early_mean, early_square = (1 - beta ** count.double() for beta in (fast, slow))
    mean = torch.lerp(slope, moments.get("exp_avg", none), fast)
    square = slow * moments.get("exp_avg_sq", none) + (1 - slow) * slope.square()
    seen = square > 0
    root = torch.where(seen, square, 1.0).sqrt() * seen
    scale = root / early_square.sqrt().to(weight.dtype) + group["eps"]
    moved = weight - (group["lr"] / early_mean).to(weight.dtype) * mean / scale
    return moved, {"step": count, "exp_avg": mean, "exp_avg_sq": square}


def adamw(weight: Tensor, slope: Tensor, moments: Moments, group: Group) -> tuple[Tensor, Moments]:
    """Step by Adam after the weight has decayed."""
    return adam(weight * (1 - group["lr"] * group["weight_decay"]), slope, moments, group)


STEPS: dict[type[Optimizer], Step] = {
    torch.optim.SGD: sgd,
    torch.optim.Adam: adam,
    torch.optim.AdamW: adamw,
}


def on_their_way(optimizer: Optimizer, named: Mapping[str, Tensor]) -> dict[str, Weight]:
    """Return copies of those weights that an optimizer steps, with copies of its moments.

    Args:
        optimizer: stays as it is.
        named: a network's parameters.
    """
    groups = {id(p): group for group in optimizer.param_groups for p in group["params"]}
    return {
        name: Weight(
            parameter.detach().clone().requires_grad_(),
            {what: moment.detach().clone() for what, moment in optimizer.state[parameter].items()}
            if parameter in optimizer.state
            else {},
            groups[id(parameter)],
        )
        for name, parameter in named.items()
        if id(parameter) in groups
    }


def stepped(kind: type[Optimizer], weight: Weight, slope: Tensor) -> Weight:
    """Return a weight after one step of an optimizer of some kind."""
    value, moments = STEPS[kind](weight.value, slope, weight.moments, weight.group)
    return Weight(value, moments, weight.group)
