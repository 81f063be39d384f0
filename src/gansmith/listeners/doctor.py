"""The doctor at the bedside: looks at the run at every exam, and where training fails."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.diagnose import ILL, assess
from gansmith.doctor.history import History
from gansmith.listeners.announcer import Announce, Spare
from gansmith.listeners.listener import Diagnosed, Event, Examined, Failed, Lasting
from gansmith.runs.reader import RunRecord


class Doctor(Lasting):
    """Looks at what the run has written, which is in memory, and announces what it finds.

    Args:
        record: of the run, as its writer keeps it.
        announce: tells the others.
        spare: calls what training does not need: (what, act, arguments).
    """

    def __init__(self, record: RunRecord, announce: Announce, spare: Spare) -> None:
        self.record, self.announce, self.spare = record, announce, spare
        self.told = set[str]()  # failures of confidence 0.5 or more at the last look

    def examined(self, event: Examined) -> None:
        """Look at the run; before its first step there is nothing to see."""
        if event.step:
            self.look(event)

    def failed(self, event: Failed) -> None:
        """Look why training cannot go on."""
        self.look(event)

    def look(self, event: Event) -> None:
        """Look at the run at the moment of an event."""
        self.spare("the diagnosis", self._look, event)

    def _look(self, event: Event) -> None:
        found = assess(History.of(self.record))
        sure = [diagnosis for diagnosis in found if diagnosis.confidence >= ILL]
        new = [diagnosis for diagnosis in sure if diagnosis.failure not in self.told]
        self.told = {diagnosis.failure for diagnosis in sure}
        self.announce(Diagnosed(event.step, event.kimg, found, new))

    def kept(self) -> dict[str, Any]:
        """Return what has been told, for a checkpoint."""
        return {"told": sorted(self.told)}

    def restored(self, state: Mapping[str, Any], changed: bool = False) -> None:
        """Go on from a checkpoint; in a run that has changed nothing has been told."""
        self.told = set() if changed else set(state.get("told", ()))
