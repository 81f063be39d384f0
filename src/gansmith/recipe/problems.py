"""What is wrong in a recipe, each problem with its place, in the words of a recipe."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

import torch
from pydantic import BaseModel
from pydantic_core import ErrorDetails
from torch import nn

from gansmith import registry
from gansmith.errors import GansmithError, suggest
from gansmith.imports import NotPermittedError, import_paths, permitted
from gansmith.recipe.returns import check_returned, is_own, naming
from gansmith.recipe.sections import Part
from gansmith.shown import shortened
from gansmith.wording import plainly

if TYPE_CHECKING:
    from gansmith.recipe.recipe import Recipe

BUILT_AT_ONCE: dict[str, dict[str, Any]] = {  # kind to what else its builders need
    "loss": {},
    "term": {},
    "constraint": {},
    "augmentation": {},
    "optimizer": {"parameters": [nn.Parameter(torch.zeros(1))], "lr": 1.0},
    "controller": {"start": 1.0},
}  # a part of the user's own: what its body refuses, or returns, is known when the recipe is read


def part_problems(recipe: "Recipe", described: bool = False) -> Iterable[str]:
    """Yield every problem with the names and options of the recipe's parts."""
    for address, kind, part in named_parts(recipe):
        if described and not all(map(permitted, import_paths([part.name, part.options]))):
            continue
        try:
            entry = kind.get(part.name)
        except (registry.UnknownPartError, NotPermittedError) as error:
            yield f"{address}.name: {error}"
            continue
        checked, problems = entry.check_types(_own_options(part))
        yield from (f"{address}.{problem}" for problem in problems)
        refused = entry.refusals(checked)
        yield from (f"{address}: {says}" for says in refused)
        if not problems + refused and entry.kind in BUILT_AT_ONCE and is_own(entry):
            yield from (f"{address}: {says}" for says in _refusal_of_own(entry, checked))


def _own_options(part: Part) -> dict[str, Any]:
    knob = getattr(part, "knob", None)
    return part.options | ({"knob": knob} if knob else {})


def _refusal_of_own(entry: registry.Part[Any], options: Mapping[str, Any]) -> list[str]:
    try:
        with naming(entry):
            found = entry.builder(**BUILT_AT_ONCE[entry.kind], **options)
        check_returned(entry, found)
    except (ValueError, GansmithError) as error:
        return [str(error)]
    return []


def named_parts(recipe: "Recipe") -> Iterable[tuple[str, registry.Registry[Any], Part]]:
    """Yield every part of a recipe as (address, registry, part)."""
    kind, networks, optimizers = recipe.data.kind, recipe.networks, recipe.optimizers
    named: list[tuple[str, registry.Registry[Any], Part | None]] = [
        ("game", registry.games, recipe.game),
        ("data.kind", registry.kinds, Part(name=kind) if kind else None),
        ("networks.generator", registry.generators, networks.generator),
        ("networks.discriminator", registry.discriminators, networks.discriminator),
        ("loss", registry.losses, recipe.loss),
        *((f"terms.{part.name}", registry.terms, part) for part in recipe.terms),
        *((f"constraints.{part.name}", registry.constraints, part) for part in recipe.constraints),
        ("condition", registry.conditions, recipe.condition),
        ("augment", registry.augmentations, recipe.augment),
        ("optimizers.generator", registry.optimizers, optimizers.generator),
        ("optimizers.discriminator", registry.optimizers, optimizers.discriminator),
        *_further_players(recipe),
        *((f"controllers.{part.name}", registry.controllers, part) for part in recipe.controllers),
        ("evaluation.extractor", registry.extractors, recipe.evaluation.extractor),
    ]
    yield from ((address, kind, part) for address, kind, part in named if part)
    for metric in recipe.evaluation.metrics or ():
        yield "evaluation.metrics", registry.metrics, Part(name=metric)


def _further_players(recipe: "Recipe") -> Iterable[tuple[str, registry.Registry[Any], Part]]:
    try:
        known = registry.games.get(recipe.game.name).facts.players
    except (registry.UnknownPartError, NotPermittedError):
        return  # the game says so itself
    for name, section in recipe.players.items():
        if section.network and name in known:
            yield f"players.{name}.network", registry.NETWORKS[known[name]], section.network
        if section.optimizer:
            yield f"players.{name}.optimizer", registry.optimizers, section.optimizer


def field_problems(errors: list[ErrorDetails], model: type[BaseModel]) -> list[str]:
    """Return each problem with its place, in the words of a recipe."""
    unknown = [e for e in errors if e["type"] == "extra_forbidden"]
    others = plainly(
        (e for e in errors if e["type"] != "extra_forbidden"), partial(_declared, model)
    )
    return [_unknown(model, e) for e in unknown] + [f"{place}: {says}" for place, says in others]


def _unknown(model: type[BaseModel], error: ErrorDetails) -> str:
    place = shortened(".".join(str(step) for step in error["loc"]))
    return f"{place}: unknown{suggest(str(error['loc'][-1]), _fields(model, error['loc'][:-1]))}"


def _declared(model: type[BaseModel], place: str) -> Any:
    *way, last = [step for step in place.split(".") if not step.isdigit()] or [""]
    field = _model(model, way).model_fields.get(last)
    return Any if field is None else field.annotation


def _fields(model: type[BaseModel], way: tuple[int | str, ...]) -> list[str]:
    return list(_model(model, way).model_fields)


def _model(model: Any, way: Iterable[int | str]) -> Any:
    for step in (s for s in way if isinstance(s, str) and s in model.model_fields):
        annotation = model.model_fields[step].annotation
        kinds = [k for k in (annotation, *get_args(annotation)) if isinstance(k, type)]
        model = next((k for k in kinds if issubclass(k, BaseModel)), model)
    return model
