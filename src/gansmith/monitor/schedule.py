"""When a monitored loop is looked at: often at first, and then as seldom as it must be."""

import time
from collections.abc import Callable

SHARE = 0.05  # of the time that exams may take in the long run
AT_FIRST = 0.3  # of the time that they may take while a run is young
FIRST, FACTOR = 40, 1.5  # steps before the first early exam, and between one and the next
TICK = 20  # steps between two records of signals


class Schedule:
    """Decides when signals are written and when an exam is due.

    A short loop is over before a twentieth of its seconds makes an exam: so they come more often
    at first.

    Args:
        tick: steps between two records of signals; absent: 20.
        every_kimg: interval of the exams; absent: at steps 40, 60, 90 and so on as often as three
            tenths of the time allow, the untrained generator's exam not counted; otherwise as a
            twentieth does, all counted.
        clock: tells the seconds.
    """

    def __init__(
        self,
        tick: int | None,
        every_kimg: float | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.tick, self.every_kimg, self.clock = max(1, tick or TICK), every_kimg, clock
        self.begun, self.spent, self.first = clock(), 0.0, 0.0
        self.next_kimg, self.next_early = 0.0, float(FIRST)

    def is_tick(self, steps: int) -> bool:
        """Say whether signals are written after this many steps."""
        return steps % self.tick == 0

    def is_exam(self, steps: int, kimg: float) -> bool:
        """Say whether an exam is due."""
        if self.every_kimg is not None:
            return steps == 0 or kimg >= self.next_kimg
        elapsed = self.clock() - self.begun
        later = self.spent - self.first
        early = steps >= self.next_early and later <= AT_FIRST * (elapsed - self.first)
        return steps == 0 or early or self.spent <= SHARE * elapsed

    def examined(self, steps: int, kimg: float, seconds: float) -> None:
        """Note an exam that took so long."""
        self.spent += seconds
        self.first = self.first or seconds
        self.next_kimg = kimg + (self.every_kimg or 0.0)
        while self.next_early <= steps:
            self.next_early *= FACTOR
