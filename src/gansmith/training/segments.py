"""A run from its beginning to its end, segment after segment."""

from collections.abc import Mapping
from copy import deepcopy
from functools import partial
from typing import Any

from gansmith.errors import GansmithError
from gansmith.listeners import Announcer, NewSegment
from gansmith.preflight.check import check_recipe
from gansmith.recipe.defaults import complete
from gansmith.recipe.recipe import Recipe, make_recipe
from gansmith.recipe.write import differences
from gansmith.runs.reader import RunRecord
from gansmith.training.autopilot.autopilot import Autopilot
from gansmith.training.autopilot.choosing import Shares
from gansmith.training.parts.build import build_parts
from gansmith.training.parts.carry import TooLittleFitsError
from gansmith.training.parts.setup import Setup
from gansmith.training.session.session import Session
from gansmith.training.startup.new_segment import UNTRAINED, go_on_changed
from gansmith.training.startup.open_for_training import surroundings
from gansmith.training.trainer import Trainer


def run_segments(session: Session, trainer: Trainer) -> Session:
    """Train to the end; where a listener asks for a new segment, go on in it.

    Returns:
        The session of the last segment.
    """
    while wish := session.run(trainer):
        session, trainer = _next(session, trainer, wish)
    return session


def _next(before: Session, trained: Trainer, wish: NewSegment) -> tuple[Session, Trainer]:
    """Go on with a changed recipe; from untrained weights where its generator is another one."""
    old = before.parts.setup
    recipe = completed(wish.recipe, old)
    said = [wish.because, *differences(old.recipe, recipe)]
    try:
        return _begun(before, trained, recipe, wish.back_to, said)
    except TooLittleFitsError:
        said.append("next to nothing of the generator so far fits the new one")
        return _begun(before, trained, recipe, UNTRAINED, said)


def _begun(
    before: Session, trained: Trainer, recipe: Recipe, back_to: str | None, said: list[str]
) -> tuple[Session, Trainer]:
    """Build the parts of a changed recipe, carry the run's state into them, and keep it.

    Raises:
        TooLittleFitsError: next to nothing of the generator can be carried.
    """
    old = before.parts.setup
    parts = build_parts(Setup(recipe, old.data, old.runtime))
    examiner = before.exam.examiner and before.exam.examiner.of(parts)
    session = Session(parts, before.path, before.announce, examiner, phase=before.phase)
    trainer = Trainer(parts)
    go_on_changed(session, trainer, back_to, said, (before, trained.samples))
    return session, trainer


def completed(tree: Mapping[str, Any], setup: Setup) -> Recipe:
    """Return a changed recipe of a run, with what it leaves open chosen.

    Raises:
        RecipeError: it cannot work with the data of the run.
    """
    recipe, _ = complete(
        make_recipe(deepcopy(dict(tree))), surroundings(setup.recipe, setup.data, settled=True)
    )
    check_recipe(recipe, setup.data)
    return recipe


def autopilot_for(setup: Setup, record: RunRecord, announce: Announcer) -> Autopilot:
    """Return the autopilot of a run that is built from a setup."""
    doctor = setup.recipe.doctor
    shares = Shares(doctor.treatments, doctor.patience, doctor.last)
    return Autopilot(record, announce, partial(refusal, setup=setup), shares)


def refusal(tree: Mapping[str, Any], setup: Setup) -> str:
    """Return why a run cannot go on with a changed recipe; empty where it can."""
    try:
        build_parts(Setup(completed(tree, setup), setup.data, setup.runtime))
    except GansmithError as error:
        return str(error)
    return ""
