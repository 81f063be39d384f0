"""Rules of the game in which the players extrapolate."""

from collections.abc import Iterator

from gansmith.preflight.case import Case, Finding, rules
from gansmith.recipe.declared import optimizer_address, optimizer_of, players_of
from gansmith.registry import games, optimizers

REFERENCE = "Gidel et al. 2018, arXiv:1802.10551"


@rules.add
def half_an_extragradient(case: Case) -> Iterator[Finding]:
    """Looking ahead takes both: a game that asks each player twice, and optimizers that step twice.

    Reference: Gidel et al. 2018, arXiv:1802.10551.
    """
    recipe = case.recipe
    twice = games.get(recipe.game.name).facts.extrapolates
    for player in players_of(recipe):
        name = optimizer_of(recipe, player).name
        ahead = optimizers.get(name).facts.extrapolates
        if twice and not ahead:
            yield Finding(
                "half_an_extragradient",
                "refuse",
                f"{optimizer_address(player)}.name",
                f"{name} does not extrapolate, but the game {recipe.game.name} asks it to",
                'set it to "extra_adam"',
                {f"{optimizer_address(player)}.name": "extra_adam"},
                REFERENCE,
            )
        if ahead and not twice:
            yield Finding(
                "half_an_extragradient",
                "refuse",
                f"{optimizer_address(player)}.name",
                f"{name} steps in twos, but the game {recipe.game.name} asks each player once",
                'set game.name = "extragradient"',
                {"game.name": "extragradient"},
                REFERENCE,
            )


@rules.add
def skipped_look_ahead(case: Case) -> Iterator[Finding]:
    """The loss scale of fp16 skips steps now and then, and half of a two means nothing."""
    twice = games.get(case.recipe.game.name).facts.extrapolates
    if twice and case.recipe.runtime.precision == "fp16":
        yield Finding(
            "skipped_look_ahead",
            "refuse",
            "runtime.precision",
            "fp16 skips a step now and then, which would part the steps that go together",
            'set runtime.precision = "bf16"',
            {"runtime.precision": "bf16"},
            "Micikevicius et al. 2017, arXiv:1710.03740",
        )
