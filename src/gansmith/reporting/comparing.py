"""Runs and evaluations side by side; they are ranked only where they were measured alike."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from gansmith.errors import RunError
from gansmith.facts import Value
from gansmith.reading import is_regular, json_value, read_text
from gansmith.reporting.same_recipe import Seeded, groups, recipe_of
from gansmith.runs.protocols import differences
from gansmith.runs.ranking import checked_exam
from gansmith.runs.reader import RunRecord, read_run
from gansmith.values import value_of


class Measured(NamedTuple):
    """Numbers of one run at its best exam, or of one evaluation, and how they were measured."""

    name: str
    kimg: float | None
    metrics: Mapping[str, float]
    floor: Mapping[str, float]
    protocol: Mapping[str, Any]
    values: Mapping[str, Value]
    recipe: Mapping[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        values = {name: value.as_dict() for name, value in self.values.items()}
        return {**self._asdict(), "values": values}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Measured":
        """Return what ``as_dict`` gave."""
        read = {name: Value.read(value) for name, value in told["values"].items()}
        return cls(**{**told, "values": {n: v for n, v in read.items() if v is not None}})


def compare(paths: Sequence[str | Path], anyway: bool = False) -> dict[str, Any]:
    """Return what several runs or evaluations reached, best first.

    Runs are compared at their best exam by the first metric. Numbers measured in different ways are
    not ranked, unless ``anyway``. Runs whose recipes differ in the seed alone are taken together.

    Args:
        paths: run folders, or JSON files that ``gansmith evaluate --json`` printed.
        anyway: rank numbers of different protocols too; the differences are reported.

    Returns:
        ``ranked_by`` (a metric), ``differences`` (how the measuring differed) and ``runs``, each
        with ``run``, ``kimg``, ``metrics``, ``floor`` and ``protocol``; ``values``: title, meaning
        and good direction of each metric that all have; and ``recipes``, where one of them has
        several seeds: each with ``name``, ``runs``, ``seeds``, ``repeated`` (runs of a seed that is
        there already, not counted), ``differs`` (recipe options that tell it from others),
        ``metrics`` (``mean`` over seeds, 95 % interval ``low`` to ``high`` by Student's t,
        ``seeds``) and ``behind`` (Welch's interval of its mean minus the best's, and ``p``).

    Raises:
        RunError: a path is not a run or evaluation, has no numbers yet, they have no metric in
            common, or they were measured differently.
    """
    if len(paths) < 2:
        raise RunError("there is one run only; give two or more to compare")
    return ranked([measured(Path(path)) for path in paths], anyway)


def ranked(found: Sequence[Measured], anyway: bool = False) -> dict[str, Any]:
    """Return numbers of runs or evaluations side by side, best first; see ``compare``.

    Args:
        found: at least one.
        anyway: rank numbers of different protocols too; the differences are reported.

    Raises:
        RunError: they have no metric in common, or were measured differently.
    """
    shared = [name for name in found[0].metrics if all(name in one.metrics for one in found)]
    if not shared:
        raise RunError("these have no metric in common; measure them with the same metrics")
    differing = differences([one.protocol for one in found])
    if differing and not anyway:
        raise RunError(
            f"these numbers were measured differently and cannot be ranked ({'; '.join(differing)})"
            f"; measure them alike with gansmith evaluate, or add --anyway"
        )
    recorded = {name: value for one in found for name, value in one.values.items()}
    values = {name: value_of(name, recorded) for name in shared}
    found = sorted(found, key=lambda one: values[shared[0]].loss(one.metrics[shared[0]]))
    runs = [{"run": one.name, **one._asdict()} for one in found]
    for run in runs:
        del run["name"], run["values"], run["recipe"]
    told = {name: value.as_dict() for name, value in values.items()}
    seeded = [Seeded(one.name, one.metrics, one.recipe) for one in found]
    known = {n: v for n, v in values.items() if all(one.metrics[n] is not None for one in found)}
    return {
        "ranked_by": shared[0],
        "differences": differing,
        "runs": runs,
        "values": told,
        "recipes": groups(seeded, known) if known else [],
    }


def measured(path: Path) -> Measured:
    """Return the numbers of a run's best exam, or of an evaluation kept as JSON.

    Raises:
        RunError: it is neither, or has no numbers yet.
    """
    if is_regular(path):
        return _evaluation(path)
    run = read_run(path)
    exams = [checked_exam(row) for row in run.metrics if row.get("metrics") and row.get("step")]
    if not exams and any(row.get("metrics") for row in run.metrics):
        raise RunError(
            f"{path} has one exam, of the untrained generator, which says nothing of training; let "
            f"it train until the next"
        )
    if not exams:
        raise RunError(f"{path} has no exam yet; let it train until its first")
    value = value_of(next(iter(exams[0]["metrics"])), run.values)
    best = min(exams, key=lambda row: value.loss(next(iter(row["metrics"].values()))))
    protocol = {**_table(best, "protocol"), "data": _data_of(run)}
    name = path.resolve().name
    kimg = best.get("kimg") if isinstance(best.get("kimg"), int | float) else None
    floor, recipe = _table(best, "floor"), recipe_of(run)
    return Measured(name, kimg, best["metrics"], floor, protocol, run.values, recipe)


def _data_of(run: RunRecord) -> Any:
    """Return what two runs on the same data have in common; of a toy, drawn by the seed, its name.

    Its reals differ from seed to seed as another draw of the same distribution does.
    """
    data = _table(run.environment, "data")
    drawn = _table(data, "facts").get("kind") == "toy"
    source = _table(run.recipe, "data").get("source") if drawn else None
    return source or data.get("digest") or data.get("name")


def _table(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = record.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _evaluation(path: Path) -> Measured:
    try:
        found = json_value(read_text(path))
        protocol = {**found["protocol"], "data": found["protocol"]["sources"]["real"]}
        metrics, floor = ({**found[name]} for name in ("metrics", "floor"))
        checked_exam({"step": 0, "metrics": metrics})
        return Measured(path.stem, None, metrics, floor, protocol, {})
    except (OSError, ValueError, KeyError, TypeError, RunError) as error:
        raise RunError(
            f"{path} is neither a run folder nor a file that gansmith evaluate --json printed"
        ) from error
