"""What type each column of a table has: one pass over its cells, little of them kept."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gansmith.data.tables.cells import Cells

MOST = 1000  # categories of a column
MISSING = frozenset(
    ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "none", "?", "-", "<NA>")
)
NUMBER = re.compile(r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
COMMA = re.compile(r"[+-]?(?:0|[1-9]\d*),\d+")
FINE = 9  # digits after the point from which numbers are taken as unrounded


@dataclass
class Survey:
    """What is known of one column after a pass over its cells.

    Attributes:
        rows: how many there are.
        texts: how often each text occurs, while there are few.
        many: whether there were too many different ones to count.
        missing: how often each way to write a missing value occurs.
        numbers: cells that are numbers.
        whole: whether all numbers are whole.
        digits: fewest and most digits after the point.
        fine: whether numbers are written with an exponent, or more digits than are rounded to.
        commas: whether the decimal point is a comma.
        odd: line and text of the first cell that is not a number.
        spaced: whether every cell begins with a space.
        looked: some texts, for the form of dates.
        repeated: whether a text occurs twice in a stretch.
        low: smallest number.
        high: largest number.
    """

    rows: int = 0
    texts: "Counter[str]" = field(default_factory=Counter)
    many: bool = False
    missing: "Counter[str]" = field(default_factory=Counter)
    numbers: int = 0
    whole: bool = True
    digits: tuple[int, int] = (99, 0)
    fine: bool = False
    commas: bool = False
    odd: tuple[int, str] | None = None
    spaced: bool = True
    looked: list[str] = field(default_factory=list)
    repeated: bool = False
    low: float = float("inf")
    high: float = float("-inf")

    @property
    def there(self) -> int:
        """Cells that are not missing."""
        return self.rows - self.missing.total()

    def add(self, cells: Sequence[str], lines: Sequence[int], comma: bool) -> None:
        """Take in the cells of some more rows."""
        self.rows += len(cells)
        raw = Counter(cells)
        self.spaced = self.spaced and all(cell.startswith(" ") for cell in raw if cell)
        found: Counter[str] = Counter()
        for cell, count in raw.items():
            found[cell.strip()] += count
        for word in MISSING & found.keys():
            self.missing[word] += found.pop(word)
        self.repeated = self.repeated or any(count > 1 for count in found.values())
        if len(self.looked) < MOST:
            self.looked += list(found)[: MOST - len(self.looked)]
        if not self.many:
            fresh = [text for text in found if text not in self.texts]
            self.texts.update(found)
            self.many = len(self.texts) > MOST
        else:
            fresh = list(found)
        self._numbers(fresh, found, comma)
        if self.odd is None and self.numbers < self.there:
            self.odd = self._first_odd(cells, lines, comma)

    def _numbers(self, fresh: Iterable[str], found: "Counter[str]", comma: bool) -> None:
        known = set(fresh)
        for text, count in found.items():
            written = _as_number(text, comma)
            if written is None:
                continue
            self.numbers += count
            if text in known:
                self._digits(written)
                self.commas = self.commas or written != text

    def _digits(self, text: str) -> None:
        point = text.find(".")
        digits = len(text) - point - 1 if point >= 0 else 0
        if "e" in text or "E" in text or digits > FINE:
            self.fine, digits = True, 0
        self.whole = self.whole and not self.fine and digits == 0
        self.digits = (min(self.digits[0], digits), max(self.digits[1], digits))
        value = float(text)
        self.low, self.high = min(self.low, value), max(self.high, value)

    def _first_odd(
        self, cells: Sequence[str], lines: Sequence[int], comma: bool
    ) -> tuple[int, str] | None:
        for line, cell in zip(lines, cells, strict=True):
            text = cell.strip()
            if text not in MISSING and _as_number(text, comma) is None:
                return line, text
        return None


def _as_number(text: str, comma: bool) -> str | None:
    """Return a number with a decimal point; None where the text is none."""
    if NUMBER.fullmatch(text):
        return text
    return text.replace(",", ".") if comma and COMMA.fullmatch(text) else None


def survey(cells: Cells) -> list[Survey]:
    """Return what is known of each column after one pass over a table."""
    found = [Survey() for _ in cells.names]
    for stretch in cells.stretches():
        for known, column in zip(found, stretch.columns, strict=True):
            known.add(column, stretch.lines, cells.comma)
    return found
