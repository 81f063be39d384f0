"""What a further player of a game gets where its recipe does not say: much as the first two."""

from collections.abc import Iterator, Mapping
from typing import Any

from gansmith.facts import TWO_PLAYERS
from gansmith.recipe.declared import optimizer_address, players_of
from gansmith.recipe.recipe import Recipe
from gansmith.registry import discriminators

PartTree = dict[str, Any]


def network_like(kind: str, known: Mapping[str, Mapping[str, Any]]) -> tuple[PartTree, str] | None:
    """Return a further player's network, and why; None for the first generator or discriminator.

    Args:
        kind: what the network is: generator, discriminator or encoder.
        known: networks of the players before it, by player.
    """
    if kind in known:
        return dict(known[kind]), f"as the {kind}"
    if kind == "encoder":
        base = _inside(known["discriminator"])
        network = {**base, "name": "encoder", "base": base["name"]}
        return network, "as the discriminator, with the latent in place of a score"
    return None


def _inside(network: Mapping[str, Any]) -> PartTree:
    """Return a discriminator, or the one that it wraps without the wrapper's own options."""
    part = discriminators.get(network["name"])
    if not part.facts.wraps:
        return dict(network)
    inner = {name: value for name, value in network.items() if name not in part.options}
    return inner | {"name": network["base"]}


def further_optimizers(
    recipe: Recipe, generator: PartTree, discriminator: PartTree
) -> Iterator[tuple[str, PartTree]]:
    """Yield the address and optimizer of each further player for which none is named.

    Args:
        recipe: names some.
        generator: the usual optimizer of a generator, and of an encoder.
        discriminator: the usual one of a discriminator.
    """
    for player, kind in players_of(recipe).items():
        section = recipe.players.get(player)
        if player not in TWO_PLAYERS and not (section and section.optimizer):
            yield optimizer_address(player), discriminator if kind == "discriminator" else generator
