"""What a kill leaves in a run folder: unfinished files go, a checkpoint that is whole is taken."""

import re
import shutil
import time
from contextlib import suppress
from pathlib import Path

from gansmith.runs import folder
from gansmith.runs.manifest import fault, is_listed
from gansmith.training.session.checkpoint import FILES, age, checkpoints, incomplete, remove

STALE = 3600.0  # seconds after which a report's file is no longer being written by another process


def sweep(run: Path) -> None:
    """Clear a run folder of what was being written when a process was killed.

    Call it only while holding the folder's lock.
    """
    places = (run, run / folder.SAMPLES, run / folder.CHECKPOINTS)
    litter = [path for place in places for path in place.glob(".*.tmp")]
    for path in sorted(litter, key=lambda path: len(path.name)):  # .step-N.tmp before .old.tmp
        if not _adopted(path) and not _in_use(path):
            _drop(path)
    kept = checkpoints(run)
    for left in incomplete(run):
        if kept and age(left) < age(kept[-1]):
            remove(left.path)  # half removed by an older version


def _adopted(path: Path) -> bool:
    """Rename a whole checkpoint that was killed before its rename; say whether it was one."""
    name = re.fullmatch(r"\.(step-(\d+))(\.old)?\.tmp", path.name)
    if name is None or not path.is_dir() or not is_listed(path):
        return False
    target = path.with_name(name.group(1))
    if target.exists() or fault(path, int(name.group(2)), FILES):
        return False
    path.replace(target)
    return True


def _in_use(path: Path) -> bool:
    """Say whether ``gansmith report``, which takes no lock, may be writing this."""
    with suppress(OSError):
        young = time.time() - path.stat().st_mtime < STALE
        return young and path.name.startswith(f".{folder.REPORT}.")
    return False


def _drop(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)
