"""A process that takes runs from the queue of a study until none is left."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from gansmith.doctor.diagnose import diagnose
from gansmith.errors import GansmithError
from gansmith.reporting.comparing import measured
from gansmith.search.storage import imported, passed_on, reachable
from gansmith.search.trial import InterruptedTrialError, trained
from gansmith.shown import sentence
from gansmith.study.plan import Job
from gansmith.study.queue import FAILURE, ILL, MEASURED, Queue, job_of

Say = Callable[[str], None]
WAIT = 0.5  # seconds between looks at what other processes do
MOST = 500  # letters of a reason that are kept


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
        with passed_on():
            queue.optuna.optimize(objective, n_trials=1, catch=(_FailedError,))
    except InterruptedTrialError:
        queue.add(taken[0])
        raise KeyboardInterrupt from None


def _trained(queue: Queue, trial: Any, job: Job, say: Say) -> float:
    """Train a run, keep what it was measured to be, and return the first number."""
    try:
        path = trained(queue.plan.tree(job), queue.run_of(job))
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


def _so_far(queue: Queue, job: Job) -> str:
    states = queue.states()
    over = sum(state in ("done", "failed") or one == job for one, state in states.items())
    return f"{over} of {len(states)}"
