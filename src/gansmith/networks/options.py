"""Options that many networks have."""

from typing import Annotated, Literal

from gansmith.ranges import Range

Width = Annotated[int, Range(low=1, log=True)]
Dropout = Annotated[float, Range(low=0.0, below=1.0, why="it is a share, and some must pass")]
Norm = Literal["none", "batch", "instance", "layer"]
VectorNorm = Literal["none", "batch", "layer"]  # an instance has one number a unit
