"""Ends a run that cannot go on, with what is left of it and what to do."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gansmith.errors import TrainingStoppedError
from gansmith.listeners import Announcer, Ended, Event, Failed
from gansmith.training.parts.run_parts import Parts
from gansmith.training.session.budget_spent import untrained
from gansmith.training.session.checkpoint import checkpoints
from gansmith.training.session.nonfinite import broken_losses, broken_networks, stopped


class RescuedError(Exception):
    """Training cannot go on as it is, but does in a new segment that a listener asked for."""


class Safeguards:
    """Checks losses, weights and processes, and stops a run where one of them is spoilt.

    Args:
        parts: of the run.
        run: the run folder.
        announce: tells the listeners, the doctor among them, before the run ends.
        rescued: says whether one of them asked for a new segment.
    """

    def __init__(
        self,
        parts: Parts,
        run: Path,
        announce: Announcer,
        rescued: Callable[[], bool] = lambda: False,
    ) -> None:
        self.parts, self.run, self.announce, self.rescued = parts, run, announce, rescued

    def check_tick(self, now: Event, record: Mapping[str, Any]) -> None:
        """Stop where a loss is not finite, or processes have come apart.

        Raises:
            TrainingStoppedError: training cannot go on.
            RescuedError: it can in a new segment.
        """
        broken = broken_losses(record)
        if broken:
            self._fail(now, f"{' and '.join(broken)} became infinite or not a number")
        if not self.parts.runtime.same(self.parts.networks().values()):
            self._fail(now, "the processes no longer hold the same weights")

    def check_weights(self, now: Event) -> None:
        """Stop where weights are not finite: they must not be measured or kept.

        Raises:
            TrainingStoppedError: training cannot go on.
            RescuedError: it can in a new segment.
        """
        names = " and ".join(broken_networks(self.parts.networks()))
        if names:
            self._fail(now, f"weights of {names} became infinite or not a number")

    def refuse_untrained(self, prepared: float, exam: float) -> None:
        """Stop a run whose budget was over before its first step.

        Args:
            prepared: seconds that preparation took.
            exam: seconds that the first exam took.

        Raises:
            TrainingStoppedError: always.
        """
        says = untrained(self.parts.recipe.length, prepared, exam, self.run)
        self.announce(Ended(0, 0.0, "stopped", says))
        raise TrainingStoppedError(says, self.run)

    def _fail(self, now: Event, why: str) -> None:
        why = f"{why} by step {now.step}"
        self.announce(Failed(now.step, now.kimg, why))
        if self.rescued():
            raise RescuedError(why)
        self.announce(Ended(now.step, now.kimg, "stopped", why))
        kept = checkpoints(self.run)
        raise TrainingStoppedError(stopped(why, self.run, kept[-1].path if kept else None))
