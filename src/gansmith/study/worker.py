"""A process that takes runs from the queue of a study until none is left."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gansmith.doctor.diagnose import diagnose
from gansmith.errors import GansmithError
from gansmith.recipe.recipe import make_recipe
from gansmith.reporting.comparing import measured
from gansmith.runs.folder import is_run
from gansmith.runs.reader import read_run
from gansmith.search.study import imported, reachable
from gansmith.shown import sentence
from gansmith.study.plan import Job
from gansmith.study.queue import FAILURE, ILL, MEASURED, Queue, job_of
from gansmith.training.start import Order, train

Say = Callable[[str], None]
WAIT = 0.5  # seconds between looks at what other processes do
MOST = 500  # letters of a reason that are kept


class _StoppedError(Exception):
    """The user stops the process; its run is queued again."""


class _FailedError(Exception):
    """A run failed; why stands with its trial."""


def work(queue: Queue, say: Say) -> None:
    """Train runs until all of the study are over, those of other processes too.

    A run that was begun goes on from its last checkpoint. One that fails is told, kept as failed,
    and the next one is taken.

    Raises:
        GansmithError: the storage went away.
        KeyboardInterrupt: the user stopped it; the run in progress is queued again.
    """
    optuna = imported()
    with reachable(queue.url):
        while True:
            optuna.storages.fail_stale_trials(queue.optuna)
            states = list(queue.states().values())
            if "waiting" in states:
                _one(queue, say)
            elif "running" in states:
                time.sleep(WAIT)
            else:
                return


def _one(queue: Queue, say: Say) -> None:
    optuna = imported()
    taken = list[Job]()

    def objective(trial: Any) -> float:
        job = job_of(trial)
        if job is None or queue.is_spare(trial, job):
            raise optuna.TrialPruned
        taken.append(job)
        return _trained(queue, trial, job, say)

    try:
        queue.optuna.optimize(objective, n_trials=1, catch=(_FailedError,))
    except _StoppedError:
        queue.add(taken[0])
        raise KeyboardInterrupt from None
    except optuna.exceptions.UpdateFinishedTrialError:
        pass  # it gave no sign of life for so long that another process took the run over


def _trained(queue: Queue, trial: Any, job: Job, say: Say) -> float:
    """Train a run, keep what it was measured to be, and return the first number."""
    try:
        path = _train(queue, job)
        found, verdict = measured(path).as_dict(), diagnose(path)
    except (GansmithError, ValueError, RuntimeError, OSError, ArithmeticError) as error:
        reason = sentence(_reason(error))[:MOST]
        trial.set_user_attr(FAILURE, reason)
        say(f"{_so_far(queue, job)}  {job}: failed: {reason}")
        raise _FailedError from error
    ill = [one.failure for one in verdict.diagnoses] if verdict.verdict == "ill" else []
    trial.set_user_attr(ILL, ill)
    trial.set_user_attr(MEASURED, found)
    name, value = next(iter(found["metrics"].items()))
    says = f"{name} {value:.4g} at {found['kimg']:.4g} kimg{in_words(ill)}"
    say(f"{_so_far(queue, job)}  {job}: {says}")
    return float(value)


def in_words(ill: Sequence[str]) -> str:
    """Return what the doctor found of a run, behind its numbers; empty where it is healthy."""
    return f", ill: {', '.join(ill).replace('_', ' ')}" if ill else ""


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, GansmithError) else f"{type(error).__name__}: {error}"


def _train(queue: Queue, job: Job) -> Path:
    path = queue.run_of(job)
    if is_run(path) and read_run(path).state == "finished":
        return path
    if is_run(path):
        train(Order(run=str(path), resume=True, quiet=True, trust=True))
    else:
        recipe = make_recipe(queue.plan.tree(job))
        train(Order(recipe, run=str(path), quiet=True))
    if read_run(path).state != "finished":
        raise _StoppedError
    return path


def _so_far(queue: Queue, job: Job) -> str:
    states = queue.states()
    over = sum(state in ("done", "failed") or one == job for one, state in states.items())
    return f"{over} of {len(states)}"


def together(command: Sequence[str], jobs: int) -> None:
    """Work with several processes of this machine, each with a thread of its own.

    Args:
        command: arguments for ``gansmith`` that start one of them.
        jobs: how many.

    Raises:
        GansmithError: one of them failed; the others came to their end.
    """
    own = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive"}
    start = [sys.executable, "-m", "gansmith", *command]
    workers = [subprocess.Popen(start, env=own) for _ in range(jobs)]
    try:
        codes = [worker.wait() for worker in workers]
    except KeyboardInterrupt:
        for worker in workers:
            worker.wait()  # they had the signal too, and queue their runs again
        raise
    if any(codes):
        raise GansmithError(
            f"{sum(map(bool, codes))} of {jobs} processes failed; what they said stands above, and "
            f"the same command goes on with the study"
        )
