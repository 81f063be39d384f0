"""Optuna's part of a search: who proposes the next trial, and who says that one is behind."""

from collections.abc import Callable
from typing import Any

from gansmith.errors import UsageError, suggest

GUARD = "variety"  # constraint of a trial: by how much its variety is too low
SLOW_TO_JUDGE = 2  # exams of a trial before it may be ended for being behind
FIRST = 5  # trials that end by themselves before any is compared


def sampler(name: str, seed: int) -> Any:
    """Return who proposes trials: tpe, random, cmaes, gp or nsga2.

    Raises:
        UsageError: there is no such sampler, or what it needs is not installed.
    """
    from optuna import samplers

    known: dict[str, Callable[[], Any]] = {
        "tpe": lambda: samplers.TPESampler(
            seed=seed, n_startup_trials=8, multivariate=True, group=True
        ),
        "random": lambda: samplers.RandomSampler(seed=seed),
        "cmaes": lambda: samplers.CmaEsSampler(seed=seed),
        "gp": lambda: samplers.GPSampler(seed=seed),
        "nsga2": lambda: samplers.NSGAIISampler(seed=seed),
    }
    if name not in known:
        raise UsageError(f"there is no sampler called {name}{suggest(name, known)}")
    try:
        return known[name]()
    except ImportError as error:
        raise UsageError(f"the sampler {name} needs a package that is missing: {error}") from error


def pruner(name: str) -> Any:
    """Return who ends trials that are behind, by thousands of samples seen: never by a loss.

    Args:
        name: median (worse than half of the others at that point), patient (the same, where the
            trial has not come nearer either), wilcoxon (significantly worse than the best at the
            points that both have), halving (successive halving), or none.

    Raises:
        UsageError: there is no such pruner.
    """
    from optuna import pruners

    median = pruners.MedianPruner(n_startup_trials=FIRST, n_warmup_steps=0, n_min_trials=3)
    known: dict[str, Callable[[], Any]] = {
        "median": lambda: median,
        "patient": lambda: pruners.PatientPruner(median, patience=SLOW_TO_JUDGE),
        "wilcoxon": lambda: pruners.WilcoxonPruner(p_threshold=0.05, n_startup_steps=SLOW_TO_JUDGE),
        "halving": lambda: pruners.SuccessiveHalvingPruner(
            min_resource=2, reduction_factor=2, bootstrap_count=FIRST
        ),
        "none": pruners.NopPruner,
    }
    if name not in known:
        raise UsageError(f"there is no pruner called {name}{suggest(name, known)}")
    return known[name]()


def suggest_with(trial: Any) -> Callable[[Any], Any]:
    """Return what gives a dimension its value in an Optuna trial."""

    def suggest_value(dimension: Any) -> Any:
        if dimension.choices is not None:
            return trial.suggest_categorical(dimension.path, list(dimension.choices))
        low, high = dimension.low, dimension.high
        if dimension.integer:
            return trial.suggest_int(dimension.path, int(low), int(high), log=dimension.log)
        return trial.suggest_float(dimension.path, low, high, log=dimension.log)

    return suggest_value
