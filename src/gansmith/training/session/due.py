"""What is due at a tick: an exam, a checkpoint."""

from collections.abc import Mapping
from typing import Any

from gansmith.training.parts.run_parts import Parts
from gansmith.training.session.clock import Clock
from gansmith.training.session.examiner import EXAMS, FEW_LOOKS, LOOKS, SHARE, affordable_exams

LASTING = ("examined", "kept", "first_exam")  # what the next sitting goes on with


class Due:
    """Counts the intervals that have had their exam and their checkpoint.

    Intervals are so many kimg each or, where the recipe names none, equal parts of the run: as many
    as its time affords.

    Args:
        parts: of the run.
        clock: tells how much of it is over.
    """

    def __init__(self, parts: Parts, clock: Clock) -> None:
        self.parts, self.clock = parts, clock
        self.examined = self.kept = 0  # intervals that have had their exam, their checkpoint
        self.first_exam = 0.0  # seconds, the reals' own numbers included

    def exam(self, samples: int) -> bool:
        """Say whether an exam is due after so many samples; each interval has one."""
        interval = self._exams(samples)
        due, self.examined = interval > self.examined, max(interval, self.examined)
        return due

    def go_on_from(self, before: "Due", samples: int) -> None:
        """Go on in a new segment, which begins with an interval of its own."""
        self.first_exam = before.first_exam
        self.examined, self.kept = self._exams(samples), self._checkpoints(samples)

    def _exams(self, samples: int) -> int:
        """Return how many intervals between exams are over."""
        recipe, whole = self.parts.recipe, self.clock.seconds()
        whole /= max(self.clock.progress(samples), 1e-9)
        most = LOOKS if recipe.doctor.autopilot and self._affords_looks(whole) else EXAMS
        affordable = affordable_exams(whole, self.first_exam, self.clock.costliest, most)
        every, kimg = recipe.evaluation.every_kimg, recipe.length.kimg
        if every and kimg and recipe.doctor.autopilot and kimg / every < FEW_LOOKS:
            every = None  # by what is affordable, of which the first process's clock decides
        return self._interval(every, samples, affordable)

    def _affords_looks(self, whole: float) -> bool:
        return LOOKS * self.clock.costliest <= SHARE * whole

    def checkpoint(self, samples: int) -> bool:
        """Say whether a checkpoint is due after so many samples; each interval has one."""
        interval = self._checkpoints(samples)
        due, self.kept = interval > self.kept, max(interval, self.kept)
        return due

    def _checkpoints(self, samples: int) -> int:
        """Return how many intervals between checkpoints are over."""
        recipe = self.parts.recipe
        every = recipe.checkpoints.every_kimg or recipe.evaluation.every_kimg
        return self._interval(every, samples, EXAMS)

    def state(self) -> dict[str, Any]:
        """Return the counts, for a checkpoint."""
        return {name: getattr(self, name) for name in LASTING}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from the counts that a checkpoint holds."""
        for name in LASTING:
            setattr(self, name, state[name])

    def _interval(self, every_kimg: float | None, samples: int, parts: int) -> int:
        """Return how many intervals are over."""
        if every_kimg:
            return int(samples / (1000 * every_kimg))
        return round(self.parts.runtime.first(int(parts * self.clock.progress(samples))))
