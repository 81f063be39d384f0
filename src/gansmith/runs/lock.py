"""One writer at a time in a run folder."""

import os
import socket
import sys
import weakref
from pathlib import Path

from gansmith.errors import RunError
from gansmith.runs.disk import told
from gansmith.runs.folder import LOCK


class Lock:
    """Holds a run folder for one process, until released or until the process ends in any way.

    Args:
        run: the run folder.

    Raises:
        RunError: another process writes this folder, or the lock cannot be written.
    """

    def __init__(self, run: Path) -> None:
        with told(run / LOCK):
            self._file = os.open(run / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        self.release = weakref.finalize(self, os.close, self._file)
        if not _locked(self._file):
            holder = os.pread(self._file, 200, 0).decode(errors="replace").strip()
            self.release()
            raise RunError(
                f"{run} is being written by another process{f' ({holder})' if holder else ''}; "
                "wait until it has ended or end it, or choose another --run"
            )
        with told(run / LOCK):
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)

    def __enter__(self) -> "Lock":
        return self

    def __exit__(self, *error: object) -> None:
        self.release()


def _locked(file: int) -> bool:
    """Lock an open file, unless another process has; disks that know no locks are trusted."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # some network disks lock nothing
    return True
