"""Which changes of a recipe say something about data alone."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from gansmith.data.options import Options
from gansmith.errors import RecipeError, UsageError
from gansmith.recipe.recipe import make_recipe
from gansmith.shown import value

KNOWN = frozenset(field.name for field in fields(Options))


def options_of(what: str, data: str | None, changes: Mapping[str, Any]) -> Options:
    """Return how data are to be read, from the changes of a recipe on the command line.

    Args:
        what: the data, as given.
        data: what --data says, which is for recipes.
        changes: dotted path to value.

    Raises:
        UsageError: something of it says nothing about data alone, or has an impossible value.
    """
    if data is not None:
        raise UsageError(f"--data is for recipes, but {value(what)} is data itself; leave one out")
    for path in changes:
        if path.partition(".")[0] not in ("data", "seed"):
            raise _meaningless(path, what)
    try:
        recipe = make_recipe({}, changes, "--set")
    except RecipeError as error:
        raise UsageError(str(error)) from error
    for name in sorted(recipe.data.model_fields_set - KNOWN):
        raise _meaningless(f"data.{name}", what)
    return Options(**recipe.data.model_dump(include=set(KNOWN)), seed=recipe.seed)


def _meaningless(path: str, what: str) -> UsageError:
    return UsageError(
        f"--set {value(path)} says nothing about data alone; leave it out, or check a recipe with "
        f"these data: gansmith check RECIPE --data {what}"
    )
