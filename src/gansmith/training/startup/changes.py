"""What a run that goes on may differ in from how it was started."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gansmith.data import Data
from gansmith.data.in_memory import other_samples
from gansmith.errors import RunError
from gansmith.recipe.recipe import Recipe, make_recipe
from gansmith.recipe.sections import LengthSection
from gansmith.recipe.write import differences
from gansmith.runs.reader import read_run
from gansmith.training.order import Order
from gansmith.training.startup.new_segment import not_to_change
from gansmith.training.startup.same_data import check_same_data

MAY_CHANGE = ("length.kimg", "length.budget", "runtime.device", "data.changed")
DOCTOR = "doctor."  # who watches: no bit of training hangs on it


@dataclass(frozen=True)
class Met:
    """How a run that goes on differs.

    Args:
        data: what to say of data that may differ; "" if they do not.
        segment: whether a new segment begins.
        changes: of the recipe, in words.
    """

    data: str = ""
    segment: bool = False
    changes: Sequence[str] = ()


def check_resumed(path: Path, recipe: Recipe, data: Data, order: Order) -> Met:
    """Refuse a recipe or data that a run cannot go on with.

    Raises:
        RunError: another recipe without the wish for a new segment, changes that no segment can
            have, a new segment in which nothing would differ, or other data.
    """
    old = make_recipe(dict(read_run(path).recipe), described=True)
    if says := other_samples(str(path), old.data.source, recipe.data.source):
        raise RunError(says)
    found = [(d.partition(":")[0], d) for d in differences(old, recipe)]
    if order.segment or order.back_to:
        return _in_a_segment(path, found, recipe, data, order)
    shorter = _shorter(old.length, recipe.length)
    wrong = [d for name, d in found if not _may_change(name) or name in shorter]
    if wrong and old.doctor.autopilot:
        raise RunError(
            f"{path} was started with another recipe ({'; '.join(wrong)}), or its autopilot has "
            "changed it since: leave the recipe out, and --resume goes on with the run's own"
        )
    if wrong:
        raise RunError(
            f"{path} was started with another recipe ({'; '.join(wrong)}); --resume may lengthen a "
            "run or move it to another device; for anything else start a new run, or add --segment "
            "to go on with the changed recipe in a new segment of this one"
        )
    return Met(check_same_data(path, data, recipe.data))


def _may_change(path: str) -> bool:
    return path in MAY_CHANGE or path.startswith(DOCTOR)


def _in_a_segment(
    path: Path, found: Sequence[tuple[str, str]], recipe: Recipe, data: Data, order: Order
) -> Met:
    fixed = not_to_change([name for name, _ in found])
    if fixed:
        raise RunError(
            f"a new segment of {path} keeps its data, its conditions and how exams measure, but "
            f"{', '.join(fixed)} would change; start a new run with --from {path}"
        )
    if not found and not order.back_to:
        raise RunError(
            f"nothing would differ in a new segment of {path}; name changes with --set or an "
            "earlier checkpoint with --back-to, or leave --segment out"
        )
    return Met(check_same_data(path, data, recipe.data), True, [says for _, says in found])


def _shorter(old: LengthSection, new: LengthSection) -> set[str]:
    both = {name: (getattr(old, name), getattr(new, name)) for name in ("kimg", "budget")}
    return {f"length.{name}" for name, (was, now) in both.items() if was and now and now < was}
