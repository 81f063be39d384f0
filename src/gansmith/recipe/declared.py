"""What the parts that a recipe names declare of themselves."""

from typing import Any

from gansmith.recipe.recipe import Recipe
from gansmith.registry import conditions, games


def directions(recipe: Recipe) -> int:
    """Return in how many directions the recipe's game translates: 0 where it does not."""
    facts = games.get(recipe.game.name).facts
    return facts.directions if facts.translates else 0


def conditioned_on(recipe: Recipe, name: str) -> bool:
    """Say whether samples are conditioned on what the source has of that name beside them."""
    return any(name in conditions.get(part.name).facts.reads for part in recipe.conditions)


def made_from_images(recipe: Recipe) -> bool:
    """Say whether samples are made from other images in place of a latent."""
    parts = [conditions.get(part.name) for part in recipe.conditions]
    return any(part.facts.in_place_of_latent for part in parts)


def of_condition(recipe: Recipe, option: str) -> Any:
    """Return an option of the recipe's [condition]; None where there is none."""
    return recipe.condition.options.get(option) if recipe.condition else None
