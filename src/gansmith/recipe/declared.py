"""What the parts that a recipe names declare of themselves."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gansmith.recipe.sections import NetworksSection, Optimizer, Part
from gansmith.registry import conditions, games

if TYPE_CHECKING:
    from gansmith.recipe.recipe import Recipe


def directions(recipe: "Recipe") -> int:
    """Return in how many directions the recipe's game translates: 0 where it does not."""
    facts = games.get(recipe.game.name).facts
    return facts.directions if facts.translates else 0


def read_beside(recipe: "Recipe") -> dict[str, str]:
    """Return what conditions read of the source beside its samples: its name to the condition's."""
    parts = [conditions.get(part.name) for part in recipe.conditions]
    return {name: part.name for part in parts for name in part.facts.reads}


def conditioned_on(recipe: "Recipe", name: str) -> bool:
    """Say whether samples are conditioned on what the source has of that name beside them."""
    return name in read_beside(recipe)


def made_from_images(recipe: "Recipe") -> bool:
    """Say whether samples are made from other images in place of a latent."""
    parts = [conditions.get(part.name) for part in recipe.conditions]
    return any(part.facts.in_place_of_latent for part in parts)


def of_condition(recipe: "Recipe", option: str) -> Any:
    """Return an option of the recipe's [condition]; None where there is none."""
    return recipe.condition.options.get(option) if recipe.condition else None


def players_of(recipe: "Recipe") -> Mapping[str, str]:
    """Return the players of the recipe's game: name to what its network is."""
    players: Mapping[str, str] = games.get(recipe.game.name).facts.players
    return players


def network_of(recipe: "Recipe", player: str) -> Part | None:
    """Return the network that a recipe names for a player, if it names one."""
    if player in NetworksSection.model_fields:
        part: Part | None = getattr(recipe.networks, player)
        return part
    further = recipe.players.get(player)
    return further.network if further else None


def optimizer_of(recipe: "Recipe", player: str) -> Optimizer:
    """Return a player's optimizer: of a further player that names none, the generator's."""
    if player in NetworksSection.model_fields:
        part: Optimizer = getattr(recipe.optimizers, player)
        return part
    further = recipe.players.get(player)
    return (further and further.optimizer) or recipe.optimizers.generator


def network_address(player: str) -> str:
    """Return where in a recipe a player's network stands."""
    own = player in NetworksSection.model_fields
    return f"networks.{player}" if own else f"players.{player}.network"


def optimizer_address(player: str) -> str:
    """Return where in a recipe a player's optimizer stands."""
    own = player in NetworksSection.model_fields
    return f"optimizers.{player}" if own else f"players.{player}.optimizer"
