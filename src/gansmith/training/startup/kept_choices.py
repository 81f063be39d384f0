"""A run that is gone on with: what it left to the library stays as it was chosen then."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gansmith.recipe.recipe import Recipe, make_recipe
from gansmith.recipe.tree import change
from gansmith.runs.reader import read_run


def as_chosen(recipe: Recipe, run: Path) -> Recipe:
    """Return a recipe with what it leaves open as the run has it.

    Choices may rest on the speed of the machine, which is another by now.

    Raises:
        RunError: there is no such run.
    """
    record = read_run(run)
    says = [str(row["says"]) for row in record.journal if row.get("event") == "choice"]
    tree = recipe.model_dump(exclude_unset=True)
    for path in (sentence.partition(" = ")[0] for sentence in says):
        value = _at(record.recipe, path)
        if value is not None and not _is_said(tree, path):
            change(tree, path, value)
    return make_recipe(tree)


def _at(tree: Mapping[str, Any], path: str) -> Any:
    value: Any = tree
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _is_said(tree: Mapping[str, Any], path: str) -> bool:
    """Say whether the recipe has this key, also where its value is none."""
    way, _, last = path.rpartition(".")
    table = _at(tree, way) if way else tree
    return isinstance(table, Mapping) and last in table
