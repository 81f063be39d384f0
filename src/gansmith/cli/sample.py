"""``gansmith sample``."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter


def sample(
    run: str,
    /,
    *,
    count: Annotated[int, Parameter(name=["--count", "-n"])] = 64,
    seed: int = 0,
    label: str | None = None,
    out: str,
    which: Literal["best", "last"] = "best",
    device: Literal["auto", "cpu", "cuda"] = "auto",
) -> None:
    """Make samples with a trained generator.

    Args:
        run: the run folder.
        count: how many samples.
        seed: the same seed gives the same samples.
        label: a class by number or name, for a run trained with labels; all in turn if not said.
        out: a folder for one PNG each, or a file: .png (one grid), .npz, .csv (vectors).
        which: the best checkpoint by the run's first metric, or the last.
        device: where to compute.
    """
    from gansmith.deploy import load, write_samples

    samples = load(run, which, device).sample(count, seed, label)
    written = write_samples(samples, Path(out))
    print(f"{len(samples)} samples in {written[0] if len(written) == 1 else out}")
