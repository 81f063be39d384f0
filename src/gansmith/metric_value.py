"""How to read one number of a metric: title, meaning and good direction, declared with it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Good = Literal["low", "high", "one", "half", "zero", ""]
About = Literal["distance", "realism", "diversity", "memorisation", "artefacts", "error bar", ""]
ENDS = ("least", "most")  # told where they are numbers
TARGETS = {"one": 1.0, "half": 0.5, "zero": 0.0}


@dataclass(frozen=True)
class Value:
    """How to read one number of a metric.

    Args:
        good: which values are good: low, high, near one, half or zero; "" where nobody knows.
        about: which part of the gap between fakes and reals it is about.
        title: what a table calls it.
        meaning: what it says, in a clause.
        least: the lowest that it can be.
        most: the highest.
    """

    good: Good = ""
    about: About = ""
    title: str = ""
    meaning: str = ""
    least: float = -math.inf
    most: float = math.inf

    @property
    def better(self) -> str:
        """What is better, in a word for a table: lower, higher, near 1; "" where nobody knows."""
        words = {"": "", "low": "lower", "high": "higher"}
        return words[self.good] if self.good in words else f"near {TARGETS[self.good]:g}"

    @property
    def arrow(self) -> str:
        """What is better, in a sign."""
        signs = {"low": "↓", "high": "↑", "one": "→ 1", "half": "→ ½", "zero": "→ 0", "": ""}
        return signs[self.good]

    def clip(self, low: float, high: float) -> tuple[float, float]:
        """Return the part of an interval in which the number can lie."""
        return max(low, self.least), min(high, self.most)

    def best(self, values: Sequence[float]) -> int | None:
        """Return where the best of some values is; None where nobody knows which is better."""
        if not self.good:
            return None
        return min(range(len(values)), key=lambda place: self.loss(values[place]))

    def loss(self, value: float | None) -> float:
        """Return a number that is lower for better values; lower is better where nobody knows."""
        if value is None or not math.isfinite(value):
            return math.inf
        if self.good in ("low", "high", ""):
            return -value if self.good == "high" else value
        return abs(value - TARGETS[self.good])

    def as_dict(self) -> dict[str, Any]:
        """Return what a run folder remembers of it, as JSON."""
        known = asdict(self)
        told = {n: known[n] for n in ("title", "meaning", "good", "about")}
        return told | {n: known[n] for n in ENDS if math.isfinite(known[n])}

    @classmethod
    def read(cls, found: object) -> "Value | None":
        """Return what a run folder remembers; None where that is damaged."""
        table = found if isinstance(found, Mapping) else {}
        words = {n: table.get(n, "") for n in ("good", "about", "title", "meaning")}
        if not all(isinstance(word, str) for word in words.values()):
            return None
        known = words["good"] in get_args(Good) and words["about"] in get_args(About)
        ends: dict[str, Any] = {
            n: float(table[n]) for n in ENDS if isinstance(table.get(n), int | float)
        }
        return cls(**words, **ends) if known and words["title"] else None
