"""A run under way: clock, records, exams, the doctor, checkpoints. It watches; it never steps."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from gansmith.doctor.diagnose import assess
from gansmith.doctor.history import History
from gansmith.errors import TrainingStoppedError
from gansmith.metrics.maths.values import loss_of
from gansmith.runs.console import Display
from gansmith.runs.ranking import best_step
from gansmith.runs.writer import RunWriter
from gansmith.training.parts.run_parts import Parts
from gansmith.training.session import checkpoint
from gansmith.training.session.budget_spent import about, too_dear, untrained
from gansmith.training.session.clock import Clock
from gansmith.training.session.exam_cost import FIRST, Cost, cost_of
from gansmith.training.session.examiner import EXAMS, Examiner, affordable_exams
from gansmith.training.session.interrupts import listening
from gansmith.training.session.nonfinite import broken_losses, broken_networks, stopped
from gansmith.training.session.optional_work import spared
from gansmith.training.session.tensorboard import EventSink
from gansmith.training.session.tick_record import tick_record
from gansmith.training.trainer import Trainer

LASTING = ("examined", "kept", "first_exam")  # what the next sitting goes on with


class Session:
    """Watches a trainer: decides when it is enough, and does what is due at each tick.

    Args:
        parts: what the run is made of.
        writer: the run folder's writer.
        display: what a person sees.
        sink: TensorBoard events, or nothing.
        examiner: made already, on the first process.
        prepared: seconds that went into preparation, which the budget includes.
    """

    def __init__(
        self,
        parts: Parts,
        writer: RunWriter,
        display: Display,
        sink: EventSink | None = None,
        examiner: Examiner | None = None,
        prepared: float = 0.0,
    ) -> None:
        self.parts, self.writer, self.display, self.sink = parts, writer, display, sink
        self.first = parts.runtime.rank == 0
        self.examiner = (examiner or Examiner(parts)) if self.first else None
        self.history: list[dict[str, Any]] = []  # exams so far
        self.told: set[str] = set()  # diagnoses that the journal knows
        self.examined = self.kept = 0  # intervals that have had their exam, their checkpoint
        self.clock = Clock(parts.recipe.length, prepared)
        self.first_exam = 0.0  # seconds, the reals' own numbers included
        self.judged = -1  # step of the last exam, which every process knows
        self.saved = (-1, 0)  # step and exams of the last checkpoint
        self.noted: set[str] = set()  # notes on what failed, said once
        self.last = (0.0, 0)  # seconds and samples at the last tick
        self.interrupted = ""

    # --- the clock ---

    def progress(self, trainer: Trainer) -> float:
        """Return the share of the run that is over, 0 to 1."""
        return self.clock.progress(trainer.samples)

    def enough(self, trainer: Trainer) -> bool:
        """Say whether the run is over, or somebody asked it to stop."""
        if self.clock.by_samples(trainer.samples) >= 1.0:
            return True
        if self.parts.runtime.world > 1 and trainer.step % 8:
            return False  # asking all processes costs; the clock can wait for seven steps
        over = bool(self.interrupted) or self.progress(trainer) >= 1.0
        return self.parts.runtime.any(over)

    # --- what happens ---

    def run(self, trainer: Trainer) -> None:
        """Train to the end, or to an orderly stop, and leave a whole run folder behind."""
        with listening(self):
            if trainer.step == 0:
                self._move(trainer, {})
                if self.judged < 0:
                    self._first_exam(trainer)
                self.last = (self.clock.seconds(), 0)
            trainer.run(self)
            if self.parts.runtime.any(bool(self.interrupted)):
                self._keep(trainer)
                by = self.interrupted or "another process"
                self._tell("stopped", f"stopped by {by}", trainer)
                return
            if trainer.step == 0:
                self._refuse_untrained(trainer)
            self.tick(trainer, self.parts.signals.read(self.parts.runtime.mean))
            if self.judged != trainer.step:
                self._exam(trainer)
            self._keep(trainer)
            self._tell("finished", f"finished at {trainer.samples / 1000:.1f} kimg", trainer)

    def _first_exam(self, trainer: Trainer) -> None:
        """Examine the untrained generator, unless that would take much of the budget."""
        cost = cost_of(self.examiner) if self.examiner else Cost()
        samples, budget = self.parts.recipe.evaluation.samples, self.clock.budget()
        first, later = map(self.parts.runtime.first, (cost.first(samples), cost.later(samples)))
        if budget and first > FIRST * budget:
            self.first_exam, self.clock.costliest = first, later
            says = too_dear(first, budget, samples)
            self.display.say(says)
            return self._tell("note", says, trainer, during="training")
        self.display.phase(f"first exam, {about(first)}")
        self._exam(trainer)
        return self.display.phase("training", self.clock.left())

    def _refuse_untrained(self, trainer: Trainer) -> None:
        self._keep(trainer)
        path, exam = self.writer.path, self.first_exam if self.judged == 0 else 0.0
        says = untrained(self.parts.recipe.length, self.clock.prepared, exam, path)
        self._tell("stopped", says, trainer)
        raise TrainingStoppedError(says, path)

    def tick(self, trainer: Trainer, signals: dict[str, float]) -> None:
        """Move knobs, record the signals, and do what is due."""
        self._move(trainer, signals)
        record = self._record(trainer, signals)
        self._stop_if_broken(trainer, record)
        every = self.parts.recipe.evaluation.every_kimg
        interval = self._interval(every, trainer, self._exams(trainer))
        if interval > self.examined:
            self.examined = interval
            if self.judged != trainer.step:
                self._exam(trainer)
        interval = self._interval(self.parts.recipe.checkpoints.every_kimg or every, trainer, EXAMS)
        if interval > self.kept:
            self.kept = interval
            self._keep(trainer)
        self.display.tick(record, self.progress(trainer))

    def _interval(self, every_kimg: float | None, trainer: Trainer, parts: int) -> int:
        """Return how many intervals are over: so many kimg each, or equal parts of the run."""
        if every_kimg:
            return int(trainer.samples / (1000 * every_kimg))
        return round(self.parts.runtime.first(int(parts * self.progress(trainer))))

    def _exams(self, trainer: Trainer) -> int:
        """Return into how many parts exams may divide this run, going by the time it will take."""
        whole = self.clock.seconds() / max(self.progress(trainer), 1e-9)
        return affordable_exams(whole, self.first_exam, self.clock.costliest)

    def _move(self, trainer: Trainer, signals: Mapping[str, float]) -> None:
        progress = self.parts.runtime.first(self.progress(trainer))
        seen = dict(signals) | {"progress": progress, "kimg": trainer.samples / 1000}
        for name, moves in self.parts.turn_knobs(seen).items():
            if name not in self.parts.reacting:
                continue  # a schedule: its values stand in signals.jsonl
            for move in moves:
                says = f"{move.knob} set to {move.to:.4g}: {move.because}"
                self._tell("move", says, trainer, knob=move.knob, to=move.to, by=move.by)

    def _record(self, trainer: Trainer, signals: Mapping[str, float]) -> dict[str, Any]:
        seconds, samples = self.last
        self.last = now, _ = self.clock.seconds(), trainer.samples
        rate = (trainer.samples - samples) / max(now - seconds, 1e-9)
        record = tick_record(self.parts, trainer, now, rate) | dict(signals)
        if signals:
            self.writer.signals(record)
            if self.sink:
                self.sink.scalars(record, trainer.samples)
        return record

    def _stop_if_broken(self, trainer: Trainer, record: Mapping[str, Any]) -> None:
        broken = broken_losses(record)
        if broken:
            self._stop(trainer, f"{' and '.join(broken)} became infinite or not a number")
        if not self.parts.runtime.same(self.parts.networks().values()):
            self._stop(trainer, "the processes no longer hold the same weights")

    def _stop_if_spoilt(self, trainer: Trainer) -> None:
        names = " and ".join(broken_networks(self.parts.networks()))
        if names:
            self._stop(trainer, f"weights of {names} became infinite or not a number")

    def _stop(self, trainer: Trainer, why: str) -> None:
        self._spare(trainer, "the diagnosis", self._diagnose, trainer)
        why = f"{why} by step {trainer.step}"
        self._tell("stopped", why, trainer)
        kept = checkpoint.checkpoints(self.writer.path)
        raise TrainingStoppedError(stopped(why, self.writer.path, kept[-1].path if kept else None))

    def _exam(self, trainer: Trainer) -> None:
        self._stop_if_spoilt(trainer)
        begun = time.monotonic()
        if self.examiner:
            self.examiner.ready()
        ready, self.judged = time.monotonic(), trainer.step
        if self.examiner:
            self._examine(trainer, self.examiner)
        self.parts.runtime.wait()
        over = time.monotonic()
        self.first_exam = self.first_exam or over - begun
        self.clock.costliest = max(self.clock.costliest, self.parts.runtime.first(over - ready))

    def _examine(self, trainer: Trainer, examiner: Examiner) -> None:
        kimg, found = trainer.samples / 1000, examiner.record()
        metrics, floor = found["metrics"], found["floor"]
        at = {"step": trainer.step, "kimg": kimg, "seconds": round(self.clock.seconds(), 3)}
        self.history.append({"step": trainer.step, "metrics": metrics})
        self.writer.metrics({**at, **found})
        self._spare(trainer, "the picture", lambda: self.writer.picture(examiner.picture(), kimg))
        self.display.exam(metrics, floor, kimg)
        if self.sink:
            self.sink.scalars(metrics, trainer.samples)
        if trainer.step:
            self._spare(trainer, "the diagnosis", self._diagnose, trainer)

    def _diagnose(self, trainer: Trainer) -> None:
        if not self.first:
            return
        found = assess(History.of(self.writer.known))
        for diagnosis in found:
            if diagnosis.confidence >= 0.5 and diagnosis.failure not in self.told:
                self.told.add(diagnosis.failure)
                if diagnosis.failure == "mode_collapse":
                    self._spare(trainer, "the picture of reals", self._show_uncovered)
                says = f"{diagnosis.failure.replace('_', ' ')}: {diagnosis.evidence[0].says}"
                self.display.say(f"doctor: {says}")
                self._tell("diagnosis", says, trainer, diagnosis=diagnosis.as_dict())
        self.told &= {d.failure for d in found if d.confidence >= 0.5}

    def _show_uncovered(self) -> None:
        """Keep a picture of the reals that a collapsed generator leaves out."""
        reals = self.examiner.uncovered() if self.examiner else None
        if reals is not None and len(reals):
            data, behind = self.parts.data, self.examiner.reals if self.examiner else None
            self.writer.uncovered(data.kind.picture(reals, behind, data.facts))

    # --- checkpoints ---

    def _keep(self, trainer: Trainer) -> None:
        self._stop_if_spoilt(trainer)
        mark, run = (trainer.step, len(self.history)), self.writer.path
        if self.first:
            if self.saved != mark:
                checkpoint.save_checkpoint(run, self.parts, trainer.step, self._state(trainer))
                self.saved = mark
            checkpoint.tidy(run, self.parts.recipe.checkpoints.keep, self.best_step())
        self.parts.runtime.wait()

    def best_step(self) -> int | None:
        """Return the step of the best exam by the first metric, the untrained one apart."""
        return best_step((exam for exam in self.history if exam["step"]), loss_of)

    def _state(self, trainer: Trainer) -> dict[str, Any]:
        return {
            "step": trainer.step,
            "samples": trainer.samples,
            "position": trainer.position,
            "seconds": self.clock.seconds(),
            "prepared": self.clock.prepared,
            "costliest": self.clock.costliest,
            **{name: getattr(self, name) for name in LASTING},
            "exams": self.history,
            "told": sorted(self.told),
            "written": self.writer.settle(),
        }

    def restore(self, trainer: Trainer, state: Mapping[str, Any], says: str) -> None:
        """Go on from what a checkpoint kept, forgetting what was recorded after it."""
        trainer.step, trainer.samples = state["step"], state["samples"]
        trainer.position = state["position"]
        self.clock.go_on(state["seconds"], state.get("prepared", 0.0))
        self.clock.costliest = state["costliest"]
        for name in LASTING:
            setattr(self, name, state[name])
        self.history = state["exams"]
        self.told, self.last = set(state["told"]), (state["seconds"], state["samples"])
        self.judged = self.history[-1]["step"] if self.history else -1
        self.saved = (trainer.step, len(self.history))
        self.writer.rewind(trainer.step, state.get("written"))
        self._tell("resumed", says, trainer)

    def restart(self, trainer: Trainer, says: str) -> None:
        """Go on with a run that has no checkpoint yet, forgetting what came of it so far."""
        self.writer.rewind_to_start()
        self._tell("resumed", says, trainer)

    def _spare(self, trainer: Trainer, what: str, act: Callable[..., object], *given: Any) -> None:
        """Do what training does not need; what fails there is a note, said once."""
        says = spared(what, act, *given)
        if says and says not in self.noted:
            self.noted.add(says)
            self.display.say(says)
            self._tell("note", says, trainer, during="training")

    def _tell(self, event: str, says: str, trainer: Trainer, **more: Any) -> None:
        self.writer.journal(event, says, trainer.step, trainer.samples / 1000, **more)
