"""Which samples a run was trained on: the hashes of their content, eight bytes each."""

import warnings
from io import BytesIO
from pathlib import Path

import numpy as np

from gansmith.errors import RunWarning
from gansmith.reading import is_regular
from gansmith.runs import folder
from gansmith.runs.disk import told

LARGEST = 1 << 30  # bytes of the file


def write_contents(run: Path, contents: np.ndarray) -> None:
    """Write the distinct content hashes of the training samples, in order.

    Args:
        run: the run folder.
        contents: uint64 [N].
    """
    packed = BytesIO()
    np.save(packed, np.unique(contents.astype("<u8")), allow_pickle=False)
    with told(run / folder.TRAINED_ON):
        folder.write_bytes(run / folder.TRAINED_ON, packed.getvalue())


def read_contents(run: Path) -> np.ndarray | None:
    """Return the content hashes that a run was trained on, uint64 [N]; None where it has no record.

    Warns:
        RunWarning: the record is damaged, and counts as none.
    """
    path = run / folder.TRAINED_ON
    if not is_regular(path) or path.stat().st_size > LARGEST:
        return None
    try:
        found = np.load(path, allow_pickle=False)
    except (ValueError, OSError, EOFError):
        found = np.empty((0, 0))
    if (
        not isinstance(found, np.ndarray)
        or found.dtype != np.dtype("<u8")
        or found.shape != (found.size,)
    ):
        says = f"{path} is damaged and was left out: which samples were trained on is not known"
        warnings.warn(RunWarning(says), stacklevel=2)
        return None
    return found
