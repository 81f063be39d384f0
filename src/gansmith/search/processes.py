"""Several processes of one machine that work on the same storage."""

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence

from gansmith.errors import GansmithError


def together(commands: Iterable[Sequence[str]]) -> None:
    """Run ``gansmith`` several times at once, each in a process with one thread.

    Args:
        commands: the arguments of each.

    Raises:
        GansmithError: one of them failed; the others came to their end.
        KeyboardInterrupt: the user stopped them; they queued again what they had begun.
    """
    own = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive"}
    start = [sys.executable, "-m", "gansmith"]
    workers = [subprocess.Popen([*start, *command], env=own) for command in commands]
    try:
        codes = [worker.wait() for worker in workers]
    except KeyboardInterrupt:
        for worker in workers:
            worker.wait()  # they had the signal too
        raise
    if any(codes):
        raise GansmithError(
            f"{sum(map(bool, codes))} of {len(codes)} processes failed; what they said stands"
            f" above, and the same command goes on with the study"
        )
