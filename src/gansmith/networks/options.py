"""Options that many networks have."""

from typing import Annotated

from gansmith.ranges import Range

Width = Annotated[int, Range(low=1, log=True)]
