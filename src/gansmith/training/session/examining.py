"""An exam while training waits: taken by the first process, announced, and timed."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from gansmith.kinds.drawing import Shown
from gansmith.listeners import Announcer, Event, Examined
from gansmith.runs.ranking import best_step
from gansmith.training.parts.run_parts import Parts
from gansmith.training.session.budget_spent import about, too_dear
from gansmith.training.session.clock import Clock
from gansmith.training.session.due import Due
from gansmith.training.session.exam_cost import FIRST, Cost, cost_of
from gansmith.training.session.examiner import Examiner
from gansmith.values import loss_of, values_of

Phase = Callable[[str, float | None], None]  # shows what goes on, and the seconds that are left


class Examining:
    """Takes exams; all processes call it together.

    Args:
        parts: of the run.
        examiner: on the first process; None: made from the parts there.
        announce: who is told of an exam.
        clock: learns what exams cost.
        due: learns what the first one cost.
    """

    def __init__(
        self,
        parts: Parts,
        examiner: Examiner | None,
        announce: Announcer,
        clock: Clock,
        due: Due,
    ) -> None:
        self.parts, self.announce, self.clock, self.due = parts, announce, clock, due
        self.examiner = (examiner or Examiner(parts)) if parts.runtime.rank == 0 else None
        self.history: list[dict[str, Any]] = []  # step and metrics of the exams so far
        self.judged = -1  # step of the last exam, which every process knows

    def first(self, now: Event, phase: Phase) -> None:
        """Examine the untrained generator, unless that would take much of the budget."""
        cost = cost_of(self.examiner) if self.examiner else Cost()
        samples, budget = self.parts.recipe.evaluation.samples, self.clock.budget()
        first, later = map(self.parts.runtime.first, (cost.first(samples), cost.later(samples)))
        if budget and first > FIRST * budget:
            self.due.first_exam, self.clock.costliest = first, later
            return self.announce.note(now, too_dear(first, budget, samples))
        phase(f"first exam, {about(first)}", None)
        self(now)
        return phase("training", self.clock.left())

    def best_step(self) -> int | None:
        """Return the step of the best exam by the first metric, the untrained one apart."""
        return best_step((exam for exam in self.history if exam["step"]), loss_of)

    def newest(self) -> dict[str, float]:
        """Return number and badness of the newest exam, for controllers; nothing before it."""
        if not self.parts.reads("exam"):
            return {}
        found = [e["metrics"] for e in self.history if e["step"] and e["metrics"]]
        badness = loss_of(*next(iter(found[-1].items()))) if found else 0.0
        number, badness = map(self.parts.runtime.first, (float(len(found)), badness))
        return {"exam/number": number, "exam/badness": badness} if number else {}

    def restore(self, history: list[dict[str, Any]]) -> None:
        """Go on from the exams that a checkpoint knows of."""
        self.history = history
        self.judged = history[-1]["step"] if history else -1

    def __call__(self, now: Event) -> None:
        """Examine the generator as it is."""
        begun = time.monotonic()
        if self.examiner:
            self.examiner.ready()
        ready, self.judged = time.monotonic(), now.step
        if self.examiner:
            self._examine(now, self.examiner)
        self.parts.runtime.wait()
        over = time.monotonic()
        self.due.first_exam = self.due.first_exam or over - begun
        self.clock.costliest = max(self.clock.costliest, self.parts.runtime.first(over - ready))

    def _examine(self, now: Event, examiner: Examiner) -> None:
        found = examiner.record()
        seconds = round(self.clock.seconds(), 3)
        record = {"step": now.step, "kimg": now.kimg, "seconds": seconds, **found}
        self.history.append({"step": now.step, "metrics": found["metrics"]})
        values = values_of(found["metrics"])
        shown = partial(_uncovered, examiner)
        self.announce(
            Examined(now.step, now.kimg, record, values, examiner.picture, shown, examiner.file)
        )


def _uncovered(examiner: Examiner) -> Shown | None:
    """Return an image of reals that none of the last exam's samples is near, if there are any."""
    reals = examiner.uncovered()
    if reals is None or not len(reals):
        return None
    data = examiner.parts.data
    return data.kind.picture(reals, examiner.reals, data.facts)
