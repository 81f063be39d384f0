"""A loop is looked at often at first, and seldom in the long run."""

from gansmith.monitor.schedule import Schedule


class Clock:
    """A clock that stands where a test puts it."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def loop(clock: Clock, schedule: Schedule, steps: int, step: float, exam: float) -> int:
    """Number of exams in a loop of so many steps, all times in seconds."""
    count = 0
    for number in range(steps + 1):
        if (number == 0 or schedule.is_tick(number)) and schedule.is_exam(number, number * 0.064):
            clock.now += exam
            schedule.examined(number * 0.064, exam)
            count += 1
        clock.now += step
    return count


def test_a_short_loop_has_ticks_and_exams_enough_for_a_judgement() -> None:
    clock = Clock()
    schedule = Schedule(None, None, clock)
    assert sum(schedule.is_tick(n) for n in range(1, 301)) >= 15
    assert loop(clock, schedule, 300, step=0.02, exam=0.1) >= 5


def test_a_dear_first_exam_does_not_put_off_the_next_ones() -> None:
    """Half a minute of pictures: six exams or more, though the first takes a quarter of it."""
    clock = Clock()
    schedule = Schedule(None, None, clock)
    clock.now = 8.0
    schedule.examined(0.0, 8.0)
    assert loop(clock, schedule, 400, step=0.05, exam=1.0) >= 6


def test_in_the_long_run_exams_take_a_twentieth_of_the_time() -> None:
    for steps, share in ((20_000, 0.09), (200_000, 0.055)):
        clock = Clock()
        exams = loop(clock, Schedule(None, None, clock), steps, step=0.02, exam=0.5)
        assert 0.04 * clock.now < 0.5 * exams < share * clock.now


def test_the_second_half_of_a_short_loop_has_exams_enough_for_a_trend() -> None:
    for steps, exam in ((500, 0.1), (4000, 0.2), (3000, 0.4)):
        clock, times = Clock(), list[int]()
        schedule = Schedule(None, None, clock)
        for number in range(steps):
            if schedule.is_tick(number) and schedule.is_exam(number, 0.0):
                clock.now += exam
                schedule.examined(0.0, exam)
                times.append(number)
            clock.now += 0.005
        assert sum(number >= steps / 2 for number in times) >= 3 + (steps > 1000)


def test_an_interval_that_was_asked_for_is_kept() -> None:
    clock = Clock()
    assert loop(clock, Schedule(10, 6.0, clock), 1000, step=0.001, exam=9.0) == 11
