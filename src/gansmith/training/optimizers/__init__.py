"""Optimizers by name, with defaults that suit GANs; each player has its own.

A builder takes the parameters and the learning rate, which is a knob: the trainer writes its value
into ``group["lr"]`` before each step.
"""

from collections.abc import Iterable

from torch import nn

Parameters = Iterable[nn.Parameter]


def fusable(parameters: list[nn.Parameter]) -> bool:
    """Tell whether torch's fused update takes these parameters; it is never slower than a loop."""
    return all(p.is_floating_point() and p.device.type in {"cpu", "cuda"} for p in parameters)
