"""What a number may be: declared once, in the signature of whatever takes it.

``margin: Annotated[float, Range(above=0, why="at 0 D is content when all scores are 0")]`` is read
by refusals, ``gansmith parts``, docs/parts.md and whatever searches for good values.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin


@dataclass(frozen=True)
class Range:
    """The numbers that an option may be; infinite ones and NaN are never among them.

    Args:
        low: smallest allowed value.
        high: largest allowed value.
        above: the value must be greater than this.
        below: the value must be smaller than this.
        log: whether its values are best spaced by ratios, as a learning rate's are.
        why: the reason for the range, as a refusal ends: "because ...".
    """

    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None
    log: bool = False
    why: str = ""

    def __str__(self) -> str:
        return " and ".join(f"{words} {limit:g}" for words, limit in self._limits())

    def holds(self, value: float) -> bool:
        """Say whether a number is finite and within the range."""
        value = as_float(value)
        return abs(value) < float("inf") and (
            (self.low is None or value >= self.low)
            and (self.high is None or value <= self.high)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )

    def check(self, name: str, value: float) -> None:
        """Refuse a number outside, naming the option, the value, the range and the reason.

        Raises:
            ValueError: the value is outside the range, infinite or not a number.
        """
        if not self.holds(value):
            finite = ["finite"] if abs(as_float(value)) == float("inf") else []
            wanted = " and ".join([*finite, *filter(None, [str(self)])])
            because = f", because {self.why}" if self.why else ""
            raise ValueError(f"{name} must be {wanted} but is {as_float(value):g}{because}")

    def plain(self) -> dict[str, Any]:
        """Return what is said of the range as plain values, for JSON."""
        given = {name: value for name, value in asdict(self).items() if value not in (None, "")}
        return {**given, "log": self.log, "says": str(self)}

    def _limits(self) -> Iterator[tuple[str, float]]:
        limits = {"at least": self.low, "at most": self.high, "above": self.above}
        for words, limit in {**limits, "below": self.below}.items():
            if limit is not None:
                yield words, limit


def as_float(value: float | int) -> float:
    """Return a number as floating point; an integer beyond its range is infinite."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def between(low: float | None, high: float | None) -> str:
    """Return limits in words: "0.1 to 10", "at least 0.5", "at most 4"; empty without any."""
    if low is not None and high is not None:
        return f"{low:.3g} to {high:.3g}" if low != high else f"{low:.3g}"
    if low is not None:
        return f"at least {low:.3g}"
    return f"at most {high:.3g}" if high is not None else ""


def range_of(annotation: Any) -> Range | None:
    """Return the range that a type declares, of itself or of its first item that has one."""
    inner = get_args(annotation)
    found = (item if isinstance(item, Range) else range_of(item) for item in inner)
    return next(filter(None, found), None)


def bare(annotation: Any) -> Any:
    """Return a type without the ranges it declares: what to call it in a listing."""
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    inner = get_args(annotation)
    if get_origin(annotation) is tuple and inner:
        return tuple[tuple(map(bare, inner))]  # type: ignore[misc]
    return annotation


def refusals(annotation: Any, name: str, value: Any) -> Iterator[str]:
    """Yield a sentence for each number of an option's value that its declared range excludes.

    The range of a list as a whole holds for each of its numbers, and the refusal names the option;
    ranges in its places name the place too: ``betas[1]``.
    """
    inner = get_args(annotation)
    if get_origin(annotation) is Annotated:
        for declared in (item for item in inner[1:] if isinstance(item, Range)):
            yield from _refused(declared, name, value)
        yield from refusals(inner[0], name, value)
    elif get_origin(annotation) in (Union, UnionType) and isinstance(value, int | float):
        for choice in inner:
            yield from refusals(choice, name, value)
    elif get_origin(annotation) is tuple and isinstance(value, tuple | list):
        places = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
        for index, (place, item) in enumerate(zip(places, value, strict=False)):
            yield from refusals(place, f"{name}[{index}]", item)


def _refused(declared: Range, name: str, value: Any) -> Iterator[str]:
    for number in value if isinstance(value, tuple | list) else (value,):
        try:
            if number is not None:
                declared.check(name, number)
        except ValueError as error:
            yield str(error)
