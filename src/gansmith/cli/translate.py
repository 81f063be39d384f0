"""``gansmith translate``."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from gansmith.cli.output import say
from gansmith.errors import counted
from gansmith.shown import one_line


def translate(
    run: str,
    input: str,
    /,
    *,
    out: str,
    back: Annotated[bool, Parameter(negative="")] = False,
    which: Literal["best", "last"] = "best",
    device: Literal["auto", "cpu", "cuda"] = "auto",
    trust: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Make images from images with a run of the game paired or cycle.

    Args:
        run: the run folder, or hub:org/name of the Hugging Face hub.
        input: what to translate: an image, a folder, an archive, an array, or a built-in set. It
            is resized to the run's size; a run that learned to colour takes its brightness, one
            that learned to enlarge a small copy; one that learned to fill boxes takes it as it is,
            with mid grey where it is to fill.
        out: a folder for one PNG each, of the same names.
        back: go the other way, with a run of the game cycle.
        which: the best checkpoint by the run's first metric, or the last.
        device: where to compute.
        trust: import the generator if the run folder names it by import path.
    """
    from gansmith.deploy import load, read_inputs, write_translations

    loaded = load(run, which, device, trust)
    inputs = read_inputs(loaded, input, back)
    images = loaded.translate(inputs.images, back)
    written = write_translations(images, inputs.names, Path(out))
    say(f"{counted(len(written), 'image')} in {one_line(out)}")
