"""Checkpoints of a run under way: written when it has moved on, tidied, announced."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gansmith.listeners import Announcer, Event, Saved
from gansmith.training.parts.run_parts import Parts
from gansmith.training.parts.state import state_of
from gansmith.training.session import checkpoint


class Keeping:
    """Writes checkpoints; all processes call it together, and the first one writes.

    Args:
        parts: what to keep.
        run: the run folder.
        announce: tells the listeners.
    """

    def __init__(self, parts: Parts, run: Path, announce: Announcer) -> None:
        self.parts, self.run, self.announce = parts, run, announce
        self.saved = (-1, 0)  # step and exams of the last checkpoint

    def __call__(
        self,
        now: Event,
        exams: int,
        state: Callable[[], Mapping[str, Any]],
        best: Callable[[], int | None],
    ) -> None:
        """Keep the run as it is, unless the last checkpoint holds the same.

        Args:
            now: the moment.
            exams: how many there were.
            state: plain values to keep beside the parts.
            best: step of the checkpoint that is not to be tidied away.
        """
        if self.parts.runtime.rank == 0:
            if self.saved != (now.step, exams):
                made = checkpoint.save_checkpoint(self.run, state_of(self.parts, state()))
                self.saved = (now.step, exams)
                self.announce(Saved(now.step, now.kimg, made.path))
            checkpoint.tidy(self.run, self.parts.recipe.checkpoints.keep, best())
        self.parts.runtime.wait()
