"""Which checkpoint of a run to take: the best or the last, or where that is damaged another."""

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from gansmith.errors import RunError, RunWarning
from gansmith.runs import folder
from gansmith.runs.manifest import is_listed, looks_changed
from gansmith.runs.ranking import best_step, checked_exam
from gansmith.runs.reader import read_run
from gansmith.training.session.checkpoint import (
    STATE,
    Checkpoint,
    DamagedError,
    age,
    checkpoints,
    incomplete,
)
from gansmith.values import value_of

Taken = TypeVar("Taken")


def candidates(run: Path, which: str = "best") -> list[Checkpoint]:
    """Return a run's checkpoints: the best or the last first, the others from the newest on.

    Raises:
        RunError: there is no such run, or it has no checkpoint yet.
        ValueError: ``which`` is neither ``best`` nor ``last``.
    """
    if which not in ("best", "last"):
        raise ValueError(f"which must be best or last but is {which!r}")
    record = read_run(run)
    newest_first = sorted([*checkpoints(run), *incomplete(run)], key=age, reverse=True)
    if not newest_first:
        raise RunError(f"{run} has no checkpoint yet; let it train until its first exam")
    if which == "last":
        return newest_first
    steps = {one.step for one in newest_first}
    read = map(checked_exam, record.metrics)
    exams = [exam for exam in read if exam["step"] and exam["step"] in steps]
    best = best_step(exams, lambda name, value: value_of(name, record.values).loss(value))
    return sorted(newest_first, key=lambda one: one.step != best)


def first_whole(
    run: Path, wanted: Sequence[Checkpoint], load: Callable[[Checkpoint], Taken]
) -> tuple[Checkpoint, Taken]:
    """Return the first checkpoint that can be loaded, and what it holds; warn of those before it.

    Args:
        run: the run folder.
        wanted: its checkpoints, the preferred one first.
        load: raises ``DamagedError`` for one that cannot be used.

    Raises:
        RunError: none of them can be used.
    """
    passed: list[tuple[Checkpoint, str]] = []
    for checkpoint in wanted:
        try:
            found = load(checkpoint)
        except DamagedError as error:
            passed.append((checkpoint, str(error)))
            continue
        if passed:
            warnings.warn(RunWarning(_instead(checkpoint, passed)), stacklevel=3)
        if not is_listed(checkpoint.path):
            warnings.warn(RunWarning(unchecked(checkpoint)), stacklevel=3)
        elif looks_changed(checkpoint.path, STATE):
            warnings.warn(RunWarning(_state_damaged(checkpoint)), stacklevel=3)
        return checkpoint, found
    raise RunError(none_whole(run, passed))


def unchecked(checkpoint: Checkpoint) -> str:
    """Say that a checkpoint has no digests to be checked by."""
    return (
        f"{checkpoint.path} has no manifest, as older versions wrote none, so it cannot be checked "
        "for damage"
    )


def _state_damaged(checkpoint: Checkpoint) -> str:
    """Say that a checkpoint can be sampled from, and no longer be trained on from."""
    return (
        f"{checkpoint.path / STATE} is not as it was written: the weights are whole, but --resume "
        "will go on from another checkpoint"
    )


def none_whole(run: Path, passed: Sequence[tuple[Checkpoint, str]]) -> str:
    """Say that no checkpoint of a run can be used, why, and what to do."""
    return (
        f"no checkpoint of {run} can be used: {_listed(passed)}; put a copy of one back, or remove "
        f"{run / folder.CHECKPOINTS} and train from the start again with --resume"
    )


def _instead(used: Checkpoint, passed: Sequence[tuple[Checkpoint, str]]) -> str:
    return f"the checkpoint of step {used.step} is used, for another is damaged: {_listed(passed)}"


def _listed(passed: Sequence[tuple[Checkpoint, str]]) -> str:
    return ", ".join(f"{one.path.name} ({why})" for one, why in passed[:4])
