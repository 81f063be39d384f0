"""Trains a specimen and keeps its records."""

import tempfile
import time
from pathlib import Path
from typing import Any

from gansmith.errors import TrainingStoppedError
from gansmith.recipe.recipe import make_recipe
from gansmith.recipe.tree import change
from gansmith.runs.reader import read_run
from gansmith.testing.zoo.places import altered, prepare
from gansmith.testing.zoo.specimens import Specimen
from gansmith.testing.zoo.store import write_record
from gansmith.training.start import Order, train


def make(specimen: Specimen, out: Path, pack: Path | None = None) -> Path | None:
    """Train a specimen and keep its records in ``out``; None where its data are not at hand.

    Args:
        specimen: what to make.
        out: folder of the records.
        pack: folder with data sets that do not ship, see ``places.prepare``.
    """
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as scratch:
        run = train_specimen(specimen, Path(scratch), pack)
        if run is None:
            return None
        path = out / f"{specimen.name}.json.xz"
        write_record(path, read_run(run), _facts(specimen, time.process_time() - begun))
    return path


def train_specimen(specimen: Specimen, folder: Path, pack: Path | None = None) -> Path | None:
    """Train a specimen inside ``folder`` and return its run folder; see ``make``.

    Raises:
        KeyboardInterrupt: somebody asked for an end, and half a run is no specimen.
    """
    source = prepare(specimen.place, pack)
    if source is None:
        return None
    if specimen.way.data:
        source = altered(specimen.place, source, specimen.way.data, folder / "data")
    run = folder / "run"
    try:
        train(Order(make_recipe(_tree(specimen, source)), run=str(run), quiet=True))
    except (TrainingStoppedError, ValueError):  # an exam of fakes that are NaN
        if not run.is_dir():  # a recipe that was refused
            raise
    journal = read_run(run).journal
    if journal and journal[-1]["says"].startswith("stopped by"):
        raise KeyboardInterrupt
    return run


def _tree(specimen: Specimen, source: str) -> dict[str, Any]:
    tree = specimen.place.tree(specimen.seed)
    tree["data"]["source"] = source
    for dotted, value in specimen.way.changes(specimen.place).items():
        change(tree, dotted, value)
    generator = tree["networks"]["generator"]
    if "source" in generator:
        generator |= {"source": source, "seed": specimen.seed}
    return tree


def _facts(specimen: Specimen, seconds: float) -> dict[str, Any]:
    place, way = specimen.place, specimen.way
    return {
        "data": place.data,
        "architecture": place.architecture,
        "way": way.name,
        "failure": way.failure,
        "also": list(way.also),
        "seconds": round(seconds, 1),
        "source": Path(str(specimen.place.source)).stem,
    }
