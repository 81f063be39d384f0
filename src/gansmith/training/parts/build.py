"""Names to objects: a setup becomes the parts of a run."""

from collections.abc import Mapping
from typing import Any

from torch import nn

from gansmith.conditions.of_run import (
    Conditionings,
    condition_reader,
    conditionings_for,
    trained_on,
)
from gansmith.data import Stream
from gansmith.networks.conditioning.directions import Directions, Judges
from gansmith.preflight.check import check_parts
from gansmith.recipe.declared import optimizer_of, players_of
from gansmith.recipe.recipe import Recipe
from gansmith.recipe.returns import build_part
from gansmith.recipe.sections import Part
from gansmith.records import Knob, Player, Term
from gansmith.registry import (
    constraints,
    controllers,
    games,
    losses,
    optimizers,
    terms,
)
from gansmith.sampling.draws import mix
from gansmith.training.parts.augmentation import build_augmenter
from gansmith.training.parts.ema import Ema
from gansmith.training.parts.knobs import KnobTable
from gansmith.training.parts.players import build_players, finish_of, named
from gansmith.training.parts.run_parts import Parts, learners
from gansmith.training.parts.setup import Setup
from gansmith.training.parts.transfer import frozen_parameters
from gansmith.training.runtime import seeded


def build_parts(setup: Setup) -> Parts:
    """Return the parts of a run in their first state.

    Raises:
        RecipeError: parts that cannot work together or with this data.
    """
    recipe, data, runtime = setup.recipe, setup.data, setup.runtime
    held = [build_part(constraints, p.name, p.options) for p in recipe.constraints]
    conditionings = conditionings_for(recipe, data)
    finish = finish_of(data.kind, data.facts)
    players = build_players(recipe, data.shape, conditionings, held, finish)
    remarks = check_parts(recipe, data, players)
    players = {name: runtime.place(network) for name, network in players.items()}
    added = build_terms(recipe, players, len(data.classes), conditionings)
    for term in added.values():
        if term.module:
            runtime.place(term.module)
    frozen = frozen_parameters(recipe, data, conditionings, players["discriminator"], runtime)
    stepped = {p: _optimizer(recipe, p, learners(p, players, added), frozen) for p in players}
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
        optimizers=stepped,
    )
    knobs = _knobs(recipe, game, loss.knobs, added)
    parts = Parts(
        setup=setup,
        stream=Stream(trained_on(conditionings, data), recipe.seed),
        conditionings=conditionings,
        condition=condition_reader(conditionings, data),
        game=game,
        optimizers=stepped,
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


def build_terms(
    recipe: Recipe,
    players: Mapping[str, nn.Module],
    classes: int,
    conditionings: Conditionings,
) -> dict[str, Term]:
    """Return the recipe's terms by name; a second one of a name is called ``name-2``."""
    known: dict[str, Any] = {
        "feature_width": getattr(players["discriminator"], "feature_width", None),
        "players": players,
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
    with named(address):
        return build_part(kind, part.name, part.options, **context)
