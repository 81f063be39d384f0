"""Ends a process at a chosen operation on the disk: just before it, or halfway through a write.

The work is done in forked processes, which are killed by SIGKILL: no clean-up runs, buffers are
lost. What is counted are opening for writing, writing, flushing, renaming, removing, making
folders and cutting files off, in the order in which the process does them.
"""

import builtins
import io
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

NAMES = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Trap:
    """Counts a process's operations on a folder and kills it at one of them.

    Args:
        inside: the folder whose operations count.
        number: of the operation, from 0; None: none.
        note: called with the name of each operation.
    """

    def __init__(self, inside: Path, number: int | None, note: Callable[[str], None]) -> None:
        self.inside, self.number, self.note, self.seen = str(inside), number, note, 0

    def spring(self) -> None:
        """Begin to watch; there is no way back in this process."""
        opened, flushed = io.open, os.fsync

        def fsync(file: int) -> None:
            self.meet("fsync")
            flushed(file)

        def open_watched(path: Any, mode: str = "r", *more: Any, **options: Any) -> Any:
            file = opened(path, mode, *more, **options)
            inside = self.inside in str(path)
            return Torn(file, self) if inside and set(mode) & set("wa+x") else file

        os.fsync, io.open, builtins.open = fsync, open_watched, open_watched  # type: ignore
        sys.addaudithook(self.hear)

    def hear(self, event: str, given: tuple[Any, ...]) -> None:
        """Meet one event of the interpreter."""
        if event not in NAMES:
            return
        if event == "open" and not (isinstance(given[2], int) and given[2] & WRITING):
            return
        if self.inside in str(given[0]) or (event in NAMES[2:] and str(given[0])[:1] != "/"):
            self.meet(f"{event} {Path(str(given[1 if event == 'os.rename' else 0])).name}")

    def meet(self, name: str) -> bool:
        """Count an operation; end the process if it is the chosen one."""
        self.note(name)
        if self.seen == self.number:
            self.kill()
        self.seen += 1
        return False

    def kill(self) -> None:
        """End this process as the kernel does when memory runs out."""
        os.kill(os.getpid(), signal.SIGKILL)


class Torn:
    """A file whose chosen write stops halfway."""

    def __init__(self, file: Any, trap: Trap) -> None:
        self._file, self._trap = file, trap

    def write(self, content: Any) -> Any:
        self._trap.note("write")
        if self._trap.seen == self._trap.number:
            self._file.write(content[: len(content) // 2])
            self._file.flush()
            self._trap.kill()
        self._trap.seen += 1
        return self._file.write(content)

    def __enter__(self) -> "Torn":
        self._file.__enter__()
        return self

    def __exit__(self, *error: Any) -> Any:
        return self._file.__exit__(*error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __iter__(self) -> Any:
        return iter(self._file)


def started(act: Callable[[], object]) -> tuple[int, int]:
    """Begin a process of its own; return its number and the pipe for ``ended``."""
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    code, says = 0, ""
    try:
        act()
    except BaseException as error:
        code, says = 1, f"{type(error).__name__}: {error}"
    os.write(writer, says.encode()[:60_000])
    os._exit(code)


def ended(child: int, reader: int) -> tuple[int, str]:
    """Wait for a process; return how it ended (negative: the signal) and its error."""
    with os.fdopen(reader, "rb") as pipe:
        says = pipe.read().decode()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), says


def forked(act: Callable[[], object]) -> tuple[int, str]:
    """Call in a process of its own and wait for it."""
    return ended(*started(act))


def operations(inside: Path, act: Callable[[], object]) -> list[str]:
    """Do it to its end in a process of its own; return the names of all operations.

    Raises:
        RuntimeError: it failed.
    """
    reader, writer = os.pipe()

    def watched() -> None:
        Trap(inside, None, lambda name: os.write(writer, f"{name}\n".encode())).spring()
        act()

    child, says = started(watched)
    os.close(writer)
    with os.fdopen(reader, "r") as pipe:
        names = pipe.read().splitlines()
    code, wrong = ended(child, says)
    if code:
        raise RuntimeError(f"what is to be killed fails by itself: {wrong}")
    return names


def killed(inside: Path, act: Callable[[], object], number: int) -> bool:
    """Do it in a process of its own, killed at an operation; say whether it came so far."""

    def watched() -> None:
        Trap(inside, number, lambda name: None).spring()
        act()

    return forked(watched)[0] == -signal.SIGKILL
