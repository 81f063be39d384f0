"""The class labels of a turn."""

from torch import Tensor

from gansmith.errors import GansmithError
from gansmith.records import View


def labels_of(view: View, term: str) -> Tensor:
    """Return the labels of a turn, int64 [batch].

    Raises:
        GansmithError: the game is played without labels.
    """
    if view.condition is None or "labels" not in view.condition:
        raise GansmithError(f"terms.{term} needs class labels; add [condition] to the recipe")
    return view.condition["labels"]
