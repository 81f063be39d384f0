"""A user's order for a training run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gansmith.data.source import Source
from gansmith.listeners import Listener
from gansmith.recipe.recipe import Recipe


@dataclass(frozen=True)
class Order:
    """A user's order. ``recipe`` is a path, a shipped name, or None for choices from data.

    ``trust`` lets code be imported that a run folder names; ``permitted`` carries the import paths
    that the user named into the processes that train.
    """

    recipe: str | Recipe | None = None
    data: str | None = None
    changes: Mapping[str, Any] | None = None
    run: str | None = None
    resume: bool = False
    quiet: bool = False
    trust: bool = False
    permitted: tuple[str, ...] = ()
    segment: bool = False  # go on with a changed recipe, in a new segment
    back_to: str | None = None  # from the best checkpoint, or that of a step, in a new segment
    listeners: Sequence[Listener] = ()  # of the first process
    held: Source | None = None  # samples in memory, which ``data`` names
