"""Files translated one by one, each at its own size."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from gansmith.conditions.image import OnImages
from gansmith.data.prepare.bounded import read_picture
from gansmith.data.prepare.decode import READABLE
from gansmith.data.source import Pictures, Skipped
from gansmith.data.sources.lookup import as_path
from gansmith.data.stored_range import Span
from gansmith.deploy.inputs import bare_names
from gansmith.deploy.loaded import LoadedGenerator
from gansmith.deploy.pictures import ReadPicture, read_picture_values, write_picture
from gansmith.errors import DataError, GansmithError, RunError, counted
from gansmith.reading import is_regular
from gansmith.runs.disk import told
from gansmith.runs.inside import paths_inside

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Wish:
    """How files are to be translated.

    Attributes:
        back: the other way, of a cycle.
        size: pixels of the shorter side, before it is translated; None: as it is.
        tile: side of the tiles of large pictures; None: as the net needs.
        mask: a picture, or a folder of pictures of the same names, white where to fill.
    """

    back: bool = False
    size: int | None = None
    tile: int | None = None
    mask: str | None = None


@dataclass(frozen=True)
class Done:
    """What was written, and what could not be read, with reasons."""

    written: list[Path] = field(default_factory=list)
    left_out: list[Skipped] = field(default_factory=list)


def translate_files(
    loaded: LoadedGenerator,
    pictures: Pictures,
    out: Path,
    wish: Wish,
    progress: Progress | None = None,
) -> Done:
    """Translate pictures to PNG files of the same names, one after another; deterministic.

    A file that cannot be read is left out and told of; the others are written.

    Args:
        loaded: the generator of a run that translates.
        pictures: files.
        out: the folder.
        wish: how.
        progress: called with (files done, files in all).

    Raises:
        RunError: the run does not translate, or not back.
        DataError: none of the files could be used, or the masks do not fit.
        GansmithError: the folder cannot be written, or holds the inputs.
    """
    conditioning = _conditioning(loaded, wish)
    done = Done(left_out=list(pictures.skipped))
    names = bare_names(pictures.files)
    for number, path in enumerate(paths_inside(out, names, ".png")):
        try:
            content = pictures.read(number)
            image, like = _translated(loaded, conditioning, content, names[number], wish)
        except (DataError, OSError) as error:
            done.left_out.append(Skipped(pictures.files[number], _reason(error)))
        else:
            with told(out, kind=GansmithError):
                write_picture(image[0], path, like, _span(loaded))
            done.written.append(path)
        if progress:
            progress(number + 1, len(names))
    if not done.written:
        first = done.left_out[0]
        raise DataError(f"no image could be translated: {first.name}: {first.reason}")
    return done


def left_out(done: Done, out: str) -> str:
    """Say which files were left out, and that the others are there."""
    first, count = done.left_out[0], len(done.left_out)
    more = f" and {counted(count - 1, 'other')}" if count > 1 else ""
    written = counted(len(done.written), "image")
    return f"{first.name}{more} left out: {first.reason}; {written} in {out}"


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _span(loaded: LoadedGenerator) -> Span | None:
    return Span(*loaded.range, of_bytes=False) if loaded.range else None


def _conditioning(loaded: LoadedGenerator, wish: Wish) -> OnImages:
    """Return what the run is conditioned on, if it can do what is wished."""
    found = next((one for one in loaded.conditionings if isinstance(one, OnImages)), None)
    if found is None:
        raise RunError("this run makes samples from latents; use `gansmith sample`")
    if wish.mask is not None and not found.fills:
        raise RunError("this run does not fill holes; leave the mask out")
    return found


def translate_content(loaded: LoadedGenerator, content: bytes, wish: Wish | None = None) -> Tensor:
    """Return the translation of an image file's content, [1, C, H, W] in [-1, 1].

    Raises:
        RunError: the run does not translate.
        DataError: it is no image.
    """
    wish = wish or Wish()
    return _translated(loaded, _conditioning(loaded, wish), content, "it", wish)[0]


def _translated(
    loaded: LoadedGenerator, conditioning: OnImages, content: bytes, name: str, wish: Wish
) -> tuple[Tensor, ReadPicture]:
    """Return a translation, and the picture whose alpha and depth it takes."""
    shape = loaded.shape if wish.back else conditioning.shape
    channels = shape[0] if wish.back else conditioning.file_shape(shape)[0]
    picture = read_picture_values(content, channels, _span(loaded)).sized(wish.size)
    hole = _hole(picture, name, wish) if conditioning.fills else None
    inputs = picture.values if wish.back else conditioning.from_pictures(picture.values, hole)
    if conditioning.fills:
        if not bool((inputs[:, -1:] > 0).any()):
            raise DataError(
                "nothing is to be filled: give --mask, a picture that is white where to fill, or "
                "make those places transparent or mid grey (128)"
            )
        picture = ReadPicture(picture.values, None, picture.deep)
    return loaded.translate(inputs, wish.back, wish.tile), picture


def _hole(picture: ReadPicture, name: str, wish: Wish) -> Tensor | None:
    """Return where to fill [1, 1, H, W]: as a mask says, or where it is transparent."""
    if wish.mask is None:
        return None if picture.alpha is None else (picture.alpha < 0.5).float()
    path = as_path(wish.mask)
    if path.is_dir():
        same = (path / f"{name}{ending}" for ending in sorted(READABLE))
        path = next((file for file in same if file.is_file()), path / f"{name}.png")
    if not is_regular(path):
        raise DataError(f"there is no mask {path}")
    mask = read_picture_values(read_picture(path), 1).sized(wish.size).values
    if mask.shape[2:] != picture.values.shape[2:]:
        tall, wide = mask.shape[2:]
        own = " x ".join(map(str, picture.values.shape[2:]))
        raise DataError(f"its mask has {tall} x {wide} pixels, but it has {own}")
    return torch.where(mask > 0, 1.0, 0.0)
