"""Trains a planned run and keeps its records."""

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.doctor.zoo.planned_runs import PlannedRun
from benchmarks.doctor.zoo.settings import altered, prepare
from benchmarks.doctor.zoo.store import write_record
from gansmith.errors import TrainingStoppedError
from gansmith.recipe.recipe import make_recipe
from gansmith.recipe.tree import change
from gansmith.runs.reader import read_run
from gansmith.training.start import Order, train


def make(planned: PlannedRun, out: Path, pack: Path | None = None) -> Path | None:
    """Train a planned run and keep its records in ``out``; None where its data are missing.

    Args:
        planned: the run to make.
        out: folder of the records.
        pack: folder with data sets that do not ship, see ``settings.prepare``.
    """
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as scratch:
        run = train_planned(planned, Path(scratch), pack)
        if run is None:
            return None
        path = out / f"{planned.name}.json.xz"
        write_record(path, read_run(run), _facts(planned, time.process_time() - begun))
    return path


def train_planned(planned: PlannedRun, folder: Path, pack: Path | None = None) -> Path | None:
    """Train a planned run inside ``folder`` and return its run folder; see ``make``.

    Raises:
        KeyboardInterrupt: the run was interrupted, and half a run is not kept.
    """
    source = prepare(planned.setting, pack)
    if source is None:
        return None
    if planned.scenario.data:
        source = altered(planned.setting, source, planned.scenario.data, folder / "data")
    run = folder / "run"
    try:
        train(Order(make_recipe(_tree(planned, source)), run=str(run), quiet=True))
    except (TrainingStoppedError, ValueError):  # an exam of fakes that are NaN
        if not run.is_dir():  # a recipe that was refused
            raise
    journal = read_run(run).journal
    if journal and journal[-1]["says"].startswith("stopped by"):
        raise KeyboardInterrupt
    return run


def _tree(planned: PlannedRun, source: str) -> dict[str, Any]:
    tree = planned.setting.tree(planned.seed)
    tree["data"]["source"] = source
    for dotted, value in planned.scenario.changes(planned.setting).items():
        change(tree, dotted, value)
    generator = tree["networks"]["generator"]
    if "source" in generator:
        generator |= {"source": source, "seed": planned.seed}
    return tree


def _facts(planned: PlannedRun, seconds: float) -> dict[str, Any]:
    setting, scenario = planned.setting, planned.scenario
    return {
        "data": setting.data,
        "architecture": setting.architecture,
        "way": scenario.name,
        "failure": scenario.failure,
        "also": list(scenario.also),
        "seconds": round(seconds, 1),
        "source": Path(str(planned.setting.source)).stem,
    }
