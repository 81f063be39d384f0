"""``gansmith evaluate``: how good samples are, by which measure, and what is perfect."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from gansmith.cli.output import cell, say_json
from gansmith.cli.usage import at_least, usage_of
from gansmith.errors import UsageError

if TYPE_CHECKING:
    from rich.progress import Progress
    from rich.table import Table


def evaluate(
    *,
    real: str,
    fake: str,
    metrics: str | None = None,
    features: str | None = None,
    samples: int | None = None,
    seed: int = 0,
    held_out: str | None = None,
    intervals: bool = True,
    page: Path | None = None,
    device: str = "auto",
    keep: bool = True,
    range: str | None = None,
    kind: str | None = None,
    json: bool = False,
    trust: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Measure fakes against reals, with the noise floor and the protocol of the numbers.

    Each side is a folder, a .zip or .tar, an .npz or .npy, the name of a set that ships (mnist), or
    the folder of a run.

    Args:
        real: the reals.
        fake: the fakes, or a run whose generator makes them.
        metrics: names with commas between (frechet_distance,prdc); the usual ones if left out.
        features: an extractor, with options as in inception:resize=clean; efficientnet_lite for
            images if left out.
        samples: how many to compare on each side; all if left out, 5000 of a run.
        seed: of the choice of samples and of the latents of a run.
        held_out: reals that training never saw, for the metric memorisation.
        intervals: find 95 % confidence intervals too, by bootstrap.
        page: write a page there with examples: worst and best fakes, missed reals, neighbours.
        device: where features are computed; auto takes all CUDA devices, or the CPU.
        keep: keep features in the cache folder and find them there.
        range: stored values of black and white unless they are bytes, as 0,1 or 0,4095.
        kind: what a sample is (image, vector, series, audio), where an array could be two things.
        json: print one JSON document instead of a table.
        trust: import a run's generator if its folder names it by import path.

    Raises:
        UsageError: a metric or extractor is unknown, or a number is out of range.
    """
    at_least("--samples", samples, 1)
    at_least("--seed", seed, 0)
    _check_names(metrics, features)
    options: dict[str, Any] = {"held_out": held_out, "samples": samples, "seed": seed, "page": page}
    options |= {"intervals": intervals, "device": device, "keep": keep}
    options |= {"range": read_range(range), "kind": kind}
    from gansmith.evaluation.evaluate import UnwrittenPageError

    try:
        found = measured(real, fake, metrics, features, quiet=json, trust=trust, **options)
        _print(found, json)
    except UnwrittenPageError as error:
        _print(error.found, json)  # what was measured is not lost with its page
        raise


def _print(found: dict[str, Any], json: bool) -> None:
    if json:
        say_json(found)
    else:
        _show(found)


def _check_names(metrics: str | None, features: str | None) -> None:
    """Refuse names that no part has before anything is read."""
    from gansmith import registry
    from gansmith.imports import permit
    from gansmith.named import parse_named

    names = [name.strip() for name in metrics.split(",")] if metrics is not None else []
    permit(names, features)
    with usage_of("--metrics"):
        for name in names:
            registry.metrics.get(name)
    if features is not None:
        with usage_of("--features"):
            name, options = parse_named(features)
            problems = registry.extractors.get(name).check_options(options)[1]
            if problems:
                raise UsageError(f"--features: {'; '.join(problems)}")


def read_range(text: str | None) -> tuple[float, float] | None:
    """Read ``LOW,HIGH``.

    Raises:
        UsageError: it has another form.
    """
    from gansmith.errors import UsageError

    if text is None:
        return None
    try:
        low, high = (float(end) for end in text.strip("[]() ").split(","))
    except ValueError:
        raise UsageError(f"--range needs the form LOW,HIGH, as 0,1, but is '{text}'") from None
    return low, high


def measured(
    real: str,
    fake: str,
    metrics: str | None,
    features: str | None,
    quiet: bool,
    trust: bool = False,
    **options: Any,
) -> dict[str, Any]:
    """Return what ``gansmith.metrics.evaluate`` finds, with progress on stderr unless quiet.

    Raises:
        GansmithError: a side or a metric cannot be used; the message says what to do.
    """
    from rich.console import Console
    from rich.progress import Progress

    from gansmith.api import opener
    from gansmith.errors import GansmithError
    from gansmith.metrics import evaluate as evaluate_samples

    names = [name.strip() for name in metrics.split(",")] if metrics else None
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        try:
            return evaluate_samples(
                real, fake, names, features, progress=Bars(bar), open_run=opener(trust), **options
            )
        except ValueError as error:
            raise GansmithError(str(error)) from error


