"""Images from files to what a run translates, and translations to files of the same names."""

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import torch
from PIL import Image
from torch import Tensor

from gansmith.data import to_bytes, to_unit
from gansmith.data.prepare.arrays import prepare
from gansmith.data.prepare.bounded import read_picture
from gansmith.data.prepare.decode import READABLE
from gansmith.data.source import Photographs, Pictures, Values
from gansmith.data.sources.lookup import as_path, find_source
from gansmith.data.stored_range import Span
from gansmith.deploy.loaded import LoadedGenerator
from gansmith.errors import DataError, GansmithError, RunError
from gansmith.kinds.drawing import image_grid
from gansmith.reading import exists, is_regular
from gansmith.runs.disk import told
from gansmith.runs.folder import write_whole
from gansmith.runs.inside import paths_inside


@dataclass(frozen=True)
class Inputs:
    """Images to translate [count, C, H, W] in [-1, 1], and a name for each."""

    images: Tensor
    names: tuple[str, ...]


def read_inputs(loaded: LoadedGenerator, source: str, back: bool = False) -> Inputs:
    """Read images at the size and in the colours that a run translates.

    A run that learned to colour or to enlarge gets the brightness of the images, or a small copy
    of them; one that learned to fill a box gets them as they are, what is to fill in mid grey.

    Where the run's data had a range of their own (``data.range``), what is deeper than bytes is
    read in it too.

    Args:
        loaded: the generator.
        source: an image, a folder, an archive, an array, or a name such as emoji.
        back: for the inverse direction.

    Raises:
        RunError: the run does not translate.
        DataError: there is nothing to read.
    """
    if loaded.inputs is None:
        raise RunError("this run makes samples from latents; use `gansmith sample`")
    span = Span(*loaded.range, of_bytes=False) if loaded.range else None
    found = find_files(source, span is not None)
    conditioning = next(one for one in loaded.conditionings if one.inputs)
    shape = loaded.shape if back else loaded.inputs
    channels, height, width = conditioning.file_shape(shape)
    prepared = prepare(found, (height, width), channels, allow_corrupt=0.0, span=span)
    images = to_unit(prepared.values[torch.arange(len(prepared.values)).numpy()])
    return Inputs(conditioning.from_files(images, shape), _names(found))


def find_files(source: str, raw: bool = False) -> Pictures | Values:
    """Return the pictures of a file, folder, archive, array, name or pattern (``a/*.jpg``).

    Args:
        source: what is meant.
        raw: leave deep values of arrays as they are stored.

    Raises:
        DataError: there is nothing of the kind.
    """
    path = as_path(source)
    if is_regular(path) and path.suffix.lower() in READABLE:
        return _pictures(path.name, [path])
    if not exists(path) and any(mark in source for mark in "*?["):
        named = (Path(name) for name in sorted(glob.glob(source, recursive=True)))
        found = [name for name in named if name.suffix.lower() in READABLE and name.is_file()]
        if not found:
            raise DataError(f"no image matches {source}")
        return _pictures(source, found)
    held = find_source(source, labels=False, raw=raw)
    if isinstance(held, Photographs):
        raise DataError(f"{source} are large photographs; give a folder of pictures")
    return held


def _pictures(name: str, paths: Sequence[Path]) -> Pictures:
    root = paths[0].parent
    while not all(path.is_relative_to(root) for path in paths):
        root = root.parent
    names = [path.relative_to(root).as_posix() for path in paths]
    return Pictures(name, names, lambda index: read_picture(paths[index]))


def _names(source: Pictures | Values) -> tuple[str, ...]:
    """Return a name without an ending for each; folders are kept."""
    if isinstance(source, Values):
        return tuple(f"{number:05d}" for number in range(len(source)))
    return tuple(bare_names(source.files))


def bare_names(files: Sequence[str]) -> list[str]:
    """Return names without an ending, where that leaves them apart."""
    bare = [str(PurePosixPath(file).with_suffix("")) for file in files]
    return bare if len(set(bare)) == len(bare) else list(files)


def write_translations(images: Tensor, names: tuple[str, ...], out: Path) -> list[Path]:
    """Write images as PNG files NAME.png in a folder; return the files.

    All of them lie in the folder: a name that leads outside is made one that does not.

    Raises:
        GansmithError: the folder cannot be written.
    """
    written = []
    with told(out, kind=GansmithError):
        for path, image in zip(paths_inside(out, names, ".png"), to_bytes(images), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            _save(image_grid(image[None]), path)
            written.append(path)
    return written


def _save(image: Image.Image, path: Path) -> None:
    write_whole(path, lambda temporary: image.save(temporary, format="PNG"))
