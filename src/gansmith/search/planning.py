"""From what a user wishes to the plan of a study."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from gansmith.errors import UsageError, suggest
from gansmith.imports import permit
from gansmith.recipe.defaults import complete
from gansmith.recipe.durations import seconds
from gansmith.recipe.recipe import make_recipe
from gansmith.recipe.tree import change, read_tree
from gansmith.recipe.write import plain_tree
from gansmith.registry import metrics
from gansmith.runs.console import Display
from gansmith.search.space import Dimension, concrete, dimensions, has_holes
from gansmith.search.study import Plan
from gansmith.search.usual_space import usual_space
from gansmith.training.runtime import Runtime
from gansmith.training.startup.open_for_training import open_for, surroundings
from gansmith.training.startup.speed_trial import Pace
from gansmith.values import value_of

Tree = dict[str, Any]
VARIED = ("prdc", "diversity")  # metrics that tell a collapsed model
EXAMS = 8  # of a trial: points at which it is compared with others


@dataclass(frozen=True)
class Wishes:
    """What a user asks of a search; as the options of ``gansmith search``."""

    recipe: str
    data: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    trials: int = 30
    kimg: float | None = None
    budget: str | None = None
    metric: str | None = None
    sampler: str = "tpe"
    pruner: str = "patient"
    against: str = ""
    doctor: bool = True
    storage: str = ""
    name: str = ""
    one_thread: bool = False


def planned(wishes: Wishes, name: str) -> Plan:
    """Return what a study will search.

    Raises:
        RecipeError: the recipe cannot be read, or a search in it cannot be understood.
        UsageError: there is no such metric, or nothing that can be searched.
    """
    tree = read_tree(wishes.recipe)
    given = {"data.source": wishes.data, "length.kimg": wishes.kimg}
    given |= {"length.budget": wishes.budget and f"{seconds(wishes.budget):g}s"}
    for path, value in {**wishes.changes, **given}.items():
        if value is not None:
            change(tree, path, deepcopy(value))
    if wishes.kimg is not None:
        tree["length"].pop("budget", None)
    permit(tree)
    said = has_holes(tree)
    whole = resolved(concrete(tree, _first))
    searched, own = (tree, {}) if said else usual_space(whole)
    if not list(dimensions(searched)):
        raise UsageError(
            "nothing in this recipe can be searched; name it: lr = {search = [..., ...]}"
        )
    searched["evaluation"] = _evaluation(searched.get("evaluation", {}), whole)
    if wishes.one_thread:
        searched.setdefault("runtime", {}).setdefault("threads", 1)
    metric = wishes.metric or _first_number(searched["evaluation"]["metrics"])
    return Plan(
        name=wishes.name or name,
        recipe=searched,
        metric=metric,
        low=_is_low(metric, searched["evaluation"]["metrics"]),
        trials=wishes.trials,
        sampler=wishes.sampler,
        pruner=wishes.pruner,
        storage=wishes.storage,
        said=said,
        against=wishes.against,
        doctor=wishes.doctor,
        own=own,
    )


def _first(dimension: Dimension) -> Any:
    """Choose the first, to see what kind of recipe it is."""
    if dimension.choices is not None:
        return next(iter(dimension.choices))
    return int(dimension.low) if dimension.integer else dimension.low


def resolved(tree: Tree) -> Tree:
    """Return a recipe's tree with nothing left to be chosen; its data are opened for that."""
    recipe = make_recipe(deepcopy(tree))
    runtime = Runtime(recipe.runtime.device, seed=recipe.seed)
    data = open_for(recipe, Display(silent=True), Pace(recipe, runtime))
    found, _ = complete(recipe, surroundings(recipe, data))
    return plain_tree(found)


def _evaluation(said: Mapping[str, Any], whole: Tree) -> Tree:
    """Return the exams of each trial: with metrics that tell a collapsed model where they fit."""
    chosen = {**whole.get("evaluation", {}), **said}
    names = list(chosen.get("metrics", ()))
    if any(name in (*VARIED, "frechet_distance") for name in names):
        names += [name for name in VARIED if name not in names]
    chosen["metrics"] = names
    kimg = whole.get("length", {}).get("kimg")
    if "every_kimg" not in said and kimg:
        chosen["every_kimg"] = kimg / EXAMS
    return chosen


def _numbers(names: list[Any]) -> dict[str, Any]:
    """Return the numbers that metrics give, by name."""
    found = dict[str, Any]()
    for name in names:
        found |= metrics.get(name).facts.values
    return found


def _first_number(names: list[Any]) -> str:
    known = _numbers(names)
    if not known:
        raise UsageError("the recipe has no metric to search by; name one in evaluation.metrics")
    return next(iter(known))


def _is_low(metric: str, names: list[Any]) -> bool:
    known = _numbers(names)
    if metric not in known:
        raise UsageError(
            f"the exams of this recipe have no number called {metric}{suggest(metric, known)};"
            f" they have: {', '.join(known)}"
        )
    good = value_of(metric).good
    if good not in ("low", "high"):
        raise UsageError(f"{metric} is neither better low nor high, so it cannot be searched for")
    return bool(good == "low")
