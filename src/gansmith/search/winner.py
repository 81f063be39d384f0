"""The winner: checked again with fresh seeds before it is called one, and written as a recipe."""

import math
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from gansmith.errors import GansmithError
from gansmith.recipe.recipe import make_recipe
from gansmith.recipe.write import plain_tree
from gansmith.runs.folder import write_text
from gansmith.search.guard import Outcome, ranked
from gansmith.search.judging import judge
from gansmith.search.lessons import lessons
from gansmith.search.space import Dimension, concrete
from gansmith.search.study import BEST, CHECKS, Study, first_number
from gansmith.search.trial import trained

FINALISTS = 2  # trials that are trained again
FRESH = 2  # seeds of each
Say = Callable[[str], None]


@dataclass(frozen=True)
class Checked:
    """A trial that was trained again with fresh seeds.

    Args:
        number: of the trial.
        values: the objective with each fresh seed.
        own: whether it is the recipe as it was.
    """

    number: int
    values: tuple[float, ...]
    own: bool = False

    @property
    def mean(self) -> float:
        """Of the fresh seeds."""
        return statistics.fmean(self.values)

    def __str__(self) -> str:
        each = ", ".join(f"{value:.4g}" for value in self.values)
        return f"{self.mean:.4g} ({each})"


def check(study: Study, say: Say, fresh: int = FRESH) -> list[Checked]:
    """Train the best trials, and the recipe as it was, with fresh seeds; the best mean first.

    The recipe as it was stands last where its samples were too alike to win. What is known already
    is not trained again.

    Raises:
        GansmithError: no trial may win.
    """
    outcomes = study.outcomes()
    best = ranked(outcomes)
    if not best:
        raise GansmithError(
            "no trial came to its end with varied samples, so there is no winner; `gansmith report`"
            " on the study says why each ended: begin with smaller rates, or a longer --kimg"
        )
    own = [one for one in outcomes if _is_own(study, one.number)]
    chosen = {one.number: one for one in [*best[:FINALISTS], *own]}
    found = []
    for number, outcome in chosen.items():
        values = [_value(study, outcome, seed, say) for seed in range(1, fresh + 1)]
        if all(map(math.isfinite, values)):
            found.append(Checked(number, tuple(values), _is_own(study, number)))
    worse, may = 1 if study.plan.low else -1, {one.number for one in best}
    return sorted(found, key=lambda one: (one.number not in may, worse * one.mean))


def _is_own(study: Study, number: int) -> bool:
    params = _trial(study, number).params
    return bool(study.plan.own) and all(
        params.get(n) == value for n, value in study.plan.own.items()
    )


def _trial(study: Study, number: int) -> Any:
    trials = study.optuna.get_trials(deepcopy=False)
    return next(one for one in trials if one.number == number)


def _value(study: Study, outcome: Outcome, seed: int, say: Say) -> float:
    known: dict[str, float] = study.optuna.user_attrs.get(CHECKS, {})
    key = f"{outcome.number}-{seed}"
    if key not in known:
        tree = tree_of(study, outcome.number)
        tree["seed"] = int(tree.get("seed", 0)) + seed
        path = trained(tree, study.folder / "checks" / key)
        value = judge(path).metrics.get(study.plan.metric, math.nan)
        say(f"check of trial {outcome.number} with seed {tree['seed']}: {value:.4g}")
        study.optuna.set_user_attr(CHECKS, study.optuna.user_attrs.get(CHECKS, {}) | {key: value})
        return value
    return float(known[key])


def tree_of(study: Study, number: int) -> dict[str, Any]:
    """Return the recipe of a trial, as plain values."""
    params: Mapping[str, Any] = _trial(study, number).params

    def known(dimension: Dimension) -> Any:
        return params[dimension.path]

    found: dict[str, Any] = concrete(dict(study.plan.recipe), known)
    return found


def write_winner(study: Study, checked: list[Checked]) -> Path:
    """Write the winning recipe, with what the search taught, and return the file."""
    first, plan = checked[0], study.plan
    document = tomlkit.document()
    won, count = first_number(_trial(study, first.number)), len(study.counted)
    for line in (
        f"The winner of {count} trials: trial {won} with {plan.metric} {first} over fresh seeds.",
        *(f"The recipe as it was: {one}." for one in checked if one.own),
        *lessons(study),
    ):
        document.add(tomlkit.comment(line))
    for name, value in plain_tree(make_recipe(tree_of(study, first.number))).items():
        document.add(name, value)
    write_text(study.folder / BEST, tomlkit.dumps(document))
    return study.folder / BEST


def summary(study: Study, checked: list[Checked]) -> dict[str, Any]:
    """Return what the search found as plain values."""
    first = checked[0]
    return {
        "study": str(study.folder),
        "metric": study.plan.metric,
        "trials": len(study.counted),
        "winner": first.number,
        "values": list(first.values),
        "as_it_was": next((list(one.values) for one in checked if one.own), None),
        "params": dict(_trial(study, first.number).params),
        "lessons": list(lessons(study)),
    }