class Bars:
    """One bar for each piece of work, made when it starts."""

    def __init__(self, progress: "Progress") -> None:
        self._progress, self._tasks = progress, dict[str, Any]()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how much of a piece of work is done."""
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total)
        self._progress.update(self._tasks[what], completed=done)


def _show(found: dict[str, Any]) -> None:
    from rich.console import Console

    protocol, console = found["protocol"], Console()
    console.print(_table(found))
    if "conditions" in found:
        console.print(_by_class(found["conditions"]))
    if "coverage" in found["metrics"]:
        console.print(cell(_missed(found)), soft_wrap=True, highlight=False)
    console.print(cell(_protocol_line(protocol)), soft_wrap=True, highlight=False)
    for caveat in protocol["caveats"]:
        console.print(cell(f"Note: {caveat}."), soft_wrap=True, highlight=False)


def _table(found: dict[str, Any]) -> "Table":
    from gansmith.metrics import known_values
    from gansmith.values import PARTS

    known, protocol = known_values(), found["protocol"]
    title = cell(f"{protocol['sources']['fake']} against {protocol['sources']['real']}")
    table = _empty(
        title,
        "metric",
        "value",
        *(["95 % interval"] if "intervals" in found else []),
        "noise floor",
        "better",
        words=("metric", "better"),
    )
    for part in (*PARTS, ""):
        names = [name for name in found["metrics"] if _about(name, known) == part]
        for place, name in enumerate(names):
            if place == 0 and part:
                table.add_row(f"[bold]{part}[/bold]")
            label = protocol["names"].get(name)
            table.add_row(
                cell(f" {name} ({label})" if label else f" {name}"),
                f"{found['metrics'][name]:.4g}",
                *([_interval(found, name)] if "intervals" in found else []),
                f"{found['floor'][name]:.4g}" if name in found["floor"] else "",
                known[name].better if name in known else "",
            )
    return table


def _about(name: str, known: dict[str, Any]) -> str | None:
    """The part of the report that a number stands in; None where it is another's error."""
    if name.endswith("_error"):
        return None
    return str(known[name].about) if name in known else ""


def _by_class(conditions: dict[str, Any]) -> "Table":
    columns = ("real_share", "fake_share", "kernel_distance", "precision", "coverage")
    heads = ("reals", "fakes", "kernel", "precision", "coverage")
    table = _empty(cell(f"By class: {conditions['by']}"), "class", *heads, words=("class",))
    for name, values in conditions["classes"].items():
        table.add_row(cell(name), *(f"{values[c]:.3g}" if c in values else "-" for c in columns))
    if "agreement" in conditions:
        table.caption = (
            f"{conditions['agreement']:.0%} of fakes look like the class that they were "
            "conditioned on, by their nearest real; of reals among the others "
            f"{conditions['agreement_of_reals']:.0%}"
        )
        if "label_accuracy" in conditions:
            table.caption += f"; the classifier reads {conditions['label_accuracy']:.0%} so"
    return table


def _empty(title: str, *headings: str, words: tuple[str, ...]) -> "Table":
    """A table of numbers but for these columns of words."""
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(box=SIMPLE, title=title)
    for heading in headings:
        table.add_column(heading, justify="left" if heading in words else "right", no_wrap=True)
    return table


def _interval(found: dict[str, Any], name: str) -> str:
    ends = found.get("intervals", {}).get(name)
    return "" if ends is None else f"{ends[0]:.3g} to {ends[1]:.3g}"


def _missed(found: dict[str, Any]) -> str:
    floor = found["floor"].get("coverage")
    others = "" if floor is None else f"; of as many other reals {1 - floor:.0%} would be missed"
    share = 1 - found["metrics"]["coverage"]
    return f"Missed: {share:.0%} of the reals have no fake near them{others}. --page shows them."


def _protocol_line(protocol: dict[str, Any]) -> str:
    digest = f" ({protocol['digest'][:12]})" if protocol["digest"] else ""
    return (
        f"Features: {protocol['extractor']}{digest}, resize: {protocol['resize']}. "
        f"{protocol['real']} reals, {protocol['fake']} fakes, seed {protocol['seed']}. "
        f"The noise floor is what other reals get: a lower value is indistinguishable from it."
    )
