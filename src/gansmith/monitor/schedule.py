"""When a monitored loop is looked at: often at first, and then as seldom as it must be."""

import time
from collections.abc import Callable

SHARE = 0.05  # of the time that exams may take in the long run
AT_FIRST, GRACE = 0.25, 12.0  # share of the time that they may take beside, up to so many seconds
TICK = 20  # steps between two records of signals


class Schedule:
    """Decides when signals are written and when an exam is due.

    A short loop is over before a twentieth of its seconds makes an exam, and nobody knows how long
    a loop will be: so exams may take a quarter of the time more while that is a few seconds. They
    come at even distances then, which a trend needs.

    Args:
        tick: steps between two records of signals; absent: 20.
        every_kimg: interval of the exams; absent: as often as three tenths of the time allow, the
            untrained generator's exam not counted, and a twentieth in the long run.
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
        self.next_kimg = 0.0

    def is_tick(self, steps: int) -> bool:
        """Say whether signals are written after this many steps."""
        return steps % self.tick == 0

    def is_exam(self, steps: int, kimg: float) -> bool:
        """Say whether an exam is due."""
        if self.every_kimg is not None:
            return steps == 0 or kimg >= self.next_kimg
        elapsed = self.clock() - self.begun - self.first
        allowed = SHARE * elapsed + min(AT_FIRST * elapsed, GRACE)
        return steps == 0 or self.spent - self.first <= allowed

    def examined(self, kimg: float, seconds: float) -> None:
        """Note an exam that took so long."""
        self.spent += seconds
        self.first = self.first or seconds
        self.next_kimg = kimg + (self.every_kimg or 0.0)
