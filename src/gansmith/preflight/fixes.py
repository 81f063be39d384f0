"""Changes of a recipe that a rule proposes."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from gansmith.recipe.recipe import Recipe
from gansmith.recipe.sections import Part
from gansmith.registry import Registry

Section = Literal["terms", "constraints", "controllers"]


def without(recipe: Recipe, section: Section, left_out: Sequence[Part]) -> dict[str, Any]:
    """Return the change that leaves items of a list out."""
    kept = [part for part in getattr(recipe, section) if not any(part is out for out in left_out)]
    return {section: [part.model_dump(exclude_unset=True) for part in kept]}


def value_of(part: Part, registry: Registry[Any], option: str) -> Any:
    """Return an option of a part as it is given or by default; None where it has no such option."""
    known = registry.get(part.name).with_base(part.options).options.get(option)
    if known is None:
        return None
    return part.options.get(option, None if known.default is known.empty else known.default)


def narrower(part: Part, registry: Registry[Any], share: float) -> dict[str, Any]:
    """Return the options that leave a network this share of its parameters, or fewer.

    Parameters grow with the square of the width.
    """
    width, widths = (value_of(part, registry, name) for name in ("width", "widths"))
    if isinstance(width, int):
        return {"width": max(1, math.floor(width * share**0.5))}
    if isinstance(widths, list | tuple):
        return {"widths": [max(1, math.floor(each * share)) for each in widths]}
    return {}


def wider(part: Part, registry: Registry[Any], least: int) -> dict[str, Any]:
    """Return the options that give every layer of a network this width, or more."""
    width, widths = (value_of(part, registry, name) for name in ("width", "widths"))
    if isinstance(width, int):
        return {"width": max(least, width)}
    if isinstance(widths, list | tuple):
        return {"widths": [max(least, each) for each in widths]}
    return {}


def at(address: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as changes by dotted path."""
    return {f"{address}.{name}": value for name, value in options.items()}
