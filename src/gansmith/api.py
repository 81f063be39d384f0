"""The functions that ``import gansmith`` offers."""

import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from gansmith.deploy import LoadedGenerator, load
from gansmith.doctor.diagnose import Verdict
from gansmith.doctor.diagnose import diagnose as _diagnose
from gansmith.errors import RunWarning, TrainingStoppedError
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
    trust: bool = False,
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
        trust: with ``resume`` or ``from_run``, import the parts that the run folder names by import
            path; those that you name yourself need no trust.

    Raises:
        GansmithError: one sentence on what cannot work and what to do.

    Warns:
        RunWarning: a resumed run has lost something, or the report could not be written.
    """
    named = recipe if isinstance(recipe, Recipe) or recipe is None else str(recipe)
    where = None if data is None else str(data)
    changes = {**(set or {}), **({"transfer.run": str(from_run)} if from_run else {})}
    folder = None if run is None else str(run)
    try:
        path = _train(Order(named, where, changes, folder, resume, quiet, trust))
    except TrainingStoppedError as error:
        if error.run:
            _report(error.run)
        raise
    _report(path)
    return path


def _report(run: Path) -> None:
    try:
        write_report(run)
    except Exception as error:  # the run itself is whole
        says = f"the report of {run} could not be written: {error}; try gansmith.report"
        warnings.warn(RunWarning(says), stacklevel=3)


def diagnose(run: str | Path) -> Verdict:
    """Say what is wrong with a run, with evidence; see ``Verdict``.

    Raises:
        RunError: there is no such run.
    """
    return _diagnose(run)


def report(run: str | Path, out: str | Path | None = None) -> Path:
    """Write the report of a run as one HTML file and return its path."""
    return write_report(run, out)


def evaluate(real: Any, fake: Any, trust: bool = False, **options: Any) -> dict[str, Any]:
    """Measure generated samples against real ones; see ``gansmith.metrics.evaluate``.

    ``fake`` may be a run folder: its generator makes the samples. One that the folder names by
    import path is imported only with ``trust``.
    """
    from gansmith.metrics import evaluate as measure

    return measure(real, fake, open_run=opener(trust), **options)


def opener(trust: bool = False) -> Callable[[Path, int, int], Any]:
    """Return what makes samples of a run folder for ``evaluate``: (path, count, seed) -> samples.

    Args:
        trust: import the generator that the folder names, if it names one by import path.
    """
    return partial(open_run, trust=trust)


def open_run(run: Path, count: int, seed: int, trust: bool = False) -> Any:
    """Return samples of a run, with the classes asked for if it has any, for ``evaluate``."""
    import torch

    from gansmith.metrics import Labelled

    loaded: LoadedGenerator = load(run, trust=trust)
    samples = loaded.sample(count, seed)
    if not loaded.classes:
        return samples
    return Labelled(samples, torch.arange(count) % len(loaded.classes), loaded.classes)
