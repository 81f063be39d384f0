"""What a study trains: recipes and seeds, read from a TOML file."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from gansmith.errors import GansmithError, RecipeError, UsageError, suggest
from gansmith.imports import permit
from gansmith.reading import is_regular, read_text, toml_tree
from gansmith.recipe.recipe import make_recipe
from gansmith.recipe.tree import change, read_tree
from gansmith.runs.inside import safe_name
from gansmith.shown import value as quoted

Tree = dict[str, Any]
FILE = ("seeds", "set", "data", "recipes")  # what a study's file may say
RECIPE = ("recipe", "set", "data")  # what it may say of each recipe
MOST_SEEDS = 10_000


class Job(NamedTuple):
    """One run of a study."""

    recipe: str
    seed: int

    @property
    def run(self) -> str:
        """The name of its run folder."""
        return f"{safe_name(self.recipe)}-seed{self.seed}"

    def __str__(self) -> str:
        return f"{self.recipe} with seed {self.seed}"


@dataclass(frozen=True)
class Plan:
    """The recipes of a study, each as plain values by name, and the seeds of all."""

    recipes: Mapping[str, Tree]
    seeds: tuple[int, ...]

    @property
    def jobs(self) -> list[Job]:
        """All runs; every recipe has one before any has a second."""
        return [Job(name, seed) for seed in self.seeds for name in self.recipes]

    @property
    def digests(self) -> dict[str, str]:
        """What tells whether two recipes are the same, by name."""
        return {name: _digest(tree) for name, tree in self.recipes.items()}

    def tree(self, job: Job) -> Tree:
        """Return the recipe of a run as plain values."""
        return {**deepcopy(self.recipes[job.recipe]), "seed": job.seed}


def read_plan(path: Path) -> Plan:
    """Read the file of a study.

    Raises:
        GansmithError: it cannot be read, or is no study.
        RecipeError: a recipe in it cannot be used.
    """
    try:
        told = toml_tree(read_text(path))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}; give a TOML file") from error
    except ValueError as error:
        raise GansmithError(f"{path} is not readable TOML: {error}") from error
    _known(path, told, FILE, "")
    recipes = told.get("recipes")
    if not isinstance(recipes, dict) or not recipes:
        raise GansmithError(f"{path} names no recipes; give each a table, as [recipes.weak]")
    found = {name: _recipe(path, name, own, told) for name, own in recipes.items()}
    _distinct(path, found)
    return Plan(found, _seeds(path, told.get("seeds", 1)))


def _known(path: Path, table: Mapping[str, Any], names: tuple[str, ...], place: str) -> None:
    for name in table:
        if name not in names:
            raise GansmithError(f"{path}: {place}{name} is unknown{suggest(name, names)}")


def _recipe(path: Path, name: str, own: Any, told: Tree) -> Tree:
    """Return the recipe of that name with its changes, checked as training would."""
    place = f"recipes.{name}"
    if not isinstance(own, dict) or not isinstance(own.get("recipe"), str):
        raise GansmithError(f'{path}: {place} needs a recipe, as recipe = "ring"')
    _known(path, own, RECIPE, f"{place}.")
    beside = path.parent / own["recipe"]
    tree = read_tree(str(beside) if is_regular(beside) else own["recipe"])
    source = own.get("data", told.get("data"))
    changes = {**_changes(path, told, ""), **_changes(path, own, f"{place}.")}
    for dotted, value in {**changes, **({"data.source": source} if source else {})}.items():
        change(tree, dotted, deepcopy(value))
    permit(tree)
    try:
        make_recipe(deepcopy(tree))
    except RecipeError as error:
        raise RecipeError(error.problems, f"{path}: {place}") from error
    return tree


def _changes(path: Path, table: Mapping[str, Any], place: str) -> Tree:
    changes = table.get("set", {})
    if not isinstance(changes, dict):
        raise GansmithError(f'{path}: {place}set needs a table, as set = {{"length.kimg" = 20}}')
    found = dict(_leaves(changes))
    if "seed" in found:
        raise GansmithError(f"{path}: {place}set has a seed; seeds = [...] names those of a study")
    return found


def _leaves(changes: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield changes by dotted path, whether the path was quoted or not; a part stays whole."""
    for name, value in changes.items():
        place = f"{path}.{name}" if path else name
        if isinstance(value, Mapping) and "name" not in value:
            yield from _leaves(value, place)
        else:
            yield place, value


def _seeds(path: Path, told: Any) -> tuple[int, ...]:
    """Return the seeds: as listed, or as many as said from 0."""
    if _is_whole(told) and 0 < told <= MOST_SEEDS:
        return tuple(range(told))
    if isinstance(told, list) and told and all(_is_whole(seed) for seed in told):
        return tuple(dict.fromkeys(told))
    raise GansmithError(
        f"{path}: seeds is {quoted(told)}, but should be how many, as seeds = 5, or a list of them"
    )


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _distinct(path: Path, recipes: Mapping[str, Tree]) -> None:
    """Refuse two names of the same recipe, or of the same folder."""
    seen = dict[str, str]()
    for name, tree in recipes.items():
        for mark in (_digest(tree), safe_name(name)):
            if mark in seen:
                raise GansmithError(
                    f"{path}: recipes.{seen[mark]} and recipes.{name} are the same; one of them "
                    f"needs another change, or another name"
                )
            seen[mark] = name


def _digest(tree: Tree) -> str:
    told = {name: value for name, value in tree.items() if name != "seed"}
    text = json.dumps(told, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
