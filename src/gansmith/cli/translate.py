"""``gansmith translate``."""

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from gansmith.cli.output import say
from gansmith.cli.usage import at_least
from gansmith.errors import DataError, UsageError, counted
from gansmith.shown import one_line


def translate(
    run: str,
    input: str,
    /,
    *,
    out: str,
    back: Annotated[bool, Parameter(negative="")] = False,
    size: int | None = None,
    tile: int | None = None,
    mask: str | None = None,
    which: Literal["best", "last"] = "best",
    device: Literal["auto", "cpu", "cuda"] = "auto",
    trust: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Make images from images with a run of the game paired or cycle.

    Pictures keep their own size, transparency and orientation, and deep grey its 16 bits; a run
    that learned to enlarge makes them larger, one that learned to colour takes their lightness.
    Nets that are convolutional throughout take any size; for others, and for large pictures,
    overlapping tiles are blended.

    Args:
        run: the run folder, or hub:org/name of the Hugging Face hub.
        input: what to translate: an image, a folder, a pattern such as "photos/*.jpg", an archive,
            an array, or a built-in set.
        out: a folder for one PNG each, of the same names.
        back: go the other way, with a run of the game cycle.
        size: pixels of a picture's shorter side, to which it is brought first; its own if not said.
        tile: side of the tiles that large pictures are cut into; 512 if not said, or what the net
            was trained on.
        mask: for a run that learned to fill: a picture that is white where to fill, or a folder of
            such pictures of the same names; if not said, what is transparent or mid grey (128).
        which: the best checkpoint by the run's first metric, or the last.
        device: where to compute.
        trust: import the generator if the run folder names it by import path.

    Raises:
        UsageError: size or tile are below 8, or are said of an array.
        DataError: some files could not be read; the others are written.
    """
    for name, value in (("--size", size), ("--tile", tile)):
        if value is not None:
            at_least(name, value, 8)
    from gansmith.data.source import Pictures
    from gansmith.deploy import load
    from gansmith.deploy.inputs import find_files

    loaded = load(run, which, device, trust)
    if loaded.inputs and isinstance(found := find_files(input), Pictures):
        _files(loaded, found, out, (back, size, tile, mask))
        return
    if size or tile or mask:
        raise UsageError("--size, --tile and --mask are for picture files; leave them out")
    _array(loaded, input, out, back)


def _files(loaded: Any, found: Any, out: str, asked: tuple[Any, ...]) -> None:
    """Translate picture files one by one, each at its own size."""
    from gansmith.deploy.translating import Wish, left_out, translate_files
    from gansmith.runs.console import Display

    with Display().reading("translating") as progress:
        done = translate_files(loaded, found, Path(out), Wish(*asked), progress)
    if done.left_out:
        raise DataError(left_out(done, out))
    say(f"{counted(len(done.written), 'image')} in {one_line(out)}")


def _array(loaded: Any, source: str, out: str, back: bool) -> None:
    """Translate the samples of an array or a built-in set."""
    from gansmith.deploy import read_inputs, write_translations

    inputs = read_inputs(loaded, source, back)
    written = write_translations(loaded.translate(inputs.images, back), inputs.names, Path(out))
    say(f"{counted(len(written), 'image')} in {one_line(out)}")
