"""The networks of a run: a generator, a discriminator, an encoder, by what the recipe names."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from torch import Tensor, nn

from gansmith.conditions.conditioning import Build, NetworkSpec, Shape
from gansmith.conditions.of_run import (
    Conditionings,
)
from gansmith.errors import RecipeError
from gansmith.kinds.kind import Kind
from gansmith.networks.finished import Finished
from gansmith.networks.plain import judging
from gansmith.recipe.declared import network_address, network_of, players_of
from gansmith.recipe.recipe import Recipe
from gansmith.recipe.returns import build_part
from gansmith.recipe.sections import Part
from gansmith.records import Constraint, Player
from gansmith.registry import (
    Registry,
    discriminators,
    encoders,
    generators,
)
from gansmith.sampling.draws import mix
from gansmith.training.runtime import seeded

Finish = Callable[[Tensor], Tensor]


def finish_of(kind: Kind, facts: Mapping[str, Any]) -> Finish | None:
    """Return what turns a network's raw numbers into samples of a kind; None: nothing does."""
    return kind.made(facts) if kind.made else None


def build_players(
    recipe: Recipe,
    shape: Shape,
    conditionings: Conditionings,
    held: Sequence[Constraint],
    finish: Finish | None = None,
) -> dict[str, nn.Module]:
    """Return the networks of a recipe's players, discriminators held to its constraints."""
    build: Mapping[str, Callable[..., nn.Module]] = {
        "generator": partial(build_generator, finish=finish),
        "discriminator": partial(build_discriminator, held=held),
        "encoder": build_encoder,
    }
    with seeded(mix(recipe.seed, "networks")):
        return {
            player: build[kind](recipe, shape, conditionings, player=player)
            for player, kind in players_of(recipe).items()
        }


def build_generator(
    recipe: Recipe,
    shape: Shape,
    conditionings: Conditionings,
    player: Player = "generator",
    finish: Finish | None = None,
) -> nn.Module:
    """Return the recipe's generator for samples of a shape, given what they are conditioned on.

    ``finish`` turns a network's raw numbers into samples, where their kind has it so.
    """
    part = _need(recipe, player)

    def build(wanted: NetworkSpec) -> nn.Module:
        inputs = {} if wanted.inputs is None else {"inputs": wanted.inputs}
        network: nn.Module = build_part(
            generators,
            part.name,
            part.options,
            shape=wanted.shape,
            latent=wanted.latent,
            **inputs,
        )
        return Finished(network, finish) if finish else network

    made: Build = build
    for conditioning in conditionings:
        made = partial(conditioning.generator, made)
    reads = _reads(generators, part, conditionings)
    with named(network_address(player)):
        return made(NetworkSpec(tuple(shape), recipe.game.latent, reads=reads))


def build_discriminator(
    recipe: Recipe,
    shape: Shape,
    conditionings: Conditionings,
    player: Player = "discriminator",
    held: Sequence[Constraint] = (),
) -> nn.Module:
    """Return the recipe's discriminator with its constraints prepared."""
    part = _need(recipe, player)

    def build(wanted: NetworkSpec) -> nn.Module:
        return judging(build_part(discriminators, part.name, part.options, shape=wanted.shape))

    made: Build = build
    for conditioning in conditionings:
        made = partial(conditioning.discriminator, made)
    with named(network_address(player)):
        network = made(NetworkSpec(tuple(shape), reads=_reads(discriminators, part, conditionings)))
    for constraint in held:
        if constraint.prepare:
            constraint.prepare(network)
    return network


def build_encoder(
    recipe: Recipe, shape: Shape, conditionings: Conditionings, player: Player = "encoder"
) -> nn.Module:
    """Return a network from samples to latents; what it is conditioned on is the game's affair."""
    part, latent = _need(recipe, player), recipe.game.latent
    with named(network_address(player)):
        network: nn.Module = build_part(
            encoders, part.name, part.options, shape=tuple(shape), latent=latent
        )
    return network


def _reads(registry: Registry[Any], part: Part, conditionings: Conditionings) -> tuple[str, ...]:
    """Return the names of the conditions that a network is given itself, by its options."""
    options = registry.get(part.name).with_base(part.options).options
    return tuple(
        conditioning.name for conditioning in conditionings if conditioning.read_by in options
    )


def _need(recipe: Recipe, player: Player) -> Part:
    part = network_of(recipe, player)
    if part is None:
        raise RecipeError([f"{network_address(player)} is missing"])
    return part


class named:  # noqa: N801
    """Turns a builder's ValueError into a refusal that names the place in the recipe."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ValueError):
            raise RecipeError([f"{self.address}: {error}"]) from error
