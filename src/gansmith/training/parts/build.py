"""Names to objects: a recipe, its data and a runtime become the parts of a run."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from torch import nn

from gansmith.conditions.conditioning import Build, NetworkSpec, Shape
from gansmith.conditions.of_run import Conditionings, condition_reader, conditionings_for
from gansmith.data import Data, Stream
from gansmith.errors import RecipeError
from gansmith.networks.conditioning.directions import Directions, Judges
from gansmith.networks.plain import judging
from gansmith.preflight.check import check_parts
from gansmith.recipe.declared import network_address, network_of, optimizer_of, players_of
from gansmith.recipe.recipe import Recipe
from gansmith.recipe.returns import build_part
from gansmith.recipe.sections import Part
from gansmith.records import Constraint, Knob, Player, Term
from gansmith.registry import (
    Registry,
    constraints,
    controllers,
    discriminators,
    encoders,
    games,
    generators,
    losses,
    optimizers,
    terms,
)
from gansmith.sampling.draws import mix
from gansmith.training.parts.augmentation import build_augmenter
from gansmith.training.parts.ema import Ema
from gansmith.training.parts.knobs import KnobTable
from gansmith.training.parts.run_parts import Parts, learners
from gansmith.training.parts.transfer import frozen_parameters
from gansmith.training.runtime import Runtime, seeded


def build_parts(recipe: Recipe, data: Data, runtime: Runtime) -> Parts:
    """Return the parts of a run.

    Raises:
        RecipeError: parts that cannot work together or with this data.
    """
    held = [build_part(constraints, p.name, p.options) for p in recipe.constraints]
    conditionings = conditionings_for(recipe, data)
    players = build_players(recipe, data.shape, conditionings, held)
    remarks = check_parts(recipe, data, players)
    players = {name: runtime.place(network) for name, network in players.items()}
    added = build_terms(recipe, players["discriminator"], len(data.classes), conditionings)
    for term in added.values():
        if term.module:
            runtime.place(term.module)
    loss = _built("loss", recipe.loss or Part(name="relativistic"), losses)
    game = build_part(
        games,
        recipe.game.name,
        recipe.game.options | {"discriminator_turns": recipe.game.discriminator_turns},
        players=players,
        loss=loss,
        terms=added,
        latent=recipe.game.latent,
        shape=data.shape,
        augment=build_augmenter(recipe),
    )
    knobs = _knobs(recipe, game, loss.knobs, added)
    frozen = frozen_parameters(recipe, data, conditionings, players["discriminator"], runtime)
    parts = Parts(
        recipe=recipe,
        runtime=runtime,
        data=data,
        stream=Stream(data.train, recipe.seed),
        conditionings=conditionings,
        condition=condition_reader(conditionings, data),
        game=game,
        optimizers={p: _optimizer(recipe, p, learners(p, players, added), frozen) for p in players},
        knobs=knobs,
        controllers=_controllers(recipe, knobs),
        constraints=held,
        terms=added,
        averages=_averages(recipe, players),
        frozen=frozen,
        remarks=remarks,
    )
    compile_networks(parts)
    return parts


def build_players(
    recipe: Recipe, shape: Shape, conditionings: Conditionings, held: Sequence[Constraint]
) -> dict[str, nn.Module]:
    """Return the networks of a recipe's players, discriminators held to its constraints."""
    build: Mapping[str, Callable[..., nn.Module]] = {
        "generator": build_generator,
        "discriminator": partial(build_discriminator, held=held),
        "encoder": build_encoder,
    }
    with seeded(mix(recipe.seed, "networks")):
        return {
            player: build[kind](recipe, shape, conditionings, player=player)
            for player, kind in players_of(recipe).items()
        }


def build_generator(
    recipe: Recipe, shape: Shape, conditionings: Conditionings, player: Player = "generator"
) -> nn.Module:
    """Return the recipe's generator for samples of a shape, given what they are conditioned on."""
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
        return network

    made: Build = build
    for conditioning in conditionings:
        made = partial(conditioning.generator, made)
    reads = _reads(generators, part, conditionings)
    with _named(network_address(player)):
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
    with _named(network_address(player)):
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
    with _named(network_address(player)):
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


