"""The functions that ``import gansmith`` offers."""

import warnings
from collections.abc import Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from gansmith.data import as_source
from gansmith.data import open_data as _open_data
from gansmith.data.in_memory import word_of
from gansmith.data.items import Indexed
from gansmith.data.source import Source
from gansmith.deploy.open_run import opener as opener
from gansmith.doctor.diagnose import Verdict
from gansmith.doctor.diagnose import diagnose as _diagnose
from gansmith.errors import RunWarning, TrainingStoppedError
from gansmith.evaluation.evaluate import Evaluation
from gansmith.evaluation.evaluate import evaluate as _evaluate
from gansmith.evaluation.pipeline import Progress
from gansmith.evaluation.sides import Choice
from gansmith.evaluation.sources import Source as Side
from gansmith.features import Extractor
from gansmith.imports import permit
from gansmith.listeners import Listener
from gansmith.recipe.recipe import Recipe
from gansmith.reporting.comparing import compare as _compare
from gansmith.reporting.page import write_report
from gansmith.reporting.run import Run
from gansmith.runs.console import Display
from gansmith.training.start import Order
from gansmith.training.start import train as _train

Data = (
    str
    | Path
    | np.ndarray
    | Tensor
    | tuple[Any, Any]
    | Indexed
    | Dataset[Any]
    | DataLoader[Any]
    | Source
)  # what can be trained on


@wraps(_open_data)
def open_data(source: Any, **options: Any) -> Any:  # noqa: D103
    permit(source)
    return _open_data(source, **options)


def train(
    recipe: str | Path | Recipe | None = None,
    data: Data | None = None,
    run: str | Path | None = None,
    resume: bool = False,
    quiet: bool = False,
    set: Mapping[str, Any] | None = None,
    from_run: str | Path | None = None,
    trust: bool = False,
    device: str | None = None,
    budget: str | float | None = None,
    kimg: float | None = None,
    listeners: Sequence[Listener] = (),
    segment: bool = False,
    back_to: str | int | None = None,
    autopilot: bool = False,
) -> Run:
    """Train a GAN and return the run folder.

    Args:
        recipe: a recipe, a path to one, or the name of one that ships; None: chosen from the data.
        data: what to train on, in place of the recipe's own: a path, the name of a set that ships,
            or a source of your own (``own.py:my_source``); an array or tensor of samples, a pair
            (samples, labels), a list of images, a torch ``Dataset`` with a length, or a
            ``DataLoader``. Samples in memory are not written to the run folder: pass the same again
            to resume.
        run: the folder to write; ``runs/NAME-N`` if left out.
        resume: go on with that run.
        quiet: show nothing.
        set: changes to the recipe by dotted path, as ``{"length.kimg": 100}``.
        from_run: start from the networks of a trained run, as far as they fit.
        trust: with ``resume`` or ``from_run``, import the parts that the run folder names by import
            path; those that you name yourself need no trust.
        device: where to compute: ``auto``, ``cpu``, ``cuda`` or ``cuda:1``.
        budget: stop in this time and leave a finished run: seconds, or ``90s``, ``10m``, ``1.5h``.
        kimg: stop after this many thousand real samples.
        listeners: told of ticks, exams, diagnoses and the rest as they happen; see ``Listener``.
        segment: with ``resume`` and ``set``, go on with the changed recipe in a new segment.
        back_to: with ``resume``, go on from earlier weights in a new segment: "best", a step,
            "SEGMENT/STEP" of a segment that was left, or "untrained".
        autopilot: treat what the doctor finds while the run trains, judge each treatment, and undo
            those that do not help; as ``doctor.autopilot = true``.

    Returns:
        The run folder: a ``pathlib.Path`` that notebooks show as a card.

    Raises:
        GansmithError: one sentence on what cannot work and what to do.

    Warns:
        RunWarning: a resumed run has lost something, or the report could not be written.
    """
    named = recipe if isinstance(recipe, Recipe) or recipe is None else str(recipe)
    held = None if data is None or isinstance(data, str | Path) else _in_memory(data, quiet)
    where = word_of(held) if held else None if data is None else str(data)
    given: dict[str, Any] = {
        "transfer.run": None if from_run is None else str(from_run),
        "runtime.device": device,
        "doctor.autopilot": autopilot or None,
    }
    given |= {"length.budget": budget, "length.kimg": kimg}
    changes = {**(set or {}), **{name: value for name, value in given.items() if value is not None}}
    into = None if run is None else str(run)
    weights = None if back_to is None else str(back_to)
    more: dict[str, Any] = {"segment": segment, "back_to": weights, "held": held}
    more["listeners"] = tuple(listeners)
    order = Order(named, where, changes, into, resume, quiet, trust, **more)
    try:
        path = _train(order)
    except TrainingStoppedError as error:
        if error.run:
            _report(error.run)
        raise
    _report(path)
    return Run(path)


