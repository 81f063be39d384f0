"""``gansmith evaluate``: how good samples are, by which measure, and what is perfect."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress


def evaluate(
    *,
    real: str,
    fake: str,
    metrics: str | None = None,
    features: str | None = None,
    samples: int | None = None,
    seed: int = 0,
    held_out: str | None = None,
    errors: bool = False,
    json: bool = False,
) -> None:
    """Measure fakes against reals, with the noise floor and the protocol of the numbers.

    Each side is a folder, a .zip or .tar, an .npz or .npy, the name of a set that ships (mnist), or
    the folder of a run.

    Args:
        real: the reals.
        fake: the fakes, or a run whose generator makes them.
        metrics: names with commas between (frechet_distance,prdc); the usual ones if left out.
        features: name of an extractor; efficientnet_lite for images if left out.
        samples: how many to compare on each side; all if left out, 5000 of a run.
        seed: of the choice of samples and of the latents of a run.
        held_out: reals that training never saw; the metric memorisation needs them.
        errors: measure error bars too, from 20 random halves.
        json: print one JSON document instead of a table.
    """
    options = {"held_out": held_out, "repeats": 20 if errors else 0, "samples": samples}
    found = measured(real, fake, metrics, features, quiet=json, seed=seed, **options)
    if json:
        from json import dumps

        print(dumps(found, indent=2))
    else:
        _show(found)


def measured(
    real: str,
    fake: str,
    metrics: str | None,
    features: str | None,
    quiet: bool,
    **options: Any,
) -> dict[str, Any]:
    """Return what ``gansmith.metrics.evaluate`` finds, with progress on stderr unless quiet.

    Raises:
        GansmithError: a side or a metric cannot be used; the message says what to do.
    """
    from rich.console import Console
    from rich.progress import Progress

    from gansmith.errors import GansmithError
    from gansmith.metrics import evaluate as evaluate_samples

    names = [name.strip() for name in metrics.split(",")] if metrics else None
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        try:
            return evaluate_samples(
                real, fake, names, features, progress=_Bars(bar), open_run=_open_run, **options
            )
        except ValueError as error:
            raise GansmithError(str(error)) from error


class _Bars:
    """One bar for each piece of work, made when it is first heard of."""

    def __init__(self, progress: "Progress") -> None:
        self._progress, self._tasks = progress, dict[str, Any]()

    def __call__(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total)
        self._progress.update(self._tasks[what], completed=done)


def _open_run(path: Path, count: int, seed: int) -> Any:
    from gansmith.deploy import load

    return load(path).sample(count, seed=seed)


def _show(found: dict[str, Any]) -> None:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    from gansmith.metrics import known_values

    known, protocol = known_values(), found["protocol"]
    table = Table(
        box=SIMPLE, title=f"{protocol['sources']['fake']} against {protocol['sources']['real']}"
    )
    for heading in ("metric", "value", "noise floor", "about", "better"):
        right = heading in ("value", "noise floor")
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    for name in found["metrics"]:
        if not name.endswith("_error"):
            read = (known[name].about, known[name].says) if name in known else ()
            floor = f"{found['floor'][name]:.4g}" if name in found["floor"] else ""
            table.add_row(name, _with_error(found, name), floor, *read)
    console = Console()
    console.print(table)
    console.print(_protocol_line(protocol), soft_wrap=True, highlight=False)
    for caveat in protocol["caveats"]:
        console.print(f"Note: {caveat}.", soft_wrap=True, highlight=False)


def _with_error(found: dict[str, Any], name: str) -> str:
    values = found["metrics"]
    error = values.get(f"{name}_error", found.get("errors", {}).get(name))
    return f"{values[name]:.4g}" + (f" ± {error:.1g}" if error is not None else "")


def _protocol_line(protocol: dict[str, Any]) -> str:
    digest = f" ({protocol['digest'][:12]})" if protocol["digest"] else ""
    return (
        f"Features: {protocol['extractor']}{digest}, resize: {protocol['resize']}. "
        f"{protocol['real']} reals, {protocol['fake']} fakes, seed {protocol['seed']}. "
        f"The noise floor is what other reals get: better than that cannot be told apart."
    )
