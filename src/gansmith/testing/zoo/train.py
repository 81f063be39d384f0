"""Trains a specimen and keeps its records."""

import contextlib
import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from gansmith.doctor.history import History
from gansmith.doctor.quality import way_left
from gansmith.errors import TrainingStoppedError
from gansmith.recipe.load import change, make_recipe
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
    source = prepare(specimen.place, pack)
    if source is None:
        return None
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        if specimen.way.data:
            source = altered(specimen.place, source, specimen.way.data, Path(scratch) / "data")
        run = Path(scratch) / "run"
        with contextlib.suppress(TrainingStoppedError):
            train(Order(make_recipe(_tree(specimen, source)), run=str(run), quiet=True))
        record = read_run(run)
        if record.journal and record.journal[-1]["says"].startswith("stopped by"):
            raise KeyboardInterrupt  # somebody asked for an end: half a run is no specimen
        history = History.of(record)
        path = out / f"{specimen.name}.json.xz"
        write_record(path, record, _facts(specimen, history, time.monotonic() - begun))
    return path


def _tree(specimen: Specimen, source: str) -> dict[str, Any]:
    tree = specimen.place.tree(specimen.seed)
    tree["data"]["source"] = source
    for dotted, value in specimen.way.changes(specimen.place).items():
        change(tree, dotted, value)
    return tree


def _facts(specimen: Specimen, history: History, seconds: float) -> dict[str, Any]:
    place, way = specimen.place, specimen.way
    return {
        "data": place.data,
        "architecture": place.architecture,
        "way": way.name,
        "failure": way.failure,
        "also": list(way.also),
        "confirmed": confirmed(way.failure, history),
        "seconds": round(seconds, 1),
        "source": Path(str(specimen.place.source)).stem,
    }


def confirmed(failure: str, history: History) -> bool:
    """Say whether what was intended came about, by the quality at the end.

    Failures that are built in (a deaf or checkered generator, copies in the data) are certain.
    """
    check = OUTCOMES.get(failure)
    return check is None or check(history)


def _stays_far(history: History) -> bool:
    return way_left(history) > 0.5


def _goes_silent(history: History) -> bool:
    values = history.column("gradient/samples").known.values
    return len(values) > 0 and float(np.median(values[-5:])) < 0.02 * float(values[:16].max())


def _broke(history: History) -> bool:
    broken = any(row.get("nonfinite") for row in history.signals)
    losses = history.column("loss/discriminator").known.values
    return broken or bool(len(losses) and np.abs(losses).max() > 1e3)


def _swings(history: History) -> bool:
    values = history.column("metrics/frechet_distance").known.values[4:]
    return len(values) > 4 and float(np.log(values).std()) > 0.4


OUTCOMES: dict[str, Callable[[History], bool]] = {
    "": lambda history: way_left(history) < 0.55,
    "vanishing_gradient": lambda history: _stays_far(history) and _goes_silent(history),
    "discriminator_dominates": _stays_far,
    "generator_dominates": _stays_far,
    "unsuitable_loss": _stays_far,
    "divergence": _broke,
    "oscillation": _swings,
    "undertrained": lambda history: way_left(history) > 0.3,
    "underfitting": lambda history: way_left(history) > 0.35,
    "mode_collapse": lambda history: (
        history.recent("metrics/diversity_ratio") < 0.7
        or math.exp(-history.recent("metrics/reverse_kl")) < 0.7
    ),
    "discriminator_overfitting": lambda history: history.exams >= 8,
}
