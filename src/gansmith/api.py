"""The functions that ``import gansmith`` offers."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gansmith.deploy import LoadedGenerator, load
from gansmith.doctor.diagnose import Verdict
from gansmith.doctor.diagnose import diagnose as _diagnose
from gansmith.errors import RunWarning
from gansmith.recipe.sections import Recipe
from gansmith.report.page import write_report
from gansmith.training.start import Order
from gansmith.training.start import train as _train


def train(
    recipe: str | Path | Recipe | None = None,
    data: str | Path | None = None,
    run: str | Path | None = None,
    resume: bool = False,
    quiet: bool = False,
    set: Mapping[str, Any] | None = None,
    from_run: str | Path | None = None,
) -> Path:
    """Train a GAN and return the run folder.

    Args:
        recipe: a recipe, a path to one, or the name of one that ships; None: chosen from the data.
        data: what to train on, in place of the recipe's own: a path or an embedded name.
        run: the folder to write; ``runs/NAME-N`` if not said.
        resume: go on with that run.
        quiet: show nothing.
        set: changes to the recipe by dotted path, as ``{"length.kimg": 100}``.
        from_run: start from the networks of a trained run, as far as they fit.

    Raises:
        GansmithError: one sentence on what cannot work and what to do.

    Warns:
        RunWarning: a resumed run has lost something, or the report could not be written.
    """
    named = recipe if isinstance(recipe, Recipe) or recipe is None else str(recipe)
    where = None if data is None else str(data)
    changes = {**(set or {}), **({"transfer.run": str(from_run)} if from_run else {})}
    path = _train(Order(named, where, changes, None if run is None else str(run), resume, quiet))
    try:
        write_report(path)
    except Exception as error:  # the run itself is whole
        says = f"the report of {path} could not be written: {error}; try gansmith.report"
        warnings.warn(RunWarning(says), stacklevel=2)
    return path


def diagnose(run: str | Path) -> Verdict:
    """Say what is wrong with a run, with evidence; see ``Verdict``.

    Raises:
        RunError: there is no such run.
    """
    return _diagnose(run)


def report(run: str | Path, out: str | Path | None = None) -> Path:
    """Write the report of a run as one HTML file and return its path."""
    return write_report(run, out)


def evaluate(real: Any, fake: Any, **options: Any) -> dict[str, Any]:
    """Measure generated samples against real ones; see ``gansmith.metrics.evaluate``.

    ``fake`` may be a run folder: its generator makes the samples.
    """
    from gansmith.metrics import evaluate as measure

    return measure(real, fake, open_run=open_run, **options)


def open_run(run: Path, count: int, seed: int) -> Any:
    """Return samples of a run, with the classes asked for if it has any, for ``evaluate``."""
    import torch

    from gansmith.metrics import Labelled

    loaded: LoadedGenerator = load(run)
    samples = loaded.sample(count, seed)
    if not loaded.classes:
        return samples
    return Labelled(samples, torch.arange(count) % len(loaded.classes), loaded.classes)
