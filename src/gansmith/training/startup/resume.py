"""Going on with a run: from the newest checkpoint that is whole, or from the start."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gansmith.errors import RunError, RunWarning
from gansmith.runs import folder
from gansmith.runs.lock import Lock
from gansmith.runs.manifest import is_listed
from gansmith.training.parts.run_parts import Parts
from gansmith.training.session.checkpoint import (
    Checkpoint,
    DamagedError,
    age,
    checkpoints,
    incomplete,
    load_checkpoint,
)
from gansmith.training.session.session import Session
from gansmith.training.startup.choose_checkpoint import none_whole, unchecked
from gansmith.training.startup.leftovers import sweep
from gansmith.training.trainer import Trainer

Passed = tuple[Checkpoint, str]  # a checkpoint that cannot be used, and why


@dataclass(frozen=True)
class Found:
    """The checkpoint to go on from, what it holds, and those that were passed over."""

    checkpoint: Checkpoint
    state: dict[str, Any]
    passed: list[Passed] = field(default_factory=list)


@contextmanager
def taken(run: Path) -> Iterator[None]:
    """Hold a run folder for its only writer, cleared of what a kill left there.

    Raises:
        RunError: there is no such run, or another process writes it.
    """
    folder.require_run(run)
    with Lock(run):
        sweep(run)
        yield


def has_checkpoint(run: Path) -> bool:
    """Say whether a run was ever kept: if not, it goes on from its start."""
    return bool(checkpoints(run) or incomplete(run))


def resume(session: Session, trainer: Trainer, changed: str = "") -> None:
    """Put a session and its trainer where the run's newest whole checkpoint is.

    Args:
        session: of the run's folder.
        trainer: of the same parts.
        changed: what to say of data that have changed since; "" if they have not.

    Raises:
        RunError: the run has checkpoints, but none that is whole.
    """
    run, runtime = session.path, session.parts.runtime
    first = runtime.rank == 0
    found = find(run, session.parts)
    runtime.wait()  # until all have loaded: the first process may now rename
    if found is None:
        told = [f"{run} has no checkpoint yet, so training starts from the beginning", changed]
        session.restore(trainer, {}, _resumed(0, told))
    else:
        told = [_put_aside(found.passed, found.checkpoint) if first else "", changed]
        session.restore(trainer, found.state, _resumed(found.checkpoint.step, told))
        told.append("" if is_listed(found.checkpoint.path) else unchecked(found.checkpoint))
    for says in filter(None, told):
        if first:
            warnings.warn(RunWarning(says), stacklevel=2)


def _resumed(step: int, told: Sequence[str]) -> str:
    return ": ".join(filter(None, (f"resumed at step {step}", "; ".join(filter(None, told)))))


def find(run: Path, parts: Parts) -> Found | None:
    """Load the newest checkpoint that is whole into the parts; None if there is none at all.

    Raises:
        RunError: there are checkpoints, but none is whole.
    """
    passed: list[Passed] = []
    there = sorted([*checkpoints(run), *incomplete(run)], key=age, reverse=True)
    for checkpoint in there:
        try:
            return Found(checkpoint, load_checkpoint(checkpoint, parts), passed)
        except DamagedError as error:
            passed.append((checkpoint, str(error)))
    if passed:
        raise RunError(none_whole(run, passed))
    return None


def _put_aside(passed: Sequence[Passed], used: Checkpoint) -> str:
    """Rename checkpoints that cannot be used, so that none counts as newest; return what to say."""
    told = []
    for one, why in passed:
        aside = folder.free_name(one.path.with_name(f"damaged-{one.path.name}"))
        one.path.replace(aside)
        told.append(f"that of step {one.step} ({why}; kept as {aside.name})")
    if not told:
        return ""
    return (
        f"training goes on from the checkpoint of step {used.step}, for a newer one is damaged: "
        + ", ".join(told)
    )