def _in_memory(data: Any, quiet: bool) -> Source:
    with Display(quiet).reading("reading the samples") as progress:
        return as_source(data, progress)


def _report(run: Path) -> None:
    try:
        write_report(run)
    except Exception as error:  # the run itself is whole
        says = f"the report of {run} could not be written: {error}; try gansmith.report"
        warnings.warn(RunWarning(says), stacklevel=3)


def diagnose(run: str | Path) -> Verdict:
    """Find what is wrong with a run, with evidence and remedies; see ``Verdict``.

    Raises:
        RunError: there is no such run.
    """
    return _diagnose(run)


def report(run: str | Path, out: str | Path | None = None) -> Path:
    """Write the report of a run as one HTML file and return its path.

    Args:
        run: the run folder.
        out: the file to write; ``report.html`` in the run folder if left out.

    Raises:
        RunError: there is no such run, or one of its files is damaged.
    """
    return write_report(run, out)


def compare(*runs: str | Path, anyway: bool = False) -> dict[str, Any]:
    """Rank runs, or evaluations kept as JSON, by their first metric, best first.

    Args:
        runs: run folders, or files that ``gansmith evaluate --json`` printed; two or more.
        anyway: rank numbers that were measured differently too.

    Returns:
        ``ranked_by`` (a metric), ``differences`` (how the measuring differed) and ``runs``, each
        with ``run``, ``kimg``, ``metrics``, ``floor`` and ``protocol``; and ``recipes``, where runs
        differ in the seed alone: each with its ``runs`` and ``seeds``, the ``mean`` of each of its
        ``metrics`` with an interval, and how far it is ``behind`` the best.

    Raises:
        RunError: one is not a run, has no numbers yet, or they were measured differently.
    """
    return _compare(runs, anyway)


def evaluate(
    real: Side,
    fake: Side,
    metrics: Sequence[str | Choice] | None = None,
    features: str | Extractor | None = None,
    samples: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    device: str = "auto",
    held_out: Side | None = None,
    intervals: bool = True,
    keep: bool = True,
    page: str | Path | None = None,
    range: tuple[float, float] | None = None,
    trust: bool = False,
    kind: str | None = None,
) -> Evaluation:
    """Measure generated samples against real ones.

    Each side is a folder, an archive, an array file, the name of a set that ships, an array or
    tensor, or the folder of a run, whose generator then makes the samples.

    Args:
        real: the reals.
        fake: the fakes.
        metrics: names, or (name, options); those of the report if left out.
        features: an extractor: its name, with options as in ``inception:resize=clean``, or one of
            your own; if left out that of the kind: ``efficientnet_lite`` for images, ``identity``
            for vectors, ``series`` for series.
        samples: how many to compare on each side; all if left out (5,000 of a run).
        seed: of the choice of samples and of the latents of a run.
        progress: called with (what, done, total).
        device: where features are computed; "auto": all CUDA devices, or the CPU.
        held_out: reals that training never saw, for ``memorisation``.
        intervals: find a confidence interval of every number too, by bootstrap.
        keep: keep features in the cache folder by the content of the samples, and find them there.
        page: write a page with example images to this file.
        range: the stored values of black and white, of sides that are not bytes.
        trust: import a generator that a run folder names by import path.
        kind: what a sample is, as "series"; if left out as the sources say, and arrays as they
            seem, which the caveats then say.

    Returns:
        A dict with ``protocol``, ``metrics`` and ``floor``, each {name: value}, ``intervals``
        {name: (low, high)} where asked for, and ``conditions`` where the reals have labels.

    Raises:
        DataError: a side is missing, empty, unreadable or unlike the other.
        ValueError: a metric cannot work on these samples or has no such option.
        UnknownPartError: there is no such metric or extractor.
    """
    return _evaluate(
        real,
        fake,
        metrics,
        features,
        samples,
        seed,
        progress,
        device,
        open_run=opener(trust),
        held_out=held_out,
        intervals=intervals,
        keep=keep,
        page=page,
        range=range,
        kind=kind,
    )
