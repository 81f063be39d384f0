"""A run under way: the clock, and what is due when. It watches; it never steps."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from gansmith.listeners import Announcer, Ended, Event, Moved, NewSegment, Started, Ticked
from gansmith.training.parts.run_parts import Parts
from gansmith.training.session.clock import Clock
from gansmith.training.session.due import Due
from gansmith.training.session.examiner import Examiner
from gansmith.training.session.examining import Examining, Phase
from gansmith.training.session.held_out_margin import HeldOutMargin
from gansmith.training.session.interrupts import listening
from gansmith.training.session.keeping import Keeping
from gansmith.training.session.moves import Moves
from gansmith.training.session.safeguards import RescuedError, Safeguards
from gansmith.training.session.tick_record import Moments
from gansmith.training.trainer import Trainer


class Session:
    """Watches a trainer: decides when it is enough, and does what is due at each tick.

    Args:
        parts: what the run is made of.
        run: the run folder.
        announce: tells the listeners; on other processes than the first there are none.
        examiner: made already, on the first process.
        prepared: seconds that went into preparation, which the budget includes.
        phase: shows what goes on.
    """

    def __init__(
        self,
        parts: Parts,
        run: Path,
        announce: Announcer,
        examiner: Examiner | None = None,
        prepared: float = 0.0,
        phase: Phase = lambda name, left: None,
    ) -> None:
        self.parts, self.path, self.announce, self.phase = parts, run, announce, phase
        self.clock = Clock(parts.recipe.length, prepared)
        self.due = Due(parts, self.clock)
        self.exam = Examining(parts, examiner, announce, self.clock, self.due)
        self.keep = Keeping(parts, run, announce)
        self.safeguards = Safeguards(parts, run, announce, self._turns)
        self.moments, self.moves = Moments(parts), Moves(parts)
        self.held_out = HeldOutMargin(parts)
        self.resumed = ""  # what to say of a run that goes on
        self.interrupted = ""  # by whom
        self.wished: NewSegment | None = None  # by a listener of the first process
        self.turning: NewSegment | None = None  # what all processes go on with
        self.wanted = False  # a checkpoint, by a listener of the first process

    def progress(self, trainer: Trainer) -> float:
        """Return the share of the run that is over, 0 to 1."""
        return self.clock.progress(trainer.samples)

    def enough(self, trainer: Trainer) -> bool:
        """Say whether the run is over, or somebody asked it to stop or to turn."""
        if self.turning or self.clock.by_samples(trainer.samples) >= 1.0:
            return True
        if self.parts.runtime.world > 1 and trainer.step % 8:
            return False  # asking all processes costs; the clock can wait for seven steps
        return self.parts.runtime.any(bool(self.interrupted) or self.progress(trainer) >= 1.0)

    def stop(self, why: str) -> None:
        """Ask for an orderly stop before the next step."""
        self.interrupted = self.interrupted or why

    def wish(self, segment: NewSegment) -> None:
        """Ask for a new segment after this tick; one that was asked for before comes first."""
        self.wished = self.wished or segment

    def want_checkpoint(self) -> None:
        """Ask for a checkpoint at this tick."""
        self.wanted = True

    def run(self, trainer: Trainer) -> NewSegment | None:
        """Train to the end, or to an orderly stop, and leave a whole run folder behind.

        Returns:
            The new segment that the run is to go on with, where a listener asked for one.
        """
        with listening(self):
            try:
                self._begin(trainer)
                trainer.run(self)
            except RescuedError:
                return self.turning
            if self.parts.runtime.any(bool(self.interrupted)):
                self.save(trainer)
                by = self.interrupted or "another process"
                self._end(trainer, "stopped", f"stopped by {by}")
                return None
            if self.turning is None:
                self._finish(trainer)
            return self.turning

    def _begin(self, trainer: Trainer) -> None:
        about = self.path, self.parts.recipe.model_dump(), bool(self.resumed), self.resumed
        now, asks = moment(trainer), (self.stop, self.moves.ask, self.wish, self.want_checkpoint)
        self.announce(Started(now.step, now.kimg, *about, *asks))
        if not self._turns() and trainer.step == 0:
            self._move(trainer, {})
            if self.exam.judged < 0:
                self.exam.first(moment(trainer), self.phase)
            self.moments.last = (self.clock.seconds(), 0)

    def _finish(self, trainer: Trainer) -> None:
        if trainer.step == 0:
            self.save(trainer)
            exam = self.due.first_exam if self.exam.judged == 0 else 0.0
            self.safeguards.refuse_untrained(self.clock.prepared, exam)
        self.tick(trainer, self.parts.signals.read(self.parts.runtime.mean))
        if self.exam.judged != trainer.step:
            self._exam(trainer)
        self.save(trainer)
        self._end(trainer, "finished", f"finished at {trainer.samples / 1000:.1f} kimg")

    def _turns(self) -> bool:
        """Say whether the run is to go on in a new segment; all processes ask together."""
        if self.parts.runtime.any(self.wished is not None):
            self.turning = self.parts.runtime.shared(self.wished)
        return self.turning is not None

    def tick(self, trainer: Trainer, signals: dict[str, float]) -> None:
        """Move knobs, announce the signals, and do what is due."""
        signals = signals | self.held_out() if signals else signals
        self._move(trainer, signals)
        record, now = self.moments(trainer, self.clock.seconds()), moment(trainer)
        ticked = Ticked(now.step, now.kimg, record, signals, self.progress(trainer))
        self.announce(ticked)
        self.safeguards.check_tick(now, ticked.record)
        if self.due.exam(trainer.samples) and self.exam.judged != trainer.step:
            self._exam(trainer)
        turns, asked = self._turns(), self.parts.runtime.any(self.wanted)
        if self.due.checkpoint(trainer.samples) or turns or asked:
            self.wanted = False
            self.save(trainer)

    def _move(self, trainer: Trainer, signals: Mapping[str, float]) -> None:
        progress, now = self.parts.runtime.first(self.progress(trainer)), moment(trainer)
        seen = dict(signals) | self.exam.newest() | {"progress": progress, "kimg": now.kimg}
        for move in self.moves(seen):
            self.announce(Moved(now.step, now.kimg, move))

    def _exam(self, trainer: Trainer) -> None:
        self.safeguards.check_weights(moment(trainer))
        self.exam(moment(trainer))

    def save(self, trainer: Trainer) -> None:
        """Keep the run as it is in a checkpoint, unless the last one holds the same."""
        self.safeguards.check_weights(moment(trainer))
        now, exams = moment(trainer), len(self.exam.history)
        self.keep(now, exams, lambda: self._state(trainer), self.exam.best_step)

    def _end(self, trainer: Trainer, state: Literal["finished", "stopped"], says: str) -> None:
        self.announce(Ended(trainer.step, trainer.samples / 1000, state, says))

    def _state(self, trainer: Trainer) -> dict[str, Any]:
        at = {name: getattr(trainer, name) for name in ("step", "samples", "position")}
        own = self.clock.state() | self.due.state() | {"exams": self.exam.history}
        return at | own | self.announce.kept()

    def restore(
        self, trainer: Trainer, state: Mapping[str, Any], says: str, changed: bool = False
    ) -> None:
        """Go on from what a checkpoint kept; empty: from the start. ``says`` tells listeners."""
        self.resumed = says
        self.announce.restored(state, changed)
        if not state:
            return
        for name in ("step", "samples", "position"):
            setattr(trainer, name, state[name])
        self.clock.restore(state)
        self.due.restore(state)
        self.exam.restore(state["exams"])
        self.moments.last = (state["seconds"], state["samples"])
        self.keep.saved = (-1, 0) if changed else (trainer.step, len(self.exam.history))


def moment(trainer: Trainer) -> Event:
    """Return how many steps and samples are over."""
    return Event(trainer.step, trainer.samples / 1000)
