"""Measure one set of samples against another, and say what the numbers rest on."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gansmith.errors import DataError
from gansmith.evaluation.page import write_page
from gansmith.evaluation.pipeline import Progress, Question, answer
from gansmith.evaluation.sides import Choice
from gansmith.evaluation.sources import OpenRun, Source
from gansmith.evaluation.verdict import verdict_of
from gansmith.features import Extractor
from gansmith.imports import permit
from gansmith.notebook import card, table


class Evaluation(dict[str, Any]):
    """What ``evaluate`` found: a dict as JSON has it, which notebooks show as a table."""

    def _repr_html_(self) -> str:
        """Return a table of the metrics for notebooks."""
        protocol, floor, ends = self["protocol"], self["floor"], self.get("intervals", {})
        heads = ["metric", "value", *(["95 % interval"] if ends else []), "noise floor"]
        rows = [
            [name, f"{value:.4g}", *([_interval(ends, name)] if ends else []), _number(floor, name)]
            for name, value in self["metrics"].items()
        ]
        rests = (
            f"{protocol['fake']} fakes, {protocol['real']} reals, features "
            f"{protocol['extractor']}. Other reals reach the noise floor."
        )
        names = protocol["sources"]
        title = f"{names['fake']} against {names['real']}"
        return card(title, [verdict_of(self), rests, *protocol["caveats"]]) + table(heads, rows)


def _number(values: Mapping[str, float], name: str) -> str:
    """Return a number as text; empty where there is none."""
    return f"{values[name]:.4g}" if name in values else ""


def _interval(ends: Mapping[str, tuple[float, float]], name: str) -> str:
    """Return an interval as text; empty where there is none."""
    return f"{ends[name][0]:.3g} to {ends[name][1]:.3g}" if ends.get(name) else ""


def evaluate(
    real: Source,
    fake: Source,
    metrics: Sequence[str | Choice] | None = None,
    features: str | Extractor | None = None,
    samples: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    device: str = "auto",
    open_run: OpenRun | None = None,
    held_out: Source | None = None,
    intervals: bool = True,
    keep: bool = True,
    page: str | Path | None = None,
    range: tuple[float, float] | None = None,
    kind: str | None = None,
) -> Evaluation:
    """Measure fakes against reals: numbers, what they rest on, and what a perfect result would be.

    Each side is a folder, an archive, an array file, the name of a set that ships, an array or
    tensor, a list, data set or loader of samples (with labels or without), or the folder of a run,
    whose generator then makes the samples. Floats are taken to lie in [-1, 1]. Real files are
    resized to the size of the fakes. The noise floor is the same metrics between two disjoint parts
    of the reals: what a perfect generator would get.

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
        open_run: makes samples from a run folder, (path, count, seed) -> samples in [-1, 1].
        held_out: reals that training never saw, for ``memorisation``, which is then measured too.
        intervals: find a confidence interval of every number too, by bootstrap.
        keep: keep features in the cache folder by the content of the samples, and find them there.
        page: write a page with example images there.
        range: stored values of black and white, (low, high), of both sides unless they are bytes:
            (0, 1) of floats in [0, 1], (0, 4095) of 12-bit images.
        kind: what a sample is, as "series"; if left out as the sources say, and arrays as they
            seem, which the caveats then say.

    Returns:
        ``protocol``, ``metrics`` and ``floor``, each {name: value}, ``intervals`` {name: (low,
        high)} where requested, and ``conditions`` where the reals have labels.

    Raises:
        DataError: a side is missing, empty, unreadable or unlike the other, as [0, 1] is unlike
            [-1, 1].
        UnwrittenPageError: the page cannot be written; ``found`` of the error is what was measured.
        ValueError: a metric cannot work on these samples or has no such option.
        UnknownPartError: there is no such metric or extractor.
        NotPermittedError: a run names its generator by an import path that was not permitted.
    """
    permit(metrics, features, real, fake, held_out, kind)
    options = (metrics, features, samples, seed, progress, device, open_run, intervals, keep)
    question = Question(*options, range=range, kind=kind)
    found = answer(real, fake, held_out, question)
    if page is not None:
        try:
            write_page(found, Path(page), (real, fake))
        except DataError as error:
            raise UnwrittenPageError(str(error), found.found) from error
    return Evaluation(found.found)


class UnwrittenPageError(DataError):
    """The page of an evaluation cannot be written; ``found`` holds all that was measured."""

    def __init__(self, says: str, found: dict[str, Any]) -> None:
        super().__init__(says)
        self.found = found
