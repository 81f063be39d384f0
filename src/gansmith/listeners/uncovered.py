"""Keeps an image of the reals that a collapsed generator leaves out."""

from gansmith.listeners.announcer import Spare
from gansmith.listeners.listener import Diagnosed, Examined, Listener
from gansmith.runs.writer import RunWriter


class UncoveredReals(Listener):
    """Shows of the newest exam the reals that no sample is near, once collapse is found.

    Args:
        writer: of the run folder.
        spare: calls what training does not need: (what, act, arguments).
    """

    def __init__(self, writer: RunWriter, spare: Spare) -> None:
        self.writer, self.spare = writer, spare
        self._exam: Examined | None = None

    def examined(self, event: Examined) -> None:
        """Remember the newest exam."""
        self._exam = event

    def diagnosed(self, event: Diagnosed) -> None:
        """Keep the image where mode collapse is new."""
        if self._exam and any(diagnosis.failure == "mode_collapse" for diagnosis in event.new):
            self.spare("the image of reals", self._show, self._exam)

    def _show(self, exam: Examined) -> None:
        shown = exam.uncovered()
        if shown is not None:
            self.writer.uncovered(shown)
