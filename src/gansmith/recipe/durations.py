"""Spans of time as people write them, and back."""

import math
import re
from collections.abc import Iterable
from typing import Any

from gansmith.shown import value as quoted

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
WORDS = {
    "s": ("s", "sec", "secs", "second", "seconds"),
    "m": ("m", "min", "mins", "minute", "minutes"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "d": ("d", "day", "days"),
}
UNIT = {word: UNITS[letter] for letter, words in WORDS.items() for word in words}
PIECE = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([a-z]+)\s*(?:,|and\b)?", re.IGNORECASE)
NUMBER = re.compile(r"\s*\d+(?:\.\d*)?\s*")


def seconds(text: Any) -> float:
    """Read a duration: ``90`` (seconds), ``"90s"``, ``"10m"``, ``"4 minutes"``, ``"1h30m"``.

    Raises:
        ValueError: the text is not a positive duration.
    """
    found = _without_unit(text) or _sum(PIECE.findall(str(text)), PIECE.sub("", str(text)))
    if not 0 < found < math.inf:
        raise ValueError(f"{quoted(text)} is not a duration; write 90s, 10m, 1h30m, 1.5h or 2d")
    return found


def has_unit(text: Any) -> bool:
    """Say whether a duration names its unit; a bare number means seconds."""
    return NUMBER.fullmatch(str(text)) is None


def _without_unit(text: Any) -> float:
    return 0.0 if isinstance(text, bool) or has_unit(text) else float(str(text))


def _sum(pieces: Iterable[tuple[str, str]], rest: str) -> float:
    """Return the seconds of numbers with units; 0 where there is anything else."""
    known = [(float(number), UNIT.get(unit.lower(), 0)) for number, unit in pieces]
    whole = not rest.strip() and all(unit for _, unit in known)
    return sum(number * unit for number, unit in known) if whole else 0.0


def in_words(span: float) -> str:
    """Return a span of seconds as a person says it: 45 seconds, 4 minutes, 1.5 hours."""
    for unit, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if span >= unit * (2 if unit == 86400 else 1):
            return _counted(span / unit, name)
    return _counted(span, "second")


def _counted(number: float, noun: str) -> str:
    told = f"{number:.2g}" if number < 9.5 else f"{number:.0f}"
    return f"{told} {noun}" + ("" if told == "1" else "s")
