"""Values and problems in the words of a recipe: TOML, and plain English."""

import json
import re
import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args

from gansmith.shown import one_line, shortened

WANTED = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text in quotes",
    "none_required": "left out",
}  # what a checker of types calls a problem -> what should be there
TABLES = ("model_type", "model_attributes_type", "dict_type", "mapping_type")
LISTS = ("tuple_type", "list_type", "set_type", "iterable_type")


def as_toml(value: Any) -> str:
    """Return a plain value as a recipe and ``--set`` have it: ``[{ name = "r1" }]``."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{name} = {as_toml(item)}" for name, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(as_toml, value))}]"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return "nothing" if value is None else json.dumps(str(value))


def shown_toml(value: Any) -> str:
    """Return a value as a recipe has it, for a message: one line of bounded length."""
    try:
        return one_line(shortened(as_toml(value)))
    except (RecursionError, ValueError):  # nested without end, or an integer without end
        return f"a {type(value).__name__}"


def set_options(changes: Mapping[str, Any]) -> list[str]:
    """Return changes by dotted path as options for a shell: ``--set 'loss={ name = "hinge" }'``."""
    pairs = (f"{path}={as_toml(value)}" for path, value in changes.items())
    return [f"--set {shlex.quote(pair)}" for pair in pairs]


def plainly(
    problems: Iterable[Mapping[str, Any]], annotation: Callable[[str], Any]
) -> list[tuple[str, str]]:
    """Return problems of a checker of types as (dotted place, what should be there and what is).

    Where several kinds of values would do, the problems of all come as one.

    Args:
        problems: each with ``loc``, ``type``, ``msg``, ``input`` and perhaps ``ctx``.
        annotation: the declared type of a dotted place.
    """
    places: dict[str, list[Mapping[str, Any]]] = {}
    for problem in problems:
        places.setdefault(_place(problem["loc"]), []).append(problem)
    return [(place, _told(found, annotation(place))) for place, found in places.items()]


def _place(location: Iterable[int | str]) -> str:
    """Return a dotted place, without what separates one kind of value from another."""
    kinds = re.compile(r".*[\[(].*|int|float|str|bool|none")
    return shortened(".".join(str(s) for s in location if not kinds.fullmatch(str(s))))


def _told(found: list[Mapping[str, Any]], declared: Any) -> str:
    first = found[0]
    own = [p for p in found if p["type"] == "value_error"]
    if own:
        return str(own[0]["msg"]).removeprefix("Value error, ")
    if first["type"] == "missing":
        last = first["loc"][-1]
        return f"value {last + 1} is missing" if isinstance(last, int) else "is missing"
    wanted = dict.fromkeys(_wanted(problem, declared) for problem in found)
    return f"should be {' or '.join(wanted)}, but is {shown_toml(first['input'])}"


def _wanted(problem: Mapping[str, Any], declared: Any) -> str:
    kind, value, more = problem["type"], problem["input"], problem.get("ctx", {})
    if kind in LISTS:
        return _list_of(declared, value)
    if kind in TABLES:
        return f"a table, as {shown_toml({'name': value})}" if isinstance(value, str) else "a table"
    if kind == "literal_error":
        return str(more.get("expected", "")).replace("'", '"')
    if kind in ("too_long", "too_short"):
        return f"a list of {more.get('max_length', more.get('min_length'))} values"
    words = str(problem["msg"])
    return WANTED.get(kind, words.removeprefix("Input should be ").removeprefix("a valid "))


def _list_of(declared: Any, value: Any) -> str:
    """Return what a list should hold by its declared type, with an example made of the value."""
    leaves = _leaves(declared)
    if any(hasattr(leaf, "model_fields") for leaf in leaves):
        example = [{"name": value}] if isinstance(value, str) else None
        return "a list of tables" + (f", as {shown_toml(example)}" if example else "")
    numbers = bool(leaves & {int, float})
    fits = isinstance(value, int | float) if numbers else isinstance(value, str)
    words = "a list of numbers" if numbers else "a list of names"
    return words + (f", as {shown_toml([value])}" if fits else "")


def _leaves(declared: Any) -> set[Any]:
    """Return the plain types that a declared type is made of."""
    inner = get_args(declared)
    if not inner:
        return {declared if isinstance(declared, type) else type(declared)}
    return {leaf for one in inner for leaf in _leaves(one)}
