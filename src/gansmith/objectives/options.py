"""Options that many terms have."""

from typing import Annotated

from gansmith.ranges import Range

OFF = "a term of weight 0 is off: leave it out instead"
Weight = Annotated[float, Range(above=0.0, log=True, why=OFF)]
Every = Annotated[int, Range(low=1, why="it counts steps")]
