"""A study: its folder, its storage, and what its trials came to.

The folder holds ``study.json`` (what is searched, and how), ``study.db`` (the trials, unless
another storage was named), ``trials/N`` and ``checks/N-SEED`` (run folders) and, once there is a
winner, ``best.toml``.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gansmith.errors import RunError, UsageError
from gansmith.runs.folder import write_text
from gansmith.search.guard import Outcome
from gansmith.search.proposing import pruner, sampler
from gansmith.search.storage import (
    BEAT,
    GRACE,
    Stored,
    check_own,
    imported,
    opened,
    reachable,
    url_of,
)

FILE, BEST = "study.json", "best.toml"
OUTCOME = "gansmith:outcome"
CHECKS = "gansmith:checks"
FAILURE, REASON, SURPLUS = "gansmith:failure", "gansmith:reason", "gansmith:surplus"


@dataclass(frozen=True)
class Plan:
    """What a study searches, and how.

    Args:
        name: of the study in its storage.
        recipe: plain values with what is searched in its places.
        metric: number of the exams that is searched for.
        low: whether lower is better.
        trials: how many.
        sampler: who proposes them.
        pruner: who ends those that are behind.
        storage: URL; empty: a database in the folder.
        said: whether the recipe says what is searched; False: what is usual.
        against: a second objective, "seconds" of computing, or empty.
        doctor: whether a diagnosis ends a trial.
        own: the recipe's own values by dimension, which are tried first; empty where it has none.
        seed: of the proposals of the first worker.
    """

    name: str
    recipe: Mapping[str, Any]
    metric: str
    low: bool
    trials: int
    sampler: str = "tpe"
    pruner: str = "patient"
    storage: str = ""
    said: bool = True
    against: str = ""
    doctor: bool = True
    own: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0

    @property
    def digest(self) -> str:
        """What two studies of the same recipe, space and objective have in common."""
        told = [self.recipe, self.metric, self.against]
        text = json.dumps(told, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass
class Study(Stored):
    """An open study.

    Args:
        optuna: the study in its storage.
        storage: Optuna's.
        folder: where its runs are.
        plan: what it searches.
    """

    folder: Path
    plan: Plan

    @property
    def counted(self) -> list[Any]:
        """Its trials, each once: without those that one process began too many, or that died."""
        return [trial for trial in self.optuna.get_trials(deepcopy=False) if counts(trial)]

    def outcomes(self, trials: list[Any] | None = None) -> list[Outcome]:
        """Return what the trials that came to their end came to."""
        found = self.counted if trials is None else trials
        return [_outcome(trial, self.plan.low) for trial in found if OUTCOME in trial.user_attrs]

    def run_of(self, trial: Any) -> Path:
        """Return the run folder of a trial; of one that takes up a dead one, that one's."""
        return self.folder / "trials" / f"{first_number(trial):04d}"


def first_number(trial: Any) -> int:
    """Return the number under which a trial was first tried."""
    first = trial.system_attrs.get("failed_trial", trial.user_attrs.get("resumes"))
    return int(trial.number if first is None else first)


def counts(trial: Any) -> bool:
    """Say whether a trial is one of those that were ordered."""
    died = trial.state.name == "FAIL" and FAILURE not in trial.user_attrs
    return not died and not trial.user_attrs.get(SURPLUS, False)


def _outcome(trial: Any, low: bool) -> Outcome:
    told = trial.user_attrs[OUTCOME]
    return Outcome(trial.number, told["value"] * (1 if low else -1), told["variety"])


def create(folder: Path, plan: Plan) -> Study:
    """Begin a study, or go on with the one that is there.

    Raises:
        UsageError: the folder holds a study of something else.
        GansmithError: the storage cannot be reached.
    """
    if (folder / FILE).exists():
        before = read_plan(folder)
        if before.digest != plan.digest:
            raise UsageError(
                f"{folder} holds a study of another recipe, space or objective; name another "
                f"folder with --out, or go on with that one's recipe"
            )
        plan = Plan(**{**asdict(plan), "storage": plan.storage or before.storage})
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / FILE, json.dumps(asdict(plan), indent=1) + "\n")
    study = open_study(folder)
    if plan.own and not study.optuna.get_trials(deepcopy=False):
        study.optuna.enqueue_trial(dict(plan.own))
    return study


def read_plan(folder: Path) -> Plan:
    """Return what a study searches.

    Raises:
        RunError: the folder holds no study.
    """
    try:
        return Plan(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise RunError(f"{folder} holds no study that can be read: {error}") from error


def open_study(folder: Path, beat: int = BEAT, grace: int = GRACE, worker: int = 0) -> Study:
    """Open a study that was begun.

    Args:
        folder: of the study.
        beat: seconds between the signs of life of a trial.
        grace: seconds without one, after which its trial is queued again.
        worker: number of the worker: no two propose the same.

    Raises:
        RunError: the folder holds no study.
        GansmithError: the storage cannot be reached.
    """
    imported()  # refuses where it is missing, before its parts are asked for
    plan = read_plan(folder)
    url = url_of(folder, plan.storage)
    directions = ["minimize" if plan.low else "maximize"] + ["minimize"] * bool(plan.against)
    stored = opened(url, plan.name, beat, grace, pruner=pruner(plan.pruner), directions=directions)
    with reachable(url):
        known = stored.optuna.user_attrs.get("digest", plan.digest)
        if known != plan.digest:
            raise UsageError(
                f"the storage has a study called {plan.name} of another recipe, space or objective;"
                f" name this one otherwise with --name"
            )
        if "digest" not in stored.optuna.user_attrs:
            stored.optuna.set_user_attr("digest", plan.digest)
        begun = len(stored.optuna.get_trials(deepcopy=False))  # what goes on proposes other things
        stored.optuna.sampler = sampler(plan.sampler, plan.seed + 7919 * worker + begun)
    return Study(stored.optuna, stored.storage, folder, plan)


def look_at(folder: Path, trust: bool = False) -> Study:
    """Open a study to show it: nothing is made, and no database is asked that only it names.

    Raises:
        UsageError: its trials are elsewhere, and it is not trusted.
        RunError: the folder holds no study, or its database is missing.
    """
    check_own(folder, read_plan(folder).storage, trust)
    return open_study(folder)
