"""``gansmith check``: a recipe or a data set, before a second of training."""

import json as jsons
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter


def check(
    what: str,
    /,
    *,
    data: str | None = None,
    set: Annotated[tuple[str, ...], Parameter(negative="", consume_multiple=False)] = (),
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Look over a recipe or a data set without training.

    Args:
        what: a recipe (file or shipped name), or data (folder, archive, array, embedded name).
        data: the data to check a recipe with, in place of its own.
        set: a change to the recipe by dotted path; may be given again.
        json: print one JSON document.
    """
    from gansmith.recipe.load import parse_changes, shipped

    is_recipe = what.endswith(".toml") or (what in shipped() and not set_is_data(what, data, set))
    found = check_recipe_file(what, data, parse_changes(set)) if is_recipe else check_data(what)
    print(jsons.dumps(found["document"], indent=2) if json else found["text"])


def set_is_data(what: str, data: str | None, changes: tuple[str, ...]) -> bool:
    """Say whether a word that names a shipped recipe is a folder here instead."""
    return Path(what).is_dir() and data is None and not changes


def check_data(source: str) -> dict[str, Any]:
    """Audit a data set."""
    from gansmith.data import audit

    report = audit(source)
    return {"document": {"data": report.as_dict()}, "text": report.text()}


def check_recipe_file(path: str, data: str | None, changes: dict[str, Any]) -> dict[str, Any]:
    """Check a recipe: every part is built for its data, on this machine, and thrown away."""
    from gansmith.training.start import try_recipe

    recipe_text, facts = try_recipe(path, data, changes)
    lines = [f"{path} is sound", *(f"  {name}: {value}" for name, value in facts.items())]
    document = {"recipe": path, "sound": True, "facts": facts, "resolved": recipe_text}
    return {"document": document, "text": "\n".join(lines)}
