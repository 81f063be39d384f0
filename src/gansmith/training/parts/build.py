"""Names to objects: a recipe, its data and a runtime become the parts of a run."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import nn

from gansmith.codes import Codes
from gansmith.data import Data, Stream
from gansmith.errors import RecipeError
from gansmith.networks.conditioning.codes import CodedGenerator
from gansmith.networks.conditioning.directions import Directions, Judges
from gansmith.networks.conditioning.labels import (
    UnlabelledDiscriminator,
    condition_discriminator,
    condition_generator,
)
from gansmith.networks.plain import judging
from gansmith.preflight.check import check_parts
from gansmith.recipe.recipe import Recipe
from gansmith.recipe.returns import build_part
from gansmith.recipe.sections import ConditionSection, Part
from gansmith.records import Constraint, Knob, Player, Term
from gansmith.registry import (
    Registry,
    constraints,
    controllers,
    discriminators,
    games,
    generators,
    losses,
    optimizers,
    terms,
)
from gansmith.sampling.draws import mix
from gansmith.training.parts.augmentation import build_augmenter
from gansmith.training.parts.conditions import (
    build_conditions,
    directions,
    fed_shapes,
    inputs_of,
    judged_shape,
)
from gansmith.training.parts.ema import Ema
from gansmith.training.parts.knobs import KnobTable
from gansmith.training.parts.run_parts import Parts, learners
from gansmith.training.parts.transfer import frozen_parameters
from gansmith.training.runtime import Runtime, seeded

PLAYERS: tuple[Player, Player] = ("generator", "discriminator")


def build_parts(recipe: Recipe, data: Data, runtime: Runtime) -> Parts:
    """Return the parts of a run.

    Raises:
        RecipeError: parts that cannot work together or with this data.
    """
    held = [build_part(constraints, p.name, p.options) for p in recipe.constraints]
    players = build_players(recipe, data, held)
    remarks = check_parts(recipe, data, players)
    players = {name: runtime.place(network) for name, network in players.items()}
    added = build_terms(recipe, players["discriminator"], len(data.classes))
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
    frozen = frozen_parameters(
        recipe, fed_shapes(recipe, data)["discriminator"], players["discriminator"], runtime
    )
    parts = Parts(
        recipe=recipe,
        runtime=runtime,
        data=data,
        stream=Stream(data.train, recipe.seed),
        conditions=build_conditions(recipe, data),
        game=game,
        optimizers={p: _optimizer(recipe, p, learners(p, players, added), frozen) for p in PLAYERS},
        knobs=knobs,
        controllers=_controllers(recipe, knobs),
        constraints=held,
        terms=added,
        ema=Ema(players["generator"]) if recipe.ema else None,
        frozen=frozen,
        remarks=remarks,
    )
    compile_networks(parts)
    return parts


def build_players(recipe: Recipe, data: Data, held: list[Constraint]) -> dict[str, nn.Module]:
    """Return the networks of a recipe for its data, the discriminator held to its constraints."""
    with seeded(mix(recipe.seed, "networks")):
        return {
            "generator": build_generator(
                recipe, data.shape, len(data.classes), inputs_of(recipe, data)
            ),
            "discriminator": build_discriminator(recipe, data, held),
        }


def build_generator(
    recipe: Recipe, shape: tuple[int, ...], classes: int, inputs: tuple[int, ...] | None = None
) -> nn.Module:
    """Return the recipe's generator for samples of a shape, conditional if the recipe says so.

    Args:
        recipe: names it.
        shape: of one sample.
        classes: how many there are.
        inputs: shape of the images that samples are made from, if they are.
    """
    if inputs is not None:
        return _translator(recipe, shape, inputs)
    part = _need(recipe.networks.generator, "networks.generator")

    def build(latent: int) -> nn.Module:
        network: nn.Module = build_part(
            generators, part.name, part.options, shape=tuple(shape), latent=latent
        )
        return network

    codes = codes_of(recipe)
    latent = codes.width(recipe.game.latent) if codes else recipe.game.latent
    with _named("networks.generator"):
        told = recipe.labelled and not reads_labels(generators, part)
        network = condition_generator(build, classes, latent) if told else build(latent)
    return CodedGenerator(network, codes) if codes else network


def _translator(recipe: Recipe, shape: tuple[int, ...], inputs: tuple[int, ...]) -> nn.Module:
    part = _need(recipe.networks.generator, "networks.generator")

    def build(shape: tuple[int, ...], inputs: tuple[int, ...]) -> nn.Module:
        network: nn.Module = build_part(
            generators, part.name, part.options, shape=shape, inputs=inputs, latent=0
        )
        return network

    with _named("networks.generator"):
        there = build(shape, inputs)
        return there if directions(recipe) == 1 else Directions(there, build(inputs, shape))


def codes_of(recipe: Recipe) -> Codes | None:
    """Return the codes that the recipe's latents carry, if any."""
    named = recipe.codes
    return Codes(named.categorical, named.continuous) if named else None


