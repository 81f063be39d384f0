"""A study: its folder, its storage, and what its trials came to.

The folder holds ``study.json`` (what is searched, and how), ``study.db`` (the trials, unless
another storage was named), ``trials/N`` and ``checks/N-SEED`` (run folders) and, once there is a
winner, ``best.toml``.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gansmith.errors import GansmithError, RunError, UsageError
from gansmith.runs.folder import write_text
from gansmith.search.guard import Outcome
from gansmith.search.proposing import pruner, sampler
from gansmith.shown import sentence

FILE, DATABASE, BEST = "study.json", "study.db", "best.toml"
BEAT, GRACE = 10, 60  # seconds between signs of life of a trial, and until it counts as dead
RETRIES = 3  # of a trial whose process died
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
class Study:
    """An open study.

    Args:
        folder: where its runs are.
        plan: what it searches.
        optuna: the study in its storage.
        storage: Optuna's.
    """

    folder: Path
    plan: Plan
    optuna: Any = field(repr=False)
    storage: Any = field(default=None, repr=False)

    def close(self) -> None:
        """Close the connections to the storage."""
        if self.storage is not None:
            self.storage.remove_session()
            self.storage.engine.dispose()

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
    optuna = imported()
    plan = read_plan(folder)
    url = plan.storage or f"sqlite:///{(folder / DATABASE).resolve()}"
    with reachable(url):
        storage = optuna.storages.RDBStorage(
            url,
            engine_kwargs={"connect_args": {"timeout": 60}} if url.startswith("sqlite") else None,
            heartbeat_interval=beat,
            grace_period=grace,
            heartbeat_stale_trial_callback=optuna.storages.RetryHeartbeatStaleTrialCallback(
                RETRIES
            ),
        )
        directions = ["minimize" if plan.low else "maximize"] + ["minimize"] * bool(plan.against)
        found = optuna.create_study(
            study_name=plan.name,
            storage=storage,
            sampler=sampler(plan.sampler, plan.seed),
            pruner=pruner(plan.pruner),
            directions=directions,
            load_if_exists=True,
        )
        known = found.user_attrs.setdefault("digest", plan.digest)
        if known != plan.digest:
            raise UsageError(
                f"the storage has a study called {plan.name} of another recipe, space or objective;"
                f" name this one otherwise with --name"
            )
        found.set_user_attr("digest", plan.digest)
        begun = len(found.get_trials(deepcopy=False))  # what goes on proposes something else
        found.sampler = sampler(plan.sampler, plan.seed + 7919 * worker + begun)
    return Study(folder, plan, found, storage)


def imported() -> Any:
    """Return Optuna, which prints nothing of itself.

    Raises:
        UsageError: it is not installed.
    """
    try:
        import optuna
    except ImportError as error:
        raise UsageError("a search needs Optuna: pip install 'gansmith[search]'") from error
    import warnings

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    return optuna


@contextmanager
def reachable(url: str) -> Iterator[None]:
    """Say in one sentence that a storage cannot be reached, or went away.

    Raises:
        GansmithError: it cannot.
    """
    import sqlalchemy

    optuna = imported()
    gone = (sqlalchemy.exc.SQLAlchemyError, optuna.exceptions.StorageInternalError)
    try:
        yield
    except (*gone, ModuleNotFoundError) as error:
        shown = sqlalchemy.engine.make_url(url).render_as_string() if "://" in url else url
        told = str(error).strip().splitlines()
        raise GansmithError(
            sentence(
                f"the storage {shown} cannot be reached ({told[0] if told else error}); the runs of"
                f" the study are kept: give the same command again once it can"
            )
        ) from error
