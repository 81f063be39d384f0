"""``gansmith study``: recipes x seeds from a queue that goes on where it was left."""

from typing import Annotated, Any

from cyclopts import Parameter

from gansmith.cli.output import say, say_json
from gansmith.cli.usage import at_least
from gansmith.shown import one_line


def study(
    file: str,
    /,
    *,
    out: str | None = None,
    storage: str = "",
    name: str = "",
    jobs: int = 1,
    retry: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
    worker: Annotated[bool, Parameter(negative="", show=False)] = False,
) -> None:
    """Train several recipes with several seeds each, and compare them with intervals over seeds.

    The same command goes on where it was left: a run that was cut off from its last checkpoint, and
    what is done is not trained again. Given at the same time on several machines that share the
    storage, each takes runs from the same queue.

    Args:
        file: TOML with seeds = 5 and a table for each recipe, as [recipes.weak] with
            recipe = "ring" and set = {"terms.r1.gamma" = 0.1}; set and data above them are of all.
        out: folder of the study; runs/study-NAME if not said.
        storage: URL of a database that several machines share, as postgresql+pg8000://...; an
            SQLite file in the folder if not said.
        name: of the study in its storage; that of the folder if not said.
        jobs: runs at a time, each in a process with one thread.
        retry: train again what failed.
        json: print one JSON document at the end.
        worker: whether this is one of several processes.

    Raises:
        UsageError: a number is out of range, or the study was begun with another recipe.
    """
    at_least("--jobs", jobs, 1)
    from gansmith.study.studying import study as studied

    found = studied(file, out, storage, name, jobs, retry, _quiet if json else say, worker)
    if json:
        say_json(found)
    elif found:
        _show(found)


def _quiet(line: str) -> None:
    """Say nothing: one JSON document is all that is printed."""


def _show(found: dict[str, Any]) -> None:
    from gansmith.cli.compare import show

    show(found)
    for run, failures in found["ill"].items():
        say(one_line(f"ill      {run}: {', '.join(failures).replace('_', ' ')}"))
    for run, reason in found["failed"].items():
        say(one_line(f"failed   {run}: {reason}"))
