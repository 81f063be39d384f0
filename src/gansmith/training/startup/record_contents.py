"""What a run saw, down to the single sample: its own data, and those of the run it started from."""

from pathlib import Path

import numpy as np

from gansmith.recipe.recipe import Recipe
from gansmith.runs.trained_on import read_contents, write_contents
from gansmith.training.parts.run_parts import Parts


def record_contents(run: Path, parts: Parts) -> None:
    """Write which samples a new run is trained on, if that is known of all of them.

    Networks that came from another run have seen its samples too.
    """
    own, earlier = parts.data.contents, _inherited(parts.recipe)
    if own is not None and earlier is not None:
        write_contents(run, np.concatenate([own, earlier]))


def add_contents(run: Path, parts: Parts, changed: bool) -> None:
    """Add the samples that a run goes on with to those it has seen.

    A run of an earlier version without a record gets one, unless its data have changed.
    """
    known = read_contents(run)
    if known is None and not changed:
        record_contents(run, parts)
    elif known is not None and changed and parts.data.contents is not None:
        write_contents(run, np.concatenate([known, parts.data.contents]))


def _inherited(recipe: Recipe) -> np.ndarray | None:
    """Return what the run has seen that the networks came from; None where that is not known."""
    if recipe.transfer is None:
        return np.empty(0, "<u8")
    return read_contents(Path(recipe.transfer.run))
