"""What a search may choose: values in a recipe of the form ``{search = [...]}``.

``lr = {search = [1e-5, 1e-2], log = true}`` are two ends; ``loss = {search = [{name = "hinge"},
{name = "relativistic"}]}`` are choices, whose own options may be searched in turn: they are chosen
only where their choice is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gansmith.errors import RecipeError
from gansmith.wording import as_toml

HOLE = "search"
KNOWN = {HOLE, "log", "integer"}
Suggest = Callable[["Dimension"], Any]


@dataclass(frozen=True)
class Dimension:
    """One thing that is searched.

    Args:
        path: where it stands in the recipe, as ``--set`` names it; inside a choice with the name of
            the choice, as ``loss[hinge].margin``.
        low: smallest number, where it is one.
        high: largest number.
        log: whether numbers are spaced by ratios.
        integer: whether they are whole.
        choices: label -> value, where it is no range of numbers.
    """

    path: str
    low: float = 0.0
    high: float = 0.0
    log: bool = False
    integer: bool = False
    choices: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        if self.choices is not None:
            return f"{self.path}: {', '.join(self.choices)}"
        kinds = [*(["by ratios"] if self.log else []), *(["whole"] if self.integer else [])]
        said = f" ({', '.join(kinds)})" if kinds else ""
        return f"{self.path}: {self.low:g} to {self.high:g}{said}"


def is_hole(value: Any) -> bool:
    """Say whether a value of a recipe is to be searched."""
    return isinstance(value, Mapping) and isinstance(value.get(HOLE), list)


def has_holes(tree: Any) -> bool:
    """Say whether anything in a recipe's tree is to be searched."""
    if is_hole(tree):
        return True
    inner = tree.values() if isinstance(tree, Mapping) else tree if isinstance(tree, list) else ()
    return any(map(has_holes, inner))


def concrete(tree: Any, suggest: Suggest, path: str = "") -> Any:
    """Return a recipe's tree with a value in each place that is searched.

    Args:
        tree: plain values.
        suggest: gives the value of a number's dimension, the label of a choice's.
        path: of the tree in the recipe.

    Raises:
        RecipeError: what is to be searched is not said in a way that can be understood.
    """
    if is_hole(tree):
        return _chosen(dimension_of(tree, path), suggest)
    if isinstance(tree, Mapping):
        return {name: concrete(item, suggest, _join(path, name)) for name, item in tree.items()}
    if isinstance(tree, list):
        return [concrete(item, suggest, _join(path, name)) for name, item in _named(tree)]
    return tree


def _chosen(dimension: Dimension, suggest: Suggest) -> Any:
    label = suggest(dimension)
    if dimension.choices is None:
        return label
    return concrete(dimension.choices[label], suggest, f"{dimension.path}[{label}]")


def dimensions(tree: Any, path: str = "") -> Iterator[Dimension]:
    """Yield all that may be searched, options of choices included.

    Raises:
        RecipeError: as ``concrete``.
    """
    if is_hole(tree):
        found = dimension_of(tree, path)
        yield found
        for label, value in (found.choices or {}).items():
            yield from dimensions(value, f"{path}[{label}]")
    elif isinstance(tree, Mapping):
        for name, item in tree.items():
            yield from dimensions(item, _join(path, name))
    elif isinstance(tree, list):
        for name, item in _named(tree):
            yield from dimensions(item, _join(path, name))


def dimension_of(hole: Mapping[str, Any], path: str) -> Dimension:
    """Read what is to be searched at a path.

    Raises:
        RecipeError: it is neither two numbers in order nor a list of choices.
    """
    values, strange = hole[HOLE], sorted(set(hole) - KNOWN)
    if strange:
        raise _unclear(path, f"does not know {', '.join(strange)}")
    ends = len(values) == 2 and all(_is_number(value) for value in values)
    if not ends:
        if len(values) < 2:
            raise _unclear(path, "needs two or more values to choose from")
        labels = [_label(value, values) for value in values]
        return Dimension(path, choices=dict(zip(labels, values, strict=True)))
    low, high = values
    log = bool(hole.get("log", False))
    if not low < high or (log and low <= 0):
        raise _unclear(path, "needs its smaller end first" + (", above 0" if log else ""))
    whole = bool(hole.get("integer", all(isinstance(value, int) for value in values)))
    return Dimension(path, float(low), float(high), log, whole)


def _unclear(path: str, says: str) -> RecipeError:
    example = 'lr = {search = [1e-5, 1e-2], log = true} or loss = {search = ["hinge", "minimax"]}'
    return RecipeError([f"{path}: a search {says}, as in {example}"])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _label(value: Any, among: list[Any]) -> str:
    """Return what a choice is called: its name where that tells it from the others."""
    names = [one.get("name") if isinstance(one, Mapping) else None for one in among]
    name = value.get("name") if isinstance(value, Mapping) else None
    if isinstance(name, str) and names.count(name) == 1:
        return name
    return value if isinstance(value, str) else as_toml(value)


def _named(items: list[Any]) -> Iterator[tuple[str, Any]]:
    """Yield the items of a list by name, or by number where they have none."""
    for number, item in enumerate(items):
        name = item.get("name") if isinstance(item, Mapping) else None
        yield (name if isinstance(name, str) else str(number)), item


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
