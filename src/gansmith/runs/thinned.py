"""Records of a run of any length in bounded memory: every k-th, with k a power of two.

A week of training may write millions of ticks. Reading every 256th of them is as if the ticks had
been 256 times rarer: curves keep their shape, and the cost of looking no longer grows with the run.
Records that must not be missed (values that are not finite, events of the journal) are kept beside
them, and the newest record always is.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, overload

from gansmith.runs.records import Record

MOST = 16_384  # records kept at one distance before every second one is dropped
SPARED = 2_048  # records kept because they must not be missed: half the first, half the newest


class Rare(NamedTuple):
    """Which records must not be missed: decided by the record, and by its line before it is parsed.

    The second may be true of more lines than needed, never of fewer.
    """

    record: Callable[[Record], bool]
    line: Callable[[bytes], bool]


NUMBERS = Rare(  # of signals and exams: what holds a value that is not finite
    lambda record: "nonfinite" in record,
    lambda text: b'"nonfinite"' in text or b"NaN" in text or b"Infinity" in text,
)
MOVES = Rare(  # of the journal: all but the moves of knobs, of which each tick may have some
    lambda record: record.get("event") != "move",
    lambda text: b'"event": "move"' not in text,
)


class Thinned(Sequence[Record]):
    """A sequence of records of which at most some tens of thousands are kept.

    It is the same whether records are added one by one while a run goes on or read from its files
    afterwards. Up to ``most`` records nothing is left out.

    Args:
        records: what to begin with.
        rare: which records must not be missed.
        most: how many to keep at most, apart from rare ones.
    """

    def __init__(
        self,
        records: Iterable[Record] = (),
        rare: Rare = NUMBERS,
        most: int = MOST,
    ) -> None:
        self.seen = self.rare_seen = 0  # how many there were in all
        self.stride = 1
        self._rare, self._most = rare, most
        self._even: list[tuple[int, Record]] = []
        self._first: list[tuple[int, Record]] = []
        self._newest_rare: list[tuple[int, Record]] = []
        self._last: tuple[int, Record] | None = None
        self._sorted: list[Record] | None = None
        for record in records:
            self.append(record)

    @property
    def left_out(self) -> int:
        """How many there were that are not kept."""
        return self.seen - len(self)

    def wants(self, number: int) -> bool:
        """Say whether the record of this number from 0 would be kept at its distance."""
        return number % self.stride == 0

    def append(self, record: Record) -> None:
        """Add the newest record."""
        self._sorted, number = None, self.seen
        self.seen += 1
        self._last = number, record
        if self._rare.record(record):
            self._keep_rare(number, record)
        elif self.wants(number):
            self._even.append((number, record))
            if len(self._even) > self._most:
                self.stride *= 2
                self._even = [kept for kept in self._even if self.wants(kept[0])]

    def skip(self) -> None:
        """Count a record that was not parsed because it would not be kept."""
        self.seen += 1

    def amend(self, record: Record) -> None:
        """Give the newest record, which was only counted when it came."""
        self._last, self._sorted = (self.seen - 1, record), None

    def _keep_rare(self, number: int, record: Record) -> None:
        self.rare_seen += 1
        if len(self._first) < SPARED // 2:
            self._first.append((number, record))
            return
        self._newest_rare.append((number, record))
        if len(self._newest_rare) > SPARED:
            del self._newest_rare[: SPARED // 2]

    def _all(self) -> list[Record]:
        if self._sorted is None:
            kept = dict([*self._even, *self._first, *self._newest_rare])
            if self._last is not None:
                kept[self._last[0]] = self._last[1]
            self._sorted = [kept[number] for number in sorted(kept)]
        return self._sorted

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, index: int) -> Record: ...

    @overload
    def __getitem__(self, index: slice) -> list[Record]: ...

    def __getitem__(self, index: int | slice) -> Record | list[Record]:
        return self._all()[index]

    def __iter__(self) -> Iterator[Record]:
        return iter(self._all())