def build_terms(
    recipe: Recipe, discriminator: nn.Module, classes: int, conditionings: Conditionings
) -> dict[str, Term]:
    """Return the recipe's terms by name; a second one of a name is called ``name-2``."""
    known: dict[str, Any] = {
        "feature_width": getattr(discriminator, "feature_width", None),
        "classes": classes,
    }
    for conditioning in conditionings:
        known |= conditioning.context()
    context = {name: value for name, value in known.items() if value is not None}
    found: dict[str, Term] = {}
    with seeded(mix(recipe.seed, "terms")):
        for part in recipe.terms:
            short = part.name.rpartition(":")[2]  # of own.py:my_term
            name, number = short, 1
            while name in found:
                number += 1
                name = f"{short}-{number}"
            found[name] = _built(f"terms.{part.name}", part, terms, **context)
    return found


def compile_networks(parts: Parts) -> None:
    """Compile the networks if the recipe says so, as many as can be.

    A network whose slope a term needs stays as it is: torch cannot differentiate a compiled one
    twice. Of a network that holds one for each direction both are compiled, as games call those.
    """
    if not parts.recipe.runtime.compile:
        return
    facts = [terms.get(part.name).facts for part in parts.recipe.terms]
    twice = {
        "discriminator": any(fact.slope for fact in facts),
        "generator": any(fact.pulls for fact in facts),
    }
    for player, network in parts.game.players.items():
        if not twice.get(players_of(parts.recipe)[player]):
            both = isinstance(network, Directions | Judges)
            for called in network.children() if both else [network]:
                called.compile(dynamic=False)


def _knobs(
    recipe: Recipe, game: Any, loss_knobs: Mapping[str, Knob], added: Mapping[str, Term]
) -> KnobTable:
    knobs = {f"game.{name}": knob for name, knob in game.knobs.items()}
    knobs |= {f"loss.{name}": knob for name, knob in loss_knobs.items()}
    if getattr(game, "augment", None):
        knobs["augment.strength"] = game.augment.strength
    knobs |= {f"terms.{name}.{term.weight.name}": term.weight for name, term in added.items()}
    for player in game.players:
        part = optimizer_of(recipe, player)
        knobs[f"optimizers.{player}.lr"] = Knob("lr", part.lr)
        if part.clip:
            knobs[f"optimizers.{player}.clip"] = Knob("clip", part.clip)
    if recipe.ema:
        knobs["ema.half_life_kimg"] = Knob("half_life_kimg", recipe.ema.half_life_kimg)
    return KnobTable(knobs)


def _averages(recipe: Recipe, players: Mapping[str, nn.Module]) -> dict[str, Ema]:
    averaged = games.get(recipe.game.name).facts.averaged if recipe.ema else ()
    return {player: Ema(players[player]) for player in averaged}


def _controllers(recipe: Recipe, knobs: KnobTable) -> dict[str, Any]:
    return {
        f"{part.name}:{part.knob}": build_part(
            controllers, part.name, part.options | {"knob": part.knob}, start=knobs[part.knob].value
        )
        for part in recipe.controllers
    }


def _optimizer(
    recipe: Recipe, player: Player, modules: list[nn.Module], frozen: list[nn.Parameter]
) -> Any:
    part, still = optimizer_of(recipe, player), set(map(id, frozen))
    parameters = [p for module in modules for p in module.parameters() if id(p) not in still]
    return build_part(optimizers, part.name, part.options, parameters=parameters, lr=part.lr)


def _built(address: str, part: Part, kind: Any, **context: Any) -> Any:
    with _named(address):
        return build_part(kind, part.name, part.options, **context)


class _named:  # noqa: N801
    """Turns a builder's ValueError into a refusal that names the place in the recipe."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ValueError):
            raise RecipeError([f"{self.address}: {error}"]) from error


def _need(recipe: Recipe, player: Player) -> Part:
    part = network_of(recipe, player)
    if part is None:
        raise RecipeError([f"{network_address(player)} is missing"])
    return part
