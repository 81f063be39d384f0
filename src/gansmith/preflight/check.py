"""Pre-flight rules: what cannot work is refused before training, with what to do.

A rule is one function of a ``Case`` that yields findings. ``needs`` names what it depends on beside
the recipe: "data" or "networks".
"""

from collections.abc import Mapping

from torch import nn

from gansmith.conditions.of_run import conditionings_for, fed_shapes
from gansmith.data import Data
from gansmith.errors import RecipeError
from gansmith.finding import most_serious_first, refusals
from gansmith.preflight.case import Case, DataFacts, Finding, NetworkFacts, rules
from gansmith.preflight.facts import data_facts, known_classes, network_facts
from gansmith.recipe.recipe import Recipe

__all__ = [
    "Case",
    "DataFacts",
    "Finding",
    "NetworkFacts",
    "check_parts",
    "check_recipe",
    "inspect",
    "look",
    "rules",
    "told_by_data",
]


def look(case: Case) -> list[Finding]:
    """Return what every rule that applies finds, the most serious first."""
    there = {"recipe": True, "data": case.data is not None, "networks": bool(case.networks)}
    asked = [part for part in rules if there[part.facts.needs]]
    found = [finding for part in asked for finding in part.builder(case)]
    return list(most_serious_first(found))


def check_recipe(recipe: Recipe, data: Data | None = None) -> None:
    """Refuse combinations of parts that cannot work, or not with this data.

    Raises:
        RecipeError: every rule that is broken, with the change that fixes it.
    """
    _refuse(look(inspect(recipe, data)))


def check_parts(recipe: Recipe, data: Data, players: Mapping[str, nn.Module]) -> list[Finding]:
    """Refuse data and networks that a recipe cannot work with; return what else there is to say.

    Raises:
        RecipeError: every rule that is broken, with the change that fixes it.
    """
    found = look(inspect(recipe, data, players))
    _refuse(found)
    return found


def inspect(
    recipe: Recipe, data: Data | None = None, players: Mapping[str, nn.Module] | None = None
) -> Case:
    """Return the case of a recipe, with the facts of its data and networks where they are given."""
    if data is None:
        return Case(recipe)
    networks = _network_facts(recipe, data, players) if players else {}
    return Case(recipe, data_facts(data), networks, known_classes(recipe))


def _network_facts(
    recipe: Recipe, data: Data, players: Mapping[str, nn.Module]
) -> dict[str, NetworkFacts]:
    conditionings = conditionings_for(recipe, data)
    return network_facts(players, fed_shapes(recipe, data.shape, conditionings), conditionings)


def told_by_data(finding: Finding) -> bool:
    """Say whether a finding repeats what opening the data has said already."""
    return rules.get(finding.rule).facts.told


def _refuse(found: list[Finding]) -> None:
    if refused := refusals(found):
        raise RecipeError(refused)
