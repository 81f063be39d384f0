"""What a disk refuses, in one sentence that says what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gansmith.errors import GansmithError, RunError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DENIED = {errno.EACCES, errno.EPERM}
LOST = {errno.ENOENT, errno.ENOTDIR}
KNOWN = {
    errno.EROFS: ("the disk is read-only", "choose a place that can be written"),
    errno.EISDIR: ("a folder of that name is there", "choose another name or move it away"),
    errno.EEXIST: ("something of that name is there", "choose another name or move it away"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
    errno.EIO: ("the disk failed to take it", "see whether the disk is sound"),
}


def refusal(path: Path, error: OSError, then: str = "") -> str:
    """Return one sentence: what could not be written, why, and what to do.

    Args:
        path: as the user knows it, not the temporary file beside it.
        error: what the system said.
        then: what to do once the reason is fixed.
    """
    why, remedy = _reason(path, error)
    after = f", then {then}" if then and error.errno not in LOST else ""
    return f"{path} could not be written: {why}; {remedy}{after}"


def _reason(path: Path, error: OSError) -> tuple[str, str]:
    number = error.errno or 0
    if number in FULL:
        return f"the disk is full ({error.strerror})", "make room on it or choose another disk"
    if number in DENIED:
        why = f"permission to write into {path.parent} is denied"
        return why, "change its permissions or choose another place"
    if number in LOST:
        return _lost(path)
    default = (error.strerror or str(error), "choose another place")
    return KNOWN.get(number, default)


def _lost(path: Path) -> tuple[str, str]:
    """Say which folder above is missing, or is a file."""
    for above in reversed(path.parents):
        if above.exists() and not above.is_dir():
            return f"{above} is a file, not a folder", "choose another place"
    missing = next((above for above in reversed(path.parents) if not above.exists()), path.parent)
    return f"the folder {missing} is not there", "put it back or choose another place"


@contextmanager
def told(path: Path, then: str = "", kind: type[GansmithError] = RunError) -> Iterator[None]:
    """Turn what the disk refuses into one sentence.

    Args:
        path: what is being written.
        then: what to do once the reason is fixed.
        kind: of the error to raise.

    Raises:
        GansmithError: of that kind, where the file cannot be written, as on a full disk.
    """
    try:
        yield
    except OSError as error:
        raise kind(refusal(path, error, then)) from error


def size_words(count: float) -> str:
    """Return a number of bytes as a person says it: 12 kB, 3.4 MB, 120 GB."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            break
        count /= 1000
    return f"{count:.0f} {unit}" if count >= 10 or unit == "bytes" else f"{count:.1f} {unit}"
