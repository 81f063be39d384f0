"""Errors that a user sees: one sentence with what cannot work, why and what to do."""

import difflib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from gansmith import shown
from gansmith.ranges import Range
from gansmith.ranges import as_float as as_float

MOST_PROBLEMS = 20  # of a recipe, in one message; ``problems`` has them all


class GansmithError(Exception):
    """Base of the errors that are the user's to fix; the command line prints it and exits 1.

    Args:
        says: the sentence; control characters in it, of names from outside, are made visible, and
            what is very long is shortened.
    """

    def __init__(self, says: str = "") -> None:
        super().__init__(shown.sentence(says))


class UsageError(GansmithError):
    """A command lacks something, or joins what does not go together; the command line exits 2."""


class RecipeError(GansmithError):
    """A recipe cannot be used; carries every problem found, each as one sentence."""

    def __init__(self, problems: Iterable[str], where: str = "recipe") -> None:
        self.problems = [shown.sentence(problem) for problem in problems]
        lines = "; ".join(self.problems) if len(self.problems) == 1 else _bullets(self.problems)
        Exception.__init__(self, f"{shown.path(where)}: {lines}")


class DataError(GansmithError):
    """A data source is unreadable, empty or unusable; says which rule it breaks, and what fixes it.

    Args:
        says: what is so, why it cannot work, and behind the last semicolon what to do.
        rule: id of the rule.
        changes: dotted recipe paths and values that fix it, where a recipe can.
    """

    def __init__(
        self, says: str, rule: str = "unusable_data", changes: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(says)
        self.rule, self.changes = rule, dict(changes or {})


class PartError(GansmithError):
    """A part, most likely one of the user's own, does or returns something that it must not."""


class RunError(GansmithError):
    """A run folder is missing, taken, damaged, or does not fit its use."""


class TrainingStoppedError(GansmithError):
    """Training cannot go on (a loss that is not finite, a full disk); says what is kept.

    Args:
        says: why, and what to do.
        run: the run folder, where its report is worth writing.
    """

    def __init__(self, says: str, run: Path | None = None) -> None:
        super().__init__(says)
        self.run = run


class RunWarning(UserWarning):
    """Something of a run folder was lost, passed over or cannot be checked; work goes on."""


def _bullets(problems: list[str]) -> str:
    told = [*problems[:MOST_PROBLEMS]]
    if len(problems) > MOST_PROBLEMS:
        told.append(f"and {len(problems) - MOST_PROBLEMS:,} more")
    return f"{len(problems)} problems" + "".join(f"\n  - {problem}" for problem in told)


def counted(number: int, noun: str) -> str:
    """Return a number of things in words: 1 exam, 2 exams, 3 classes."""
    many = "es" if noun.endswith(("s", "x", "ch", "sh")) else "s"
    return f"{number:,} {noun}" + ("" if number == 1 else many)


def wrong_return(part: str, must: str, found: object) -> PartError:
    """Return the error of a part that returned the wrong thing.

    Args:
        part: the part as the user knows it: "loss 'own.py:my_loss'".
        must: what it must return.
        found: what it returned.
    """
    return PartError(f"{part} must return {must}, but it returned {described(found)}")


def described(found: object) -> str:
    """Return in words what an object is: "nothing", "a tensor of shape [8, 1]", "an int"."""
    if found is None:
        return "nothing (None)"
    shape = getattr(found, "shape", None)
    if shape is not None:
        return f"{_article(type(found).__name__.lower())} of shape {list(shape)}"
    if isinstance(found, list | tuple) and type(found) in (list, tuple):
        return f"a {type(found).__name__} of {len(found)}"
    if isinstance(found, type) or type(found).__name__ == "function":
        return f"{getattr(found, '__name__', 'it')} itself, which was not called"
    return _article(type(found).__name__)


def _article(word: str) -> str:
    return f"{'an' if word[0].lower() in 'aeiou' else 'a'} {word}"


def suggest(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the nearest known word, or the list of what there is."""
    known = sorted(known)
    near = difflib.get_close_matches(word[: shown.MOST], known, n=1, cutoff=0.55)
    if near:
        return f"; did you mean {shown.value(near[0])}?"
    return f"; there are: {shown.listed(known)}" if known else ""


def check_range(
    name: str,
    value: float | int,
    low: float | int | None = None,
    high: float | int | None = None,
    *,
    above: float | int | None = None,
    below: float | int | None = None,
    why: str = "",
) -> None:
    """Refuse an option outside its range, naming the option, the value, the range and the reason.

    Args:
        name: the option's name as the user writes it.
        value: what was given.
        low: smallest allowed value.
        high: largest allowed value.
        above: the value must be greater than this.
        below: the value must be smaller than this.
        why: the reason for the range, after "because".

    Raises:
        ValueError: the value is outside the range, infinite or not a number.
    """
    Range(low, high, above, below, why=why).check(name, value)


def reason(error: BaseException) -> str:
    """Return what an error says, on one line, or its kind where it says nothing."""
    with suppress(Exception):
        return " ".join(str(error).split()) or type(error).__name__
    return type(error).__name__
