"""A worker: takes trials of a study until as many as were ordered are done."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gansmith.search.guard import ranked
from gansmith.search.proposing import GUARD
from gansmith.search.storage import BEAT, GRACE, imported, passed_on, reachable, url_of
from gansmith.search.study import (
    FAILURE,
    OUTCOME,
    REASON,
    SURPLUS,
    Study,
    first_number,
    open_study,
)
from gansmith.search.trial import InterruptedTrialError, objective

Say = Callable[[str], None]
WAIT = 0.5  # seconds between looks at what the others do
OPEN = ("RUNNING", "WAITING")


def work(folder: Path, say: Say, worker: int = 0, beat: int = BEAT, grace: int = GRACE) -> None:
    """Do trials until all that were ordered are over, those of other workers too.

    A trial whose process died is queued again once it has given no sign of life for a while, and is
    resumed from its last checkpoint.

    Args:
        folder: of the study.
        say: prints a line.
        worker: number of this worker.
        beat: seconds between a trial's signs of life.
        grace: seconds without one, after which its process counts as dead.

    Raises:
        KeyboardInterrupt: the user stopped it; the trial in progress is queued again.
        GansmithError: the storage cannot be reached.
    """
    optuna, study = imported(), open_study(folder, beat, grace, worker)
    run, told = objective(study, say), _teller(study, say)
    with reachable(url_of(folder, study.plan.storage)):
        while True:
            optuna.storages.fail_stale_trials(study.optuna)
            states = [trial.state.name for trial in study.counted]
            if "WAITING" in states or len(states) < study.plan.trials:
                _one(study, run, told)
            elif "RUNNING" in states:
                time.sleep(WAIT)
            else:
                return study.close()


def _one(study: Study, run: Any, told: Any) -> None:
    try:
        with passed_on():
            study.optuna.optimize(run, n_trials=1, callbacks=[told], catch=())
    except InterruptedTrialError:
        _queue_again(study)
        raise KeyboardInterrupt from None


def _queue_again(study: Study) -> None:
    """Queue the trial that was just interrupted: its run is gone on with."""
    last = study.optuna.get_trials(deepcopy=False)
    mine = max((t for t in last if t.state.name == "FAIL"), key=lambda t: t.datetime_complete)
    study.optuna.enqueue_trial(mine.params, user_attrs={"resumes": first_number(mine)})


def _teller(study: Study, say: Say) -> Any:
    """Return what prints a line after each trial."""

    def tell(_: Any, trial: Any) -> None:
        if trial.user_attrs.get(SURPLUS):
            return
        counted = study.counted
        over = sum(one.state.name not in OPEN for one in counted)
        best = next(iter(ranked(study.outcomes(counted))), None)
        found = f"best so far: trial {best.number} with {abs(best.loss):.4g}" if best else ""
        where = f"{over} of {study.plan.trials}"
        say("  ".join(filter(None, [where, f"trial {trial.number}: {came_to(trial)}", found])))

    return tell


def came_to(trial: Any) -> str:
    """Say in a few words what came of a trial."""
    told = trial.user_attrs.get(OUTCOME)
    if told:
        varied = "" if trial.user_attrs.get(GUARD, 0.0) <= 0 else ", its samples are too alike"
        return f"{told['value']:.4g}{varied}"
    if FAILURE in trial.user_attrs:
        return f"ended, {trial.user_attrs[REASON]}"
    return str(trial.state.name.lower())
