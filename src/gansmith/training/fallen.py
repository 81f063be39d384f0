"""What became of a process of several: its own words, or the signal that ended it."""

import shlex
import signal
from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from gansmith import errors
from gansmith.errors import GansmithError, RunError


@runtime_checkable
class Fallen(Protocol):
    """What the launcher raises when a process failed; the exit code of a signal is negative."""

    @property
    def failures(self) -> Mapping[int, Any]:
        """By process."""

    def get_first_failure(self) -> tuple[int, Any]:
        """Return the process that failed first, and its failure."""


def told_by_child(error: Fallen, run: str) -> Exception:
    """Return what the process that failed had to say, as this process's own error.

    A process that was killed says nothing, and the others then fail for want of it: the signal is
    the reason.
    """
    codes = [failure.exitcode for failure in error.failures.values()]
    killed = [-code for code in codes if code < 0 and -code != signal.SIGTERM]
    if killed:
        return RunError(_killed(killed[0], run))
    told: Any = error.get_first_failure()[1].message
    kind, _, says = str(told["message"] if isinstance(told, dict) else told).partition(": ")
    known = getattr(errors, kind, None)
    if isinstance(known, type) and issubclass(known, GansmithError) and says:
        return GansmithError(says)
    return GansmithError(str(error)) if not isinstance(error, Exception) else error


def _killed(number: int, run: str) -> str:
    name = signal.Signals(number).name if number in set(signal.Signals) else "an unknown one"
    guess = ", as the system does when memory runs out" if number == signal.SIGKILL else ""
    return (
        f"a process of the run was killed by signal {number} ({name}){guess}; go on from the last "
        f"checkpoint with `gansmith train --resume --run {shlex.quote(run)}`; if it was memory, "
        "end other programs first, or start a new run with a smaller data.batch"
    )
