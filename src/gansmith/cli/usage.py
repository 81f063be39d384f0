"""Wrong usage in one sentence that names what is missing as the user would write it."""

import inspect
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from gansmith import shown
from gansmith.errors import GansmithError, UsageError, suggest

if TYPE_CHECKING:
    from cyclopts import CycloptsError

NAMED = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def explain(error: "CycloptsError", words: Sequence[str], verbs: Sequence[str]) -> str:
    """Return the sentence, and the command whose help says more."""
    verb = words[0] if words and words[0] in verbs else ""
    said = _missing(error, verb) or _unused(error, verb) or _unknown(error, verbs) or str(error)
    for word in sorted(words, key=len, reverse=True):
        if len(word) > shown.MOST:
            said = said.replace(word, shown.shortened(word))
    help_of = f"gansmith {verb} --help" if verb else "gansmith --help"
    return f"{shown.sentence(said)}\nsee `{help_of}`"


def _missing(error: "CycloptsError", verb: str) -> str:
    """Say what is missing: ``RUN is missing: gansmith diagnose RUN``."""
    from cyclopts import MissingArgumentError

    if not isinstance(error, MissingArgumentError) or error.argument is None:
        return ""
    if error.keyword or any(token.keyword for token in error.argument.tokens):
        return f"{error.keyword or error.argument.name} needs a value"
    name = error.argument.field_info.name
    told = next((words[0] for words in _needed(verb) if words[-1] == name.upper()), "")
    return f"{told or error.argument.name} is missing: {usage(verb)}"


def _unused(error: "CycloptsError", verb: str) -> str:
    from cyclopts import UnusedCliTokensError

    if not isinstance(error, UnusedCliTokensError) or not error.unused_tokens:
        return ""
    return f"{shown.value(error.unused_tokens[0])} is one word too many: {usage(verb)}"


def _unknown(error: "CycloptsError", verbs: Sequence[str]) -> str:
    from cyclopts import UnknownCommandError

    if not isinstance(error, UnknownCommandError) or not error.unused_tokens:
        return ""
    word = error.unused_tokens[0]
    return f"there is no verb {shown.value(word)}{suggest(word, verbs)}"


def usage(verb: str) -> str:
    """Return how a verb is called at least: ``gansmith sample RUN --out OUT``."""
    return " ".join(["gansmith", verb, *(" ".join(words) for words in _needed(verb))]).rstrip()


def _needed(verb: str) -> Iterator[tuple[str, ...]]:
    """Yield each argument that a verb cannot do without: ``("RUN",)``, ``("--out", "OUT")``."""
    if not verb:
        return
    function = getattr(import_module(f"gansmith.cli.{verb}"), verb)
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.default is parameter.empty and parameter.kind in NAMED:
            yield (name.upper(),)
        elif parameter.default is parameter.empty and parameter.kind is parameter.KEYWORD_ONLY:
            yield f"--{name.replace('_', '-')}", name.upper()


@contextmanager
def usage_of(option: str) -> Iterator[None]:
    """Turn what is wrong with the value of an option into wrong usage, which exits with 2.

    Raises:
        UsageError: the value was refused.
    """
    try:
        yield
    except UsageError:
        raise
    except (GansmithError, ValueError) as error:
        raise UsageError(f"{option}: {error}") from error


def at_least(option: str, given: float | None, low: float, *, above: bool = False) -> None:
    """Refuse a number that is too small, infinite or none.

    Raises:
        UsageError: it is.
    """
    if given is None or (math.isfinite(given) and (given > low if above else given >= low)):
        return
    raise UsageError(f"{option} must be {'above' if above else 'at least'} {low:g} but is {given}")
