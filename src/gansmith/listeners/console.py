"""Shows on the console what happens."""

from gansmith.listeners.listener import (
    Changed,
    Diagnosed,
    Examined,
    Listener,
    Noted,
    Ticked,
    Treated,
)
from gansmith.listeners.run_folder import in_words
from gansmith.runs.console import Display


class Notices(Listener):
    """Says what the doctor finds, and notes; nothing else.

    Args:
        display: where to.
    """

    def __init__(self, display: Display) -> None:
        self.display = display

    def diagnosed(self, event: Diagnosed) -> None:
        """Say diagnoses that are new."""
        for diagnosis in event.new:
            self.display.say(f"doctor: {in_words(diagnosis)}")

    def changed(self, event: Changed) -> None:
        """Say that a new segment begins."""
        self.display.say(event.says)

    def treated(self, event: Treated) -> None:
        """Say what the autopilot does, and why."""
        self.display.say(f"autopilot: {event.says}")

    def noted(self, event: Noted) -> None:
        """Say a note."""
        self.display.say(event.says)


class Console(Notices):
    """Shows progress and exams, too."""

    def ticked(self, event: Ticked) -> None:
        """Show where training stands."""
        self.display.tick(event.record, event.progress or 0.0)

    def examined(self, event: Examined) -> None:
        """Show the first metric."""
        self.display.exam(event.metrics, event.floor, event.kimg)
