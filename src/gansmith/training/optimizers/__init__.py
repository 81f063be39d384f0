"""Optimizers by name, with defaults that suit GANs; each player has its own.

A builder takes the parameters and the learning rate, which is a knob: the trainer writes its value
into ``group["lr"]`` before each step.
"""

from collections.abc import Iterable
from typing import Annotated

from torch import nn

from gansmith.ranges import Range

Parameters = Iterable[nn.Parameter]
Decay = Annotated[float, Range(low=0.0, below=1.0, why="it is the decay of a mean")]
Betas = tuple[Decay, Decay]
Eps = Annotated[float, Range(above=0.0, log=True, why="it guards a division")]
Momentum = Annotated[float, Range(low=0.0, below=1.0, why="at 1 steps never end")]
WeightDecay = Annotated[float, Range(low=0.0, why="below 0 weights would grow")]


def fusable(parameters: list[nn.Parameter]) -> bool:
    """Say whether torch's fused update takes these parameters; it is never slower than a loop."""
    return all(p.is_floating_point() and p.device.type in {"cpu", "cuda"} for p in parameters)