def build_discriminator(recipe: Recipe, data: Data, held: Sequence[Constraint]) -> nn.Module:
    """Return the recipe's discriminator with its constraints prepared."""
    part = _need(recipe.networks.discriminator, "networks.discriminator")

    def build(shape: tuple[int, ...]) -> nn.Module:
        found = build_part(discriminators, part.name, part.options, shape=tuple(shape))
        return judging(found)

    inputs = inputs_of(recipe, data)
    with _named("networks.discriminator"):
        network = build(judged_shape(recipe, data.shape, inputs))
        if inputs is not None and directions(recipe) == 2:
            network = Judges(network, build(inputs))
        if recipe.labelled and recipe.condition:
            reads = reads_labels(discriminators, part)
            network = _told_labels(network, recipe.condition, len(data.classes), reads)
    for constraint in held:
        if constraint.prepare:
            constraint.prepare(network)
    return network


def reads_labels(registry: Registry[Any], part: Part) -> bool:
    """Return whether a network is given labels itself: its builder has the option ``classes``."""
    return "classes" in registry.get(part.name).with_base(part.options).options


def _told_labels(
    network: nn.Module, condition: ConditionSection, classes: int, reads: bool
) -> nn.Module:
    if condition.discriminator == "classifier":
        return UnlabelledDiscriminator(network)
    if reads:
        return network
    width = getattr(network, "feature_width", None)
    if not isinstance(width, int):
        raise RecipeError(
            [
                f"networks.discriminator: {type(network).__name__} has no feature_width, which the"
                " projection of the labels needs; give it that attribute and return a Critique of"
                " scores and features, or leave [condition] out"
            ]
        )
    return condition_discriminator(network, classes, width)


def build_terms(recipe: Recipe, discriminator: nn.Module, classes: int) -> dict[str, Term]:
    """Return the recipe's terms by name; a second one of a name is called ``name-2``."""
    known = {
        "feature_width": getattr(discriminator, "feature_width", None),
        "classes": classes,
        "codes": codes_of(recipe),
    }
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
    """Compile the networks if the recipe asks for it.

    A discriminator whose slope a term needs stays as it is: torch cannot differentiate a compiled
    one twice.
    """
    if not parts.recipe.runtime.compile:
        return
    slopes = any(terms.get(part.name).facts.slope for part in parts.recipe.terms)
    for name, network in parts.game.players.items():
        if name == "generator" or not slopes:
            network.compile(dynamic=False)


def _knobs(
    recipe: Recipe, game: Any, loss_knobs: Mapping[str, Knob], added: Mapping[str, Term]
) -> KnobTable:
    knobs = {f"game.{name}": knob for name, knob in game.knobs.items()}
    knobs |= {f"loss.{name}": knob for name, knob in loss_knobs.items()}
    if getattr(game, "augment", None):
        knobs["augment.strength"] = game.augment.strength
    knobs |= {f"terms.{name}.{term.weight.name}": term.weight for name, term in added.items()}
    for player in PLAYERS:
        part = getattr(recipe.optimizers, player)
        knobs[f"optimizers.{player}.lr"] = Knob("lr", part.lr)
        if part.clip:
            knobs[f"optimizers.{player}.clip"] = Knob("clip", part.clip)
    if recipe.ema:
        knobs["ema.half_life_kimg"] = Knob("half_life_kimg", recipe.ema.half_life_kimg)
    return KnobTable(knobs)


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
    part, still = getattr(recipe.optimizers, player), set(map(id, frozen))
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


def _need(part: Part | None, address: str) -> Part:
    if part is None:
        raise RecipeError([f"{address} is missing"])
    return part
