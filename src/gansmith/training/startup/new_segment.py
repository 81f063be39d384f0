"""A run that goes on in a new segment: with a changed recipe or from an earlier checkpoint."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from gansmith.errors import RunError
from gansmith.listeners import Changed
from gansmith.recipe.write import recipe_text
from gansmith.runs import folder
from gansmith.runs.reader import read_run
from gansmith.training.parts.carry import carry
from gansmith.training.parts.state import State
from gansmith.training.session.checkpoint import (
    Checkpoint,
    DamagedError,
    age,
    checkpoints,
    read_state,
    remove,
)
from gansmith.training.session.session import Session
from gansmith.training.startup.choose_checkpoint import candidates
from gansmith.training.trainer import Trainer

FREE = ("data.batch", "data.flip", "data.turn", "data.changed", "data.cache", "data.audit")
UNTRAINED = "untrained"  # weights, which no checkpoint needs to hold
ANEW = "all weights are made anew"
FIXED = ("data.", "seed", "transfer", "condition", "codes", "evaluation.")


def not_to_change(paths: Sequence[str]) -> list[str]:
    """Return those of some recipe paths that stay what they are as long as a run lives.

    Its data, what samples are conditioned on, and how exams measure: numbers must compare.
    """
    free = (*FREE, "evaluation.every_kimg")
    return [path for path in paths if path.startswith(FIXED) and path not in free]


def chosen_checkpoint(run: Path, back_to: str | None) -> Checkpoint:
    """Return the checkpoint to go on from: the newest, the best, or that of a step.

    ``SEGMENT/STEP`` names one of a segment that was left as well.

    Raises:
        RunError: there is none, or none of that step.
    """
    if back_to == "best":
        return candidates(run)[0]
    there = checkpoints(run)
    if back_to is not None:
        there = [one for one in [*left_behind(run, back_to), *there] if _is_named(one, back_to)]
    if not there:
        steps = ", ".join(str(one.step) for one in checkpoints(run))
        wanted = f" of step {back_to}" if back_to else ""
        says = f"those that are kept are of the steps {steps}" if steps else "let it train on first"
        raise RunError(f"{run} has no checkpoint{wanted} to go on from; {says}")
    return there[-1]


def _is_named(one: Checkpoint, back_to: str) -> bool:
    return back_to in (str(one.step), f"{one.segment}/{one.step}")


def left_behind(run: Path, back_to: str) -> list[Checkpoint]:
    """Return the checkpoint ``SEGMENT/STEP`` where it stands in the folder of its segment."""
    segment, _, step = back_to.partition("/")
    if not (segment.isdecimal() and step.isdecimal()):
        return []
    kept = run / folder.SEGMENTS / segment / folder.CHECKPOINTS / f"step-{int(step):08d}"
    return [Checkpoint(kept, int(step), int(segment))] if kept.is_dir() else []


Spent = tuple[Session, int]  # the session of the segment so far, and the samples that it has seen


def go_on_changed(
    session: Session,
    trainer: Trainer,
    back_to: str | None,
    changes: Sequence[str],
    spent: Spent | None = None,
) -> None:
    """Begin a new segment: carry the state of a checkpoint into new parts, and keep it at once.

    The checkpoint that is kept makes the segment: a run that is killed before goes on without it.

    Args:
        session: of the run, with parts built for the new recipe.
        trainer: of the same parts.
        back_to: "best", a step, "SEGMENT/STEP", "untrained", or None for the newest checkpoint.
        changes: what is different in the recipe, in words.
        spent: of a run that is under way, whose length includes what it goes back behind.

    Raises:
        RunError: there is no such checkpoint, it is damaged, or next to nothing of it fits.
    """
    run, parts = session.path, session.parts
    chosen = None if back_to == UNTRAINED else chosen_checkpoint(run, back_to)
    state, told = _carried(chosen, session) if chosen else (State({}), [ANEW])
    parts.runtime.wait()
    said = [*(changes or ["the recipe is the same"]), *told]
    says = f"a new segment begins at step {chosen.step if chosen else 0}: {'; '.join(said)}"
    session.restore(trainer, state.progress, says, changed=True)
    if spent:
        _go_on_from(session, trainer, *spent)
    left = _announce(session, trainer, chosen, says) if parts.runtime.rank == 0 else []
    session.save(trainer)
    if parts.runtime.rank == 0:
        settle_recipe(run)
        for one in left:
            if one in checkpoints(run):  # unless it was tidied away
                remove(one.path)
    parts.runtime.wait()


def _carried(chosen: Checkpoint, session: Session) -> tuple[State, list[str]]:
    """Take over the state of a checkpoint; return it, and what did not go on as it was."""
    try:
        state = read_state(chosen)
    except DamagedError as error:
        raise RunError(f"the checkpoint {chosen.path} cannot be used: {error}") from error
    carried = carry(state, session.parts)
    if chosen.step:
        what = f"the generator of step {chosen.step}"
        carried.require_generator(what, session.path, session.parts)
    return state, carried.says()


def _go_on_from(session: Session, trainer: Trainer, before: Session, samples: int) -> None:
    """Let the length that is spent stay spent, wherever the new segment goes on from."""
    session.clock.go_on_from(before.clock, samples - trainer.samples)
    session.due.go_on_from(before.due, trainer.samples)
    session.moments.last = (session.clock.seconds(), trainer.samples)
    session.interrupted = before.interrupted


def settle_recipe(run: Path) -> None:
    """Make the recipe of the segment that the newest checkpoint is of the run's own.

    Such a recipe waits in its segment's folder until that checkpoint is whole; a kill in between
    leaves it there.
    """
    there = checkpoints(run)
    waiting = _recipe_of(run, there[-1].segment) if there else None
    if waiting and waiting.is_file():
        folder.write_text(run / folder.RECIPE, waiting.read_text(encoding="utf-8"))
        waiting.unlink()
        with suppress(OSError):  # checkpoints that were set aside may lie beside it
            waiting.parent.rmdir()


def _recipe_of(run: Path, segment: int) -> Path:
    return run / folder.SEGMENTS / str(segment) / folder.RECIPE


def _announce(
    session: Session, trainer: Trainer, chosen: Checkpoint | None, says: str
) -> list[Checkpoint]:
    """Begin the segment in the records; return the checkpoints that it leaves behind."""
    run, kimg = session.path, trainer.samples / 1000
    before = read_run(run)
    _keep_recipe(run, before.lineage.current, before.recipe_text)
    follows = chosen.segment if chosen else before.lineage.current
    session.announce(Changed(trainer.step, kimg, follows, says))
    begun = read_run(run).lineage.current
    _keep_recipe(run, begun, recipe_text(session.parts.recipe))
    return _copy_aside(run, chosen)


def _keep_recipe(run: Path, segment: int, text: str) -> None:
    kept = _recipe_of(run, segment)
    kept.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text(kept, text)


def _copy_aside(run: Path, chosen: Checkpoint | None) -> list[Checkpoint]:
    """Copy the chosen checkpoint and those after it to their segment; return those after it.

    None was chosen: all of them come after.
    """
    found = [one for one in checkpoints(run) if chosen is None or age(one) >= age(chosen)]
    for one in found:
        target = run / folder.SEGMENTS / str(one.segment) / folder.CHECKPOINTS / one.path.name
        if not target.exists():
            temporary = target.with_name(f".{target.name}.tmp")
            shutil.rmtree(temporary, ignore_errors=True)
            shutil.copytree(one.path, temporary)
            temporary.replace(target)
    return [one for one in found if one != chosen]
