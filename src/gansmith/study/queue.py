"""The queue of a study: which runs wait, are being trained, are done or failed, each counted once.

A run is an Optuna trial that carries its recipe's name and seed. One whose process gave no sign of
life for a while is failed by whoever notices, and queued again.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gansmith.errors import RunError, UsageError
from gansmith.reading import json_value, read_text
from gansmith.runs import disk
from gansmith.runs.folder import write_text
from gansmith.search.storage import BEAT, GRACE, Stored, check_own, opened, reachable, url_of
from gansmith.study.folders import PLAN
from gansmith.study.plan import Job, Plan

RECIPE, SEED = "gansmith:recipe", "gansmith:seed"
MEASURED, ILL = "gansmith:measured", "gansmith:ill"  # of a run that is done
FAILURE, DIGESTS = "gansmith:failure", "gansmith:digests"
STATES = ("done", "running", "waiting", "failed")  # the first that a trial of a run is in counts


@dataclass
class Queue(Stored):
    """The queue of a study in its storage.

    Args:
        optuna: the study in it.
        storage: Optuna's.
        folder: of the study, with its run folders.
        plan: what it trains.
        named: URL of the storage; empty: a file in the folder.
    """

    folder: Path
    plan: Plan
    named: str = ""

    @property
    def url(self) -> str:
        """Of the storage."""
        return url_of(self.folder, self.named)

    def run_of(self, job: Job) -> Path:
        """Return the run folder of a run."""
        return self.folder / "runs" / job.run

    def states(self) -> dict[Job, str]:
        """Return the state of each run of the plan; one that was never queued is missing."""
        found = dict[Job, str]()
        for job, trial in self._trials():
            state = state_of(trial)
            known = found.get(job, state)
            if state is not None and known is not None:
                found[job] = min(state, known, key=STATES.index)
        return {job: found[job] for job in self.plan.jobs if job in found}

    def measured(self) -> dict[Job, Mapping[str, Any]]:
        """Return what each run that is done was measured to be."""
        done = {j: t.user_attrs[MEASURED] for j, t in self._trials() if state_of(t) == "done"}
        return {job: done[job] for job in self.plan.jobs if job in done}

    def ill(self) -> dict[Job, list[str]]:
        """Return what the doctor found of each run that is done and ill."""
        done = {j: t.user_attrs.get(ILL) for j, t in self._trials() if state_of(t) == "done"}
        return {job: found for job, found in done.items() if found}

    def failures(self) -> dict[Job, str]:
        """Return why each run failed that did."""
        states = self.states()
        told = {j: t.user_attrs[FAILURE] for j, t in self._trials() if state_of(t) == "failed"}
        return {job: says for job, says in told.items() if states.get(job) == "failed"}

    def fill(self, retry: bool = False) -> None:
        """Queue the runs that never were; with ``retry`` those that failed, too."""
        states = self.states()
        for job in self.plan.jobs:
            if job not in states or (retry and states[job] == "failed"):
                self.add(job)

    def keep(self) -> None:
        """Write what the study trains, and where it is stored, to its folder."""
        told = {"seeds": self.plan.seeds, "recipes": self.plan.recipes}
        told |= {"storage": self.named, "name": self.optuna.study_name}
        with disk.told(self.folder / PLAN):
            write_text(self.folder / PLAN, json.dumps(told, indent=1, default=str) + "\n")

    def add(self, job: Job) -> None:
        """Queue a run."""
        self.optuna.enqueue_trial({}, user_attrs={RECIPE: job.recipe, SEED: job.seed})

    def is_spare(self, trial: Any, job: Job) -> bool:
        """Say whether another trial of that run is older: two processes queued it at once."""
        older = ((j, t) for j, t in self._trials() if t.number < trial.number)
        return any(j == job and state_of(t) not in (None, "failed") for j, t in older)

    def _trials(self) -> Iterator[tuple[Job, Any]]:
        for trial in self.optuna.get_trials(deepcopy=False):
            if (job := job_of(trial)) is not None:
                yield job, trial


def job_of(trial: Any) -> Job | None:
    """Return the run that a trial stands for; None where the queue was empty and it for none."""
    told = trial.user_attrs
    return Job(told[RECIPE], told[SEED]) if RECIPE in told else None


def state_of(trial: Any) -> str | None:
    """Return the state of a run by one of its trials; None where that does not count."""
    name = trial.state.name
    if name in ("RUNNING", "WAITING"):
        return str(name).lower()
    if name == "COMPLETE":
        return "done"
    return "failed" if FAILURE in trial.user_attrs else None


def open_queue(
    folder: Path,
    plan: Plan,
    storage: str = "",
    name: str = "",
    beat: int = BEAT,
    grace: int = GRACE,
) -> Queue:
    """Return the queue of a study, new where there is none.

    Args:
        folder: of the study.
        plan: what it trains.
        storage: URL; a file in the folder if empty.
        name: of the study in the storage; that of the folder if empty.
        beat: seconds between a run's signs of life.
        grace: seconds without one, after which its process counts as dead.

    Raises:
        GansmithError: the storage cannot be reached.
        UsageError: a recipe of that name was another one when the study began.
    """
    url = url_of(folder, storage)
    stored = opened(url, name or folder.resolve().name, beat, grace)
    found = stored.optuna
    with reachable(url):
        known = found.user_attrs.get(DIGESTS, {})
        changed = [n for n, digest in plan.digests.items() if known.get(n, digest) != digest]
        if changed:
            raise UsageError(
                f"the study in {folder} was begun with another recipe called {changed[0]}, and "
                f"numbers of two recipes must not be mixed; give it another name, or the study "
                f"another folder with --out"
            )
        found.set_user_attr(DIGESTS, {**known, **plan.digests})
    return Queue(found, stored.storage, folder, plan, storage)


def reopened(folder: Path, trust: bool = False) -> Queue:
    """Return the queue of a study that was begun, to show it.

    Raises:
        UsageError: its runs are queued in a database that only the folder names; ``trust`` says
            that it may be asked.
        RunError: the folder holds none that can be read.
        GansmithError: the storage cannot be reached.
    """
    try:
        told = dict(json_value(read_text(folder / PLAN)))
        plan = Plan(told["recipes"], tuple(told["seeds"]))
        storage, name = told["storage"], told["name"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{folder} holds no study that can be read: {error}") from error
    check_own(folder, storage, trust)
    return open_queue(folder, plan, storage, name)
