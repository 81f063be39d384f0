"""Whether a resumed run meets the data that it was started on."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gansmith.data import Data
from gansmith.errors import RunError
from gansmith.recipe.sections import DataSection as Section
from gansmith.runs import folder
from gansmith.runs.reader import read_run
from gansmith.runs.writer import RunWriter
from gansmith.shown import listed
from gansmith.training.parts.run_parts import Parts
from gansmith.training.session.environment import describe_data, describe_environment
from gansmith.training.startup.record_contents import add_contents


def check_same_data(run: Path, data: Data, settings: Section) -> str:
    """Return "" if the data are those of the run's start, else what to say about it.

    Where a run does not know the digest of its data they cannot be compared, which is said.

    Args:
        run: the run folder.
        data: as they are now.
        settings: the recipe's section on data.

    Raises:
        RunError: the data have changed and that is not allowed.
    """
    now, before = describe_data(data), read_run(run).environment.get("data")
    if not isinstance(before, Mapping) or not before.get("digest"):
        return (
            f"{run / folder.ENVIRONMENT} does not say which data the run was started on, so that "
            "they could not be compared with those of now"
        )
    changed = _changed_beside(before, now)
    if not _differ(before, now) and not changed:
        return ""
    says = f"the data are not those that {run} was started on: {_counts(before)} then, " + (
        f"{_counts(now)} now{changed}"
    )
    if settings.changed is None:
        raise RunError(
            f"{says}; what is held out, the order and the exams' reference would change within "
            f"one run: put the data back, or start a new run on them with `gansmith train --data "
            f"{settings.source} --from {run}`, or go on all the same with --set data.changed=allow"
        )
    return f"{says}; exams from here on are not comparable with those before"


def update_environment(run: Path, parts: Parts, changed: str) -> None:
    """Write environment.json anew where it was lost, or where the data have changed."""
    facts = read_run(run).environment
    add_contents(run, parts, bool(changed))
    if not facts:
        RunWriter(run).environment(describe_environment(parts))
    elif changed:
        before = facts.get("data_before")
        earlier = [*(before if isinstance(before, list) else []), facts.get("data")]
        now = {"data": describe_data(parts.data), "data_before": earlier}
        RunWriter(run).environment({**facts, **now})


def _differ(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Say whether contents differ, also those of images that samples are made from."""
    pairs = [(before, now), (before.get("inputs"), now.get("inputs"))]
    known = [
        (one["digest"], other["digest"])
        for one, other in pairs
        if isinstance(one, Mapping) and isinstance(other, Mapping) and one.get("digest")
    ]
    return any(one != other for one, other in known)


def _changed_beside(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Say which captions and attributes are others than before, or gone; what is new may come.

    A run of a version that did not record them has nothing to compare.
    """
    known, found = before.get("beside"), now.get("beside", {})
    names = known.items() if isinstance(known, Mapping) else ()
    changed = [name for name, digest in names if found.get(name) != digest]
    return f", with other {listed(changed)}" if changed else ""


def _counts(data: Mapping[str, Any]) -> str:
    inputs = data.get("inputs")
    more = f", inputs {str(inputs.get('digest'))[:8]}" if isinstance(inputs, Mapping) else ""
    return (
        f"{data.get('train')} to train on and {data.get('held_out')} held out "
        f"(digest {str(data.get('digest'))[:8]}{more})"
    )
