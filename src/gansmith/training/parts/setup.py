"""What a run is built from; it does not change while the run does."""

from dataclasses import dataclass

from gansmith.data import Data
from gansmith.recipe.recipe import Recipe
from gansmith.training.runtime import Runtime


@dataclass(frozen=True)
class Setup:
    """A recipe, its data and the machine: the same setup builds the same parts.

    A change of recipe is another setup; what of a run lives on is its ``State``, which ``carry``
    takes over into the parts that the new setup builds.

    Args:
        recipe: with nothing left to choose.
        data: that its source opened, as the recipe asks for.
        runtime: this process's device, number format and place among the processes.
    """

    recipe: Recipe
    data: Data
    runtime: Runtime
