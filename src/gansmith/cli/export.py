"""``gansmith export``."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from gansmith.cli.output import say
from gansmith.shown import one_line


def export(
    run: str,
    /,
    *,
    form: Annotated[
        Literal["onnx", "safetensors", "torchscript"], Parameter(name="--format")
    ] = "safetensors",
    out: str,
    which: Literal["best", "last"] = "best",
    trust: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Write a trained generator for other programs, and check the file against the original.

    Args:
        run: the run folder, or hub:org/name of the Hugging Face hub.
        form: onnx and torchscript run without gansmith; safetensors holds the weights.
        out: the file to write.
        which: the best checkpoint by the run's first metric, or the last.
        trust: import the generator if the run folder names it by import path.
    """
    from gansmith.deploy import export as write
    from gansmith.deploy import load

    done = write(load(run, which, "cpu", trust), form, Path(out))
    say(f"{one_line(str(done.path))}: samples agree with the original to {done.difference:.2g}")
