"""A builder's options against what it declares of them: ranges in its signature, and a check."""

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from gansmith.errors import GansmithError
from gansmith.ranges import range_of, refusals

Builder = TypeVar("Builder", bound=Callable[..., Any])
Check = Callable[..., None]
Options = Mapping[str, inspect.Parameter]


def enforced(builder: Builder, check: Check | None = None) -> Builder:
    """Return a function that refuses what its signature or the check excludes, before it is called.

    A class, and a function that declares no range and has no check, come back as they are.

    Args:
        builder: what parts are built by.
        check: a function of some of its parameters, by name, that raises ValueError.

    Raises:
        ValueError: when called with a value that is excluded.
    """
    signature = signature_of(builder)
    declared = any(range_of(p.annotation) for p in signature.parameters.values())
    if isinstance(builder, type) or not (declared or check):
        return builder

    @functools.wraps(builder)
    def refusing(*args: Any, **kwargs: Any) -> Any:
        try:
            given = signature.bind(*args, **kwargs).arguments
        except TypeError:  # the call itself says what is missing or too much
            return builder(*args, **kwargs)
        for error in option_errors(signature.parameters, given, check):
            raise error
        return builder(*args, **kwargs)

    return refusing  # type: ignore[return-value]


def option_errors(
    options: Options, given: Mapping[str, Any], check: Check | None
) -> Iterator[Exception]:
    """Yield what is wrong with the values of options: each by its range, or else all together.

    Args:
        options: the declared ones by name.
        given: name to value.
        check: a function of some of the options that raises ValueError where they disagree.
    """
    known = {name: value for name, value in given.items() if name in options}
    ranged = ((options[name].annotation, name, value) for name, value in known.items())
    wrong = [ValueError(sentence) for one in ranged for sentence in refusals(*one)]
    yield from wrong
    if check and not wrong:
        yield from _disagreement(options, known, check)


def _disagreement(options: Options, given: Mapping[str, Any], check: Check) -> Iterator[Exception]:
    defaults = {n: p.default for n, p in options.items() if p.default is not p.empty}
    known, asked = defaults | dict(given), inspect.signature(check).parameters
    if not all(name in known for name in asked):
        return  # what is missing is refused for that
    try:
        check(**{name: known[name] for name in asked})
    except (ValueError, GansmithError) as error:
        yield error


def signature_of(builder: Callable[..., Any]) -> inspect.Signature:
    """Return a signature with its annotations as types, also where they were written as text."""
    try:
        return inspect.signature(builder, eval_str=True)
    except Exception:  # text that names what is not there
        return inspect.signature(builder)
