"""TOML and --set to a validated recipe, with all errors at once."""

import importlib.resources
from collections.abc import Iterable, Mapping
from tomllib import TOMLDecodeError
from typing import Any, get_args

import torch
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from torch import nn

from gansmith import registry
from gansmith.errors import GansmithError, RecipeError, UsageError, suggest
from gansmith.imports import NotPermittedError, import_paths, permitted
from gansmith.reading import DEEPEST, is_regular, read_text, special, toml_tree
from gansmith.recipe.returns import check_returned, is_own, naming
from gansmith.recipe.sections import Part, Recipe
from gansmith.shown import shortened
from gansmith.shown import value as told
from gansmith.wording import plainly, shown_toml

Tree = dict[str, Any]
MOST = 2**63 - 1
LISTS = ("terms", "constraints", "controllers")
BUILT_AT_ONCE: dict[str, dict[str, Any]] = {  # kind to what else its builders ask for
    "loss": {},
    "term": {},
    "constraint": {},
    "augmentation": {},
    "optimizer": {"parameters": [nn.Parameter(torch.zeros(1))], "lr": 1.0},
    "controller": {"start": 1.0},
}  # a part of the user's own: what its body refuses, or returns, is known when the recipe is read


def shipped() -> dict[str, str]:
    """Return the recipes that ship with the package: name to TOML text."""
    folder = importlib.resources.files("gansmith") / "recipes"
    files = [entry for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return {entry.name[: -len(".toml")]: entry.read_text(encoding="utf-8") for entry in files}


def load_recipe(
    path: str, changes: Mapping[str, Any] | None = None, described: bool = False
) -> Recipe:
    """Read a recipe by path or shipped name and apply changes by dotted path.

    Raises:
        RecipeError: no such recipe, or everything that is wrong in it.
    """
    return make_recipe(read_tree(path), changes, str(path), described)


def make_recipe(
    tree: Tree,
    changes: Mapping[str, Any] | None = None,
    where: str = "recipe",
    described: bool = False,
) -> Recipe:
    """Validate a tree of plain values, with changes by dotted path applied first.

    Args:
        tree: sections and their values.
        changes: dotted path to value.
        where: what the tree was read from, for messages.
        described: the recipe is only read about, not trained: parts by import path that the user
            did not name are left unchecked in place of refused. They are refused when they are
            built.

    Raises:
        RecipeError: everything that is wrong, each problem with its place.
    """
    for dotted, value in (changes or {}).items():
        change(tree, dotted, value)
    if beyond := list(_beyond(tree)):
        raise RecipeError(beyond, where)
    try:
        recipe = Recipe(**tree)
    except ValidationError as error:
        wrong = {str(e["loc"][0]) for e in error.errors()}
        rest = {name: table for name, table in tree.items() if name not in wrong}
        problems = _say(error.errors()) + list(part_problems(Recipe(**rest), described))
        raise RecipeError(problems, where) from error
    problems = list(part_problems(recipe, described))
    if problems:
        raise RecipeError(problems, where)
    return recipe


def _beyond(tree: object, place: str = "") -> Iterable[str]:
    """Yield a sentence for each whole number that no 64 bits hold, which nothing can count with."""
    if isinstance(tree, int) and abs(tree) > MOST:
        given = shown_toml(tree)
        yield f"{place}: {given} is beyond what a computer counts with; give a smaller one"
    named = dict(enumerate(tree)) if isinstance(tree, list | tuple) else tree
    for name, value in named.items() if isinstance(named, Mapping) else ():
        yield from _beyond(value, f"{place}.{name}" if place else str(name))


def read_tree(path: str) -> Tree:
    """Return the tree of a recipe file or of a shipped recipe.

    Raises:
        RecipeError: there is no such recipe, or it is not TOML.
    """
    ships = shipped()
    try:
        named = not (is_regular(path) or special(path))
        return toml_tree(ships[str(path)] if named else read_text(path))
    except KeyError:
        raise RecipeError(
            [f"there is no recipe called {told(path)}{suggest(str(path), ships)}"]
        ) from None
    except OSError as error:
        says = f"cannot be read: {error.strerror or error}; give a TOML file"
        raise RecipeError([says], str(path)) from error
    except ValueError as error:
        raise RecipeError([f"is not readable TOML: {error}"], str(path)) from error


def parse_value(text: str) -> Any:
    """Read the right side of ``--set``: a TOML value, or else a plain string.

    Raises:
        UsageError: tables or lists are nested more deeply than any recipe is.
    """
    try:
        tree = toml_tree(f"value = {text}")
    except TOMLDecodeError:
        return text
    except ValueError as error:
        raise UsageError(f"--set: {told(text)} is no value of a recipe: {error}") from error
    return tree["value"] if len(tree) == 1 else text


def parse_changes(pairs: Iterable[str]) -> dict[str, Any]:
    """Read ``a.b=value`` pairs.

    Raises:
        UsageError: a pair has no equals sign or no path before it.
    """
    changes = {}
    for pair in pairs:
        path, equals, text = (part.strip() for part in pair.partition("="))
        if not (path and equals):
            raise UsageError(
                f"--set needs the form path=value, as terms.r1.gamma=0.3, but is {told(pair)}"
            )
        changes[path] = parse_value(text)
    return changes


def change(tree: Tree, dotted: str, value: Any) -> None:
    """Set one value by dotted path; items of a list go by index or by their name.

    A name that is not in the list yet is added: ``terms.r1.gamma`` needs no R1 in the recipe.

    Raises:
        RecipeError: a list has no item of that index, or the path goes through a plain value.
    """
    *way, last = dotted.split(".")
    if len(way) > DEEPEST:
        raise RecipeError([f"{told(dotted)} names no place in a recipe"], "--set")
    place: Any = tree
    for step in way:
        place = (
            _item(place, step, dotted) if isinstance(place, list) else _table(place, step, dotted)
        )
    if isinstance(place, list):
        place[place.index(_item(place, last, dotted))] = value
    else:
        place[last] = value


def _table(place: Tree, step: str, dotted: str) -> Any:
    inner = place.setdefault(step, [] if step in LISTS else {})
    if not isinstance(inner, dict | list):
        raise RecipeError([f"{told(dotted)}: {told(step)} is a value, not a table"], "--set")
    return inner


def _item(items: list[Any], step: str, dotted: str) -> Any:
    if step.isdigit() and int(step) < len(items):
        return items[int(step)]
    named = {item["name"]: item for item in items if isinstance(item, dict) and "name" in item}
    if step.isdigit():
        says = f"{told(dotted)}: the list has no item {told(step)}{suggest(step, named)}"
        raise RecipeError([says], "--set")
    if step not in named:
        items.append({"name": step})
    return named.get(step, items[-1])


def _say(errors: list[ErrorDetails]) -> list[str]:
    """Return each problem with its place, in the words of a recipe."""
    unknown = [e for e in errors if e["type"] == "extra_forbidden"]
    others = plainly((e for e in errors if e["type"] != "extra_forbidden"), _declared)
    return [_unknown(e) for e in unknown] + [f"{place}: {says}" for place, says in others]


def _unknown(error: ErrorDetails) -> str:
    place = shortened(".".join(str(step) for step in error["loc"]))
    return f"{place}: unknown{suggest(str(error['loc'][-1]), _fields(error['loc'][:-1]))}"


def _declared(place: str) -> Any:
    *way, last = [step for step in place.split(".") if not step.isdigit()] or [""]
    field = _model(way).model_fields.get(last)
    return Any if field is None else field.annotation


def _fields(way: tuple[int | str, ...]) -> list[str]:
    return list(_model(way).model_fields)


def _model(way: Iterable[int | str]) -> Any:
    model: Any = Recipe
    for step in (s for s in way if isinstance(s, str) and s in model.model_fields):
        annotation = model.model_fields[step].annotation
        kinds = [k for k in (annotation, *get_args(annotation)) if isinstance(k, type)]
        model = next((k for k in kinds if issubclass(k, BaseModel)), model)
    return model


def part_problems(recipe: Recipe, described: bool = False) -> Iterable[str]:
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


def named_parts(recipe: Recipe) -> Iterable[tuple[str, registry.Registry[Any], Part]]:
    """Yield every part of a recipe as (address, registry, part)."""
    yield "game", registry.games, recipe.game
    if recipe.networks.generator:
        yield "networks.generator", registry.generators, recipe.networks.generator
    if recipe.networks.discriminator:
        yield "networks.discriminator", registry.discriminators, recipe.networks.discriminator
    if recipe.loss:
        yield "loss", registry.losses, recipe.loss
    for section, kind in (("terms", registry.terms), ("constraints", registry.constraints)):
        for part in getattr(recipe, section):
            yield f"{section}.{part.name}", kind, part
    if recipe.augment:
        yield "augment", registry.augmentations, recipe.augment
    yield "optimizers.generator", registry.optimizers, recipe.optimizers.generator
    yield "optimizers.discriminator", registry.optimizers, recipe.optimizers.discriminator
    for controller in recipe.controllers:
        yield f"controllers.{controller.name}", registry.controllers, controller
    if recipe.evaluation.extractor:
        yield "evaluation.extractor", registry.extractors, recipe.evaluation.extractor
    for metric in recipe.evaluation.metrics or ():
        yield "evaluation.metrics", registry.metrics, Part(name=metric)
