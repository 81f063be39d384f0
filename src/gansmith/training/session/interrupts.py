"""Ctrl-C and SIGTERM as requests."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable


@runtime_checkable
class Stoppable(Protocol):
    """What can be asked to stop: it looks at this name now and then, "" while nobody asks."""

    interrupted: str


@contextmanager
def listening(run: Stoppable) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM ask for an orderly stop; a second Ctrl-C ends at once.

    Args:
        run: gets the name of the signal.
    """

    def heard(number: int, frame: object) -> None:
        if run.interrupted and number == signal.SIGINT:
            raise KeyboardInterrupt
        run.interrupted = signal.Signals(number).name

    try:
        before = {n: signal.signal(n, heard) for n in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not the main thread: whoever owns it decides
        before = {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
