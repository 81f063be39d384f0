"""Who listens to a run that gansmith trains."""

import pickle
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gansmith.errors import UsageError, reason
from gansmith.listeners import Announcer, Event, Listener
from gansmith.listeners.by_hand import AskedByHand
from gansmith.listeners.console import Console
from gansmith.listeners.doctor import Doctor
from gansmith.listeners.run_folder import RunFolder
from gansmith.listeners.tensorboard import TensorBoard
from gansmith.listeners.uncovered import UncoveredReals
from gansmith.runs.console import Display
from gansmith.runs.reader import RunRecord
from gansmith.runs.writer import RunWriter
from gansmith.shown import value
from gansmith.training.session.optional_work import spared


def check_listeners(listeners: Sequence[object], travelling: bool = False) -> None:
    """Refuse what cannot listen.

    Args:
        listeners: as the user gave them.
        travelling: they must reach another process, by pickle.

    Raises:
        UsageError: one is no listener, or cannot be pickled.
    """
    for one in listeners:
        if not isinstance(one, Listener):
            raise UsageError(
                f"{value(one)} cannot listen: derive its class from gansmith.Listener and pass an "
                "object of it"
            )
        try:
            pickle.dumps(one) if travelling else None
        except Exception as error:
            raise UsageError(
                f"the listener {type(one).__name__} cannot be sent to the first of several "
                f"processes ({reason(error)}); define its class in a module and open files in its "
                "`started`, or train with runtime.processes = 1"
            ) from error


def audience(
    run: Path,
    display: Display,
    tensorboard: bool,
    others: Sequence[Listener],
    autopilot: Callable[[RunRecord, Announcer], Listener] | None = None,
) -> Announcer:
    """Return who tells the run folder, the console, TensorBoard, the doctor and others.

    The run folder comes first, so that the others find written what they are told of.

    Args:
        run: the run folder.
        display: the console.
        tensorboard: write events for TensorBoard, too.
        others: the user's own.
        autopilot: makes the autopilot, where the recipe wants one.
    """
    announce, writer = Announcer(), RunWriter(run)

    def spare(what: str, act: Any, event: Event) -> None:
        announce.note(event, spared(what, act, event))

    announce.listeners = [
        RunFolder(writer, spare),
        Console(display),
        *([TensorBoard(run / "tensorboard")] if tensorboard else []),
        Doctor(writer.known, announce, spare),
        UncoveredReals(writer, spare),
        AskedByHand(announce),
        *([autopilot(writer.known, announce)] if autopilot else []),
        *others,
    ]
    return announce
