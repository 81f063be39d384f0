"""Writes down in the run folder what happens."""

from collections.abc import Mapping
from typing import Any

from gansmith.doctor.evidence import Diagnosis
from gansmith.listeners.announcer import Spare
from gansmith.listeners.listener import (
    Changed,
    Diagnosed,
    Ended,
    Examined,
    Lasting,
    Moved,
    Noted,
    Started,
    Ticked,
    Treated,
)
from gansmith.runs.writer import RunWriter


class RunFolder(Lasting):
    """Appends what happens to signals, metrics and journal; without it there is no run.

    Args:
        writer: of the run folder.
        spare: calls what training does not need: (what, act, arguments).
    """

    essential = True

    def __init__(self, writer: RunWriter, spare: Spare) -> None:
        self.writer, self.spare = writer, spare

    def started(self, event: Started) -> None:
        """Write where a run goes on; of a new one the journal has been begun."""
        if event.says:
            kind = "resumed" if event.resumed else "started"
            self.writer.journal(kind, event.says, event.step, event.kimg)

    def ticked(self, event: Ticked) -> None:
        """Write the signals."""
        if event.signals:
            self.writer.signals(event.record)

    def examined(self, event: Examined) -> None:
        """Write the metrics, how to read those that are new to this folder, and an image."""
        known = self.writer.known.values
        new = {name: v.as_dict() for name, v in event.values.items() if name not in known}
        self.writer.metrics({**event.record, "values": new} if new else event.record)
        self.spare("the picture", self._picture, event)
        self.spare("the file of samples", self._file, event)

    def _picture(self, event: Examined) -> None:
        shown = event.picture()
        if shown is not None:
            self.writer.picture(shown, event.kimg)

    def _file(self, event: Examined) -> None:
        made = event.file()
        if made is not None:
            self.writer.samples(*made, event.kimg)

    def diagnosed(self, event: Diagnosed) -> None:
        """Write diagnoses that are new."""
        for diagnosis in event.new:
            says, more = in_words(diagnosis), {"diagnosis": diagnosis.as_dict()}
            self.writer.journal("diagnosis", says, event.step, event.kimg, **more)

    def moved(self, event: Moved) -> None:
        """Write a move of a knob, with its reason."""
        move = event.move
        says = f"{move.knob} set to {move.to:.4g}: {move.because}"
        more = {"knob": move.knob, "to": move.to, "by": move.by}
        self.writer.journal("move", says, event.step, event.kimg, **more)

    def treated(self, event: Treated) -> None:
        """Write what the autopilot does, and why."""
        more = {"state": event.state, "treatment": dict(event.treatment)}
        self.writer.journal("treatment", event.says, event.step, event.kimg, **more)

    def noted(self, event: Noted) -> None:
        """Write a note."""
        self.writer.journal("note", event.says, event.step, event.kimg, **event.more)

    def ended(self, event: Ended) -> None:
        """Write that the run is over."""
        self.writer.journal(event.state, event.says, event.step, event.kimg)

    def kept(self) -> dict[str, Any]:
        """Put the records on the disk; return how long they are, for a checkpoint."""
        segment = {"segment": self.writer.segment} if self.writer.segment else {}
        return {"written": self.writer.settle(), **segment}

    def changed(self, event: Changed) -> None:
        """Begin a new segment; what was recorded stays."""
        self.writer.begin_segment(event.follows, event.step, event.kimg, event.says)

    def restored(self, state: Mapping[str, Any], changed: bool = False) -> None:
        """Cut the records back to a checkpoint, because the same steps follow once more."""
        self.writer.segment = state.get("segment", 0)
        if changed:
            return
        if state:
            self.writer.rewind(state["step"], state.get("written"))
        else:
            self.writer.rewind_to_start()


def in_words(diagnosis: Diagnosis) -> str:
    """Return a diagnosis as one sentence: what, and the evidence that says most."""
    return f"{diagnosis.failure.replace('_', ' ')}: {diagnosis.evidence[0].says}"
