"""Recipes as plain values: read from TOML, changed by dotted path as ``--set`` does."""

import importlib.resources
from collections.abc import Iterable, Mapping
from tomllib import TOMLDecodeError
from typing import Any

from gansmith.errors import RecipeError, UsageError, suggest
from gansmith.reading import DEEPEST, is_regular, read_text, special, toml_tree
from gansmith.shown import value as quoted
from gansmith.wording import shown_toml

Tree = dict[str, Any]
MOST = 2**63 - 1
LISTS = ("terms", "constraints", "controllers")


def shipped() -> dict[str, str]:
    """Return the recipes that ship with the package: name to TOML text."""
    folder = importlib.resources.files("gansmith") / "recipes"
    files = [entry for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return {entry.name[: -len(".toml")]: entry.read_text(encoding="utf-8") for entry in files}


def beyond(tree: object, place: str = "") -> Iterable[str]:
    """Yield a sentence for each whole number that no 64 bits hold, which nothing can count with."""
    if isinstance(tree, int) and abs(tree) > MOST:
        given = shown_toml(tree)
        yield f"{place}: {given} is beyond what a computer counts with; give a smaller one"
    named = dict(enumerate(tree)) if isinstance(tree, list | tuple) else tree
    for name, value in named.items() if isinstance(named, Mapping) else ():
        yield from beyond(value, f"{place}.{name}" if place else str(name))


def read_tree(path: str) -> Tree:
    """Return the tree of a recipe file or of a shipped recipe.

    Raises:
        RecipeError: there is no such recipe, or it is not TOML.
    """
    ships = shipped()
    try:
        named = not (is_regular(path) or special(path))
        return toml_tree(ships[str(path)] if named else read_text(path))
    except KeyError:
        raise RecipeError(
            [f"there is no recipe called {quoted(path)}{suggest(str(path), ships)}"]
        ) from None
    except OSError as error:
        says = f"cannot be read: {error.strerror or error}; give a TOML file"
        raise RecipeError([says], str(path)) from error
    except ValueError as error:
        raise RecipeError([f"is not readable TOML: {error}"], str(path)) from error


def parse_value(text: str) -> Any:
    """Read the right side of ``--set``: a TOML value, or else a plain string.

    Raises:
        UsageError: tables or lists are nested more deeply than any recipe is.
    """
    try:
        tree = toml_tree(f"value = {text}")
    except TOMLDecodeError:
        return text
    except ValueError as error:
        raise UsageError(f"--set: {quoted(text)} is not a valid value: {error}") from error
    return tree["value"] if len(tree) == 1 else text


def parse_changes(pairs: Iterable[str]) -> dict[str, Any]:
    """Read ``a.b=value`` pairs.

    Raises:
        UsageError: a pair has no equals sign or no path before it.
    """
    changes = {}
    for pair in pairs:
        path, equals, text = (part.strip() for part in pair.partition("="))
        if not (path and equals):
            raise UsageError(
                f"--set needs the form path=value, as terms.r1.gamma=0.3, but is {quoted(pair)}"
            )
        changes[path] = parse_value(text)
    return changes


def change(tree: Tree, dotted: str, value: Any) -> None:
    """Set one value by dotted path; items of a list go by index or by their name.

    A name that is not in the list yet is added: ``terms.r1.gamma`` needs no R1 in the recipe.

    Raises:
        RecipeError: a list has no item of that index, or the path goes through a plain value.
    """
    *way, last = dotted.split(".")
    if len(way) > DEEPEST:
        raise RecipeError([f"{quoted(dotted)} names no place in a recipe"], "--set")
    place: Any = tree
    for step in way:
        place = (
            _item(place, step, dotted) if isinstance(place, list) else _table(place, step, dotted)
        )
    if isinstance(place, list):
        place[place.index(_item(place, last, dotted))] = value
    else:
        place[last] = value


def _table(place: Tree, step: str, dotted: str) -> Any:
    inner = place.setdefault(step, [] if step in LISTS else {})
    if not isinstance(inner, dict | list):
        raise RecipeError([f"{quoted(dotted)}: {quoted(step)} is a value, not a table"], "--set")
    return inner


def _item(items: list[Any], step: str, dotted: str) -> Any:
    if step.isdigit() and int(step) < len(items):
        return items[int(step)]
    named = {item["name"]: item for item in items if isinstance(item, dict) and "name" in item}
    if step.isdigit():
        says = f"{quoted(dotted)}: the list has no item {quoted(step)}{suggest(step, named)}"
        raise RecipeError([says], "--set")
    if step not in named:
        items.append({"name": step})
    return named.get(step, items[-1])
