"""Reading and decoding many files at once, in order, with constant memory."""

import os
import statistics
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

TRIED = 3  # items done one by one first; their median excludes start-up
SLOW = 5e-4  # seconds an item must take for threads to pay: quicker ones only wait for each other
HANDED = 4e-3  # seconds of work handed to a thread at once: handing over costs a tenth of SLOW
Progress = Callable[[int, int], None]
Result = TypeVar("Result")


class Report:
    """Counts what is done and calls back now and then."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def one_more(self) -> None:
        """Count one; call back at every hundredth part and at the end."""
        self.done += 1
        if self.progress and (
            self.done == self.total or self.done % max(1, self.total // 100) == 0
        ):
            self.progress(self.done, self.total)


def in_threads(
    act: Callable[[int], Result], items: Sequence[Any], block: int = 256
) -> Iterator[tuple[int, Result]]:
    """Yield (number, result) in order, worked out in as many threads as there are cores.

    ``items`` are numbers, or anything else, which is then numbered. Only one block is in flight, so
    memory stays constant. The first few are done one by one; if most were quick, so are the rest.
    """
    numbers = items if items and isinstance(items[0], int) else range(len(items))

    def act_on_all(part: Sequence[int]) -> list[Result]:
        return [act(number) for number in part]

    with quiet_pictures(), ThreadPoolExecutor(cores()) as pool:
        taken = []
        for number in numbers[:TRIED]:
            begun = time.perf_counter()
            result = act(number)
            taken.append(time.perf_counter() - begun)
            yield number, result
        usual = statistics.median(taken) if taken else 0.0
        slow, handful = usual > SLOW, max(1, round(HANDED / max(usual, SLOW)))
        for start in range(TRIED, len(numbers), block):
            end = min(start + block, len(numbers))
            parts = [numbers[at : min(at + handful, end)] for at in range(start, end, handful)]
            done = pool.map(act_on_all, parts) if slow else map(act_on_all, parts)
            for part, results in zip(parts, done, strict=True):
                yield from zip(part, results, strict=True)


def cores() -> int:
    """Return how many cores this process may use, 8 at most."""
    allowed: Iterable[int] = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(
        0
    )
    return min(8, len(list(allowed)))


@contextmanager
def quiet_pictures() -> Iterator[None]:
    """Silence warnings about odd images: what matters is refused by name instead."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
