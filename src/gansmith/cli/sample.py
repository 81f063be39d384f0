"""``gansmith sample``."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from gansmith.cli.output import say
from gansmith.cli.usage import at_least
from gansmith.errors import UsageError, counted
from gansmith.shown import one_line
from gansmith.shown import value as told


def sample(
    run: str,
    /,
    *,
    count: Annotated[int, Parameter(name=["--count", "-n"])] = 64,
    seed: int = 0,
    label: str | None = None,
    code: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    out: str,
    which: Literal["best", "last"] = "best",
    device: Literal["auto", "cpu", "cuda"] = "auto",
    trust: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Make samples with a trained generator.

    Args:
        run: the run folder.
        count: how many samples.
        seed: the same seed gives the same samples.
        label: a class by number or name, for a run trained with labels; all in turn if not said.
        code: number and value of a code, as 0=3; may be repeated; for a run with [codes].
        out: a folder for one PNG each, in a folder for each class where there are any, or a file:
            .png (one picture), .npz (with labels and the names of classes), .csv (vectors and
            series).
        which: the best checkpoint by the run's first metric, or the last.
        device: where to compute.
        trust: import the generator if the run folder names it by import path.

    Raises:
        UsageError: a count is below 1, a seed below 0, or a code has another form.
    """
    codes = read_codes(code)
    at_least("--count", count, 1)
    at_least("--seed", seed, 0)
    from gansmith.deploy import Known, load, write_samples

    loaded = load(run, which, device, trust)
    samples = loaded.sample(count, seed, label, codes)
    labels = loaded.labels_of(count, label)
    known = Known(labels, loaded.classes, loaded.range, loaded.facts)
    written = write_samples(samples, Path(out), known, loaded.kind)
    place = one_line(str(written[0] if len(written) == 1 else out))
    say(f"{counted(len(samples), 'sample')} in {place}")
    if loaded.classes and out.lower().endswith(loaded.kind.unlabelled or " "):
        say("a .csv of samples has no column of classes; an .npz has their labels")
    if loaded.range:
        low, high = loaded.range
        say(f"black stands for {low:,.6g} and white for {high:,.6g} of the data (data.range)")


def read_codes(pairs: tuple[str, ...]) -> dict[int, float]:
    """Read ``I=V`` pairs: the number of a code and its value.

    Raises:
        UsageError: a pair has another form.
    """
    codes = {}
    for pair in pairs:
        number, _, value = pair.partition("=")
        try:
            codes[int(number)] = float(value)
        except ValueError:
            raise UsageError(f"--code needs the form I=V, as 0=3, but is {told(pair)}") from None
    return codes
