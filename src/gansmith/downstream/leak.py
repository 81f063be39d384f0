"""A test set that a generator has seen measures nothing: refuse it."""

from pathlib import Path

import numpy as np

from gansmith.errors import DataError, RunError, counted
from gansmith.kinds.kind import kind_named
from gansmith.runs.folder import TRAINED_ON
from gansmith.runs.trained_on import read_contents


def known_contents(run: Path) -> np.ndarray:
    """Return the content hashes of the samples that a run was trained on.

    Raises:
        RunError: the run folder does not say.
    """
    found = read_contents(run)
    if found is None:
        raise RunError(
            f"{run} does not record which samples it was trained on ({TRAINED_ON}), so that a leak "
            f"into the test part cannot be ruled out; train it anew, or go on with it by `gansmith "
            f"train --resume --run {run}` on the same data, which writes the record"
        )
    return found


def refuse_overlap(test: np.ndarray, seen: np.ndarray, who: str, kind: str = "image") -> None:
    """Refuse a test part that holds samples which were trained on.

    Args:
        test: content hashes of the test part.
        seen: content hashes of what was trained on.
        who: saw them, for the message.
        kind: what a sample is.

    Raises:
        DataError: they overlap.
    """
    shared = int(np.isin(test, seen).sum())
    if shared:
        raise DataError(
            f"{counted(shared, 'sample')} of the {len(test):,} {kind_named(kind).plural} of the "
            f"test part {'was' if shared == 1 else 'were'} trained on by {who}, so that the answer "
            f"would be about samples that it has seen; leave them out of the test part, or train a "
            f"run without them"
        )
