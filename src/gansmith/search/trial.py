"""One trial: a recipe out of the space, trained and judged."""

import math
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from gansmith.errors import GansmithError, TrainingStoppedError
from gansmith.recipe.recipe import make_recipe
from gansmith.runs.folder import is_run
from gansmith.runs.reader import read_run
from gansmith.search.ending import Ender
from gansmith.search.guard import lacking, most_varied
from gansmith.search.judging import Judgement, judge
from gansmith.search.proposing import GUARD, suggest_with
from gansmith.search.space import concrete
from gansmith.search.storage import imported
from gansmith.search.study import FAILURE, OUTCOME, REASON, SURPLUS, Study, counts
from gansmith.shown import sentence
from gansmith.training.start import Order, train

Tree = dict[str, Any]
IMPOSSIBLE = "impossible"  # how a trial failed whose recipe is refused


class InterruptedTrialError(Exception):
    """The user wants the search to stop; the trial is queued again."""


def objective(study: Study, say: Callable[[str], None]) -> Callable[[Any], Any]:
    """Return what Optuna calls for each trial: it trains, judges, and returns the objective.

    What came of a trial is kept with it in the storage. One that the recipe's checks refuse, or
    whose training breaks down, is ended with its reason; the search goes on.

    Args:
        study: the trial is of.
        say: prints a line.
    """
    optuna = imported()

    def run(trial: Any) -> Any:
        if _is_one_too_many(study, trial):
            trial.set_user_attr(SURPLUS, True)
            raise optuna.TrialPruned
        ender = Ender(study.plan.metric if not study.plan.against else "", _behind(trial, study))
        try:
            tree = concrete(dict(study.plan.recipe), suggest_with(trial))
            path = trained(tree, study.run_of(_frozen(study, trial)), ender, study.plan.doctor)
            if ender.reason:
                raise _EndedError(ender.failure, ender.reason)
            told = judge(path)
            return _tell(study, trial, told, path)
        except _EndedError as ended:
            _end(trial, ended.failure, ended.reason)
            raise optuna.TrialPruned(ended.reason) from None
        except TrainingStoppedError as error:
            _end(trial, "divergence", str(error))
            raise optuna.TrialPruned(str(error)) from None
        except GansmithError as error:
            _end(trial, IMPOSSIBLE, str(error))
            raise optuna.TrialPruned(str(error)) from None

    return run


class _EndedError(Exception):
    def __init__(self, failure: str, reason: str) -> None:
        super().__init__(reason)
        self.failure, self.reason = failure, reason


def trained(tree: Tree, path: Path, ender: Ender | None = None, doctor: bool = True) -> Path:
    """Train a recipe into a run folder, going on with what is there, and return the folder.

    Raises:
        InterruptedTrialError: somebody stopped it, and not the listener.
    """
    begun = is_run(path)
    if begun and read_run(path).state == "finished":
        return path
    listeners = () if ender is None or not (doctor or ender.behind) else (ender,)
    recipe = make_recipe(deepcopy(tree))
    train(Order(recipe, run=str(path), quiet=True, listeners=listeners, resume=begun))
    if read_run(path).state != "finished" and not (ender and ender.reason):
        raise InterruptedTrialError
    return path


def _frozen(study: Study, trial: Any) -> Any:
    return study.optuna._storage.get_trial(trial._trial_id)


def _is_one_too_many(study: Study, trial: Any) -> bool:
    """Say whether as many as were ordered were begun before: workers may begin one at once."""
    before = [one for one in study.optuna.get_trials(deepcopy=False) if one.number < trial.number]
    return sum(map(counts, before)) >= study.plan.trials


def _behind(trial: Any, study: Study) -> Callable[[float, float], bool] | None:
    if study.plan.pruner == "none" or study.plan.against:
        return None

    def behind(kimg: float, value: float) -> bool:
        if not math.isfinite(value):
            return False  # the doctor's to judge
        trial.report(value, round(1000 * kimg))
        return bool(trial.should_prune())

    return behind


def _tell(study: Study, trial: Any, told: Judgement, path: Path) -> Any:
    value = told.metrics.get(study.plan.metric, math.nan)
    if not math.isfinite(value):
        raise _EndedError("divergence", f"{study.plan.metric} of its samples is {value}")
    seconds = _seconds(path)
    about = {"value": value, "variety": dict(told.variety), "by": told.by, "seconds": seconds}
    trial.set_user_attr(OUTCOME, about | {"metrics": dict(told.metrics)})
    others = study.outcomes()
    mine = next(one for one in others if one.number == trial.number)
    lacks = max(lacking(mine, most_varied(others)).values(), default=0.0)
    trial.set_constraint(GUARD, lacks)  # those who propose look elsewhere
    trial.set_user_attr(GUARD, lacks)
    return (value, seconds) if study.plan.against else value


def _seconds(path: Path) -> float:
    """Return how long a run trained, exams included."""
    rows = read_run(path).signals
    return float(rows[-1].get("seconds") or 0.0) if rows else 0.0


def _end(trial: Any, failure: str, reason: str) -> None:
    trial.set_user_attr(FAILURE, failure)
    trial.set_user_attr(REASON, sentence(reason)[:400])
