"""A resolved recipe as TOML, with the reasons of the library's choices as comments."""

from collections.abc import Iterable, Mapping
from typing import Any

import tomlkit

from gansmith.recipe.defaults import Choice
from gansmith.recipe.recipe import Recipe
from gansmith.recipe.sections import DoctorSection
from gansmith.wording import as_toml, shown_toml


def recipe_text(recipe: Recipe, choices: Iterable[Choice] = ()) -> str:
    """Return the recipe as TOML text; a chosen value has its reason behind it."""
    document = tomlkit.document()
    document.add(tomlkit.comment("The resolved recipe of this run, written by gansmith train."))
    for choice in choices:
        document.add(tomlkit.comment(f"chosen: {choice.path}, because {choice.because}"))
    for name, value in plain_tree(recipe).items():
        document.add(name, value)
    return tomlkit.dumps(document)


def plain_tree(recipe: Recipe) -> dict[str, Any]:
    """Return the recipe as plain values, without what is off."""
    tree: dict[str, Any] = _pruned(recipe.model_dump(mode="json"))
    if recipe.doctor == DoctorSection():
        del tree["doctor"]  # nothing but what is not there
    return tree


def _pruned(value: Any) -> Any:
    if isinstance(value, Mapping):
        inner = {name: _pruned(item) for name, item in value.items() if item is not None}
        return {name: item for name, item in inner.items() if item not in ({}, [])}
    if isinstance(value, list | tuple):
        return [_pruned(item) for item in value]
    return value


def differences(one: Recipe, other: Recipe) -> list[str]:
    """Return each dotted path whose value differs, with both values."""
    first, second = _leaves(plain_tree(one)), _leaves(plain_tree(other))
    paths = sorted(set(first) | set(second))
    return [
        f"{path}: {_shown(first, path)} in the run, {_shown(second, path)} now"
        for path in paths
        if first.get(path) != second.get(path)
    ]


def _shown(values: Mapping[str, Any], path: str) -> str:
    return shown_toml(values[path]) if path in values else "absent"


def chosen(choice: Choice) -> str:
    """Return what was chosen, as a recipe has it, and why."""
    return f"{choice.path} = {as_toml(choice.value)}: {choice.because}"


def _leaves(tree: Any, path: str = "") -> dict[str, Any]:
    if isinstance(tree, Mapping):
        items = [(f"{path}.{name}" if path else name, value) for name, value in tree.items()]
    elif isinstance(tree, list) and tree and isinstance(tree[0], Mapping):
        items = [(f"{path}.{item.get('name', n)}", item) for n, item in enumerate(tree)]
    else:
        return {path: tree}
    return {p: v for step, value in items for p, v in _leaves(value, step).items()}
