"""Rules of the players of a game."""

from collections.abc import Iterator

from gansmith.errors import suggest
from gansmith.facts import TWO_PLAYERS
from gansmith.preflight.case import Case, Finding, rules
from gansmith.recipe.declared import players_of


@rules.add
def player_of_another_game(case: Case) -> Iterator[Finding]:
    """A player of a recipe must be one of its game."""
    further = [name for name in players_of(case.recipe) if name not in TWO_PLAYERS]
    for name in case.recipe.players:
        if name not in further:
            there = suggest(name, further) if further else "; it has generator and discriminator"
            yield Finding(
                "player_of_another_game",
                "refuse",
                f"players.{name}",
                f"the game {case.recipe.game.name} has no further player of that name{there}",
                "leave it out, or name a game that has it",
            )
