"""A new run folder: all that is known before training, with the recipe written last."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gansmith.data import DataFinding
from gansmith.recipe.defaults import Choice
from gansmith.recipe.write import chosen, recipe_text
from gansmith.runs import folder
from gansmith.runs.lock import Lock
from gansmith.runs.writer import RunWriter, event_record
from gansmith.training.parts.fitting import Taken
from gansmith.training.parts.run_parts import Parts
from gansmith.training.session.environment import describe_environment
from gansmith.training.startup.leftovers import sweep
from gansmith.training.startup.record_contents import record_contents


@contextmanager
def begin(
    path: Path,
    parts: Parts,
    choices: Sequence[Choice],
    seen: Sequence[DataFinding],
    started: Sequence[Taken],
    expected: str = "",
) -> Iterator[None]:
    """Make a run folder and hold it for its only writer.

    The recipe makes a folder a run. It is written last: a run that is killed before has not begun,
    one that is killed afterwards knows all that it was begun with.

    Raises:
        RunError: the folder is taken, or cannot be written.
    """
    folder.create_run(path)
    with Lock(path):
        folder.require_free(path)  # nobody began a run here since it was checked
        sweep(path)
        writer = RunWriter(path)
        events = [*_events(parts, choices, seen, started), *_expected(expected)]
        writer.text(folder.JOURNAL, "".join(folder.json_line(event) for event in events))
        writer.environment(describe_environment(parts))
        record_contents(path, parts)
        writer.text(folder.RECIPE, recipe_text(parts.recipe, choices))
        yield


def _events(
    parts: Parts, choices: Sequence[Choice], seen: Sequence[DataFinding], started: Sequence[Taken]
) -> Iterator[dict[str, Any]]:
    yield _event("started", f"started on {parts.data.name}")
    for choice in choices:
        yield _event("choice", chosen(choice))
    for finding in parts.remarks:
        yield _event("note", finding.sentence, finding=finding.as_dict())
    for found in seen:
        yield _event("audit", found.sentence, finding=found.as_dict())
    for name, reason in parts.data.facts.get("skipped", ()):
        yield _event("skipped", f"{name}: {reason}")
    for part in started:
        says = f"started from {parts.recipe.transfer and parts.recipe.transfer.run}: {part.says()}"
        names = {"taken": part.taken, "skipped": part.skipped, "fresh": part.fresh}
        yield _event("note", says, player=part.player, **names)


def _expected(says: str) -> Iterator[dict[str, Any]]:
    if says:
        yield _event("note", f"expected: {says}")


def _event(event: str, says: str, **more: Any) -> dict[str, Any]:
    return event_record(event, says, 0, 0.0, **more)
