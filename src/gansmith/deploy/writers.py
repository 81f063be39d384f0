"""Samples into files: images, one image, arrays, tables."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from torch import Tensor

from gansmith.deploy.loaded import LoadedGenerator
from gansmith.errors import GansmithError, UsageError
from gansmith.kinds.kind import Kind, kind_of_shape
from gansmith.kinds.known import Known as Known
from gansmith.runs.disk import told
from gansmith.runs.folder import write_bytes
from gansmith.shown import value

NOTHING = Known()
ENDINGS = (
    ".png",
    ".txt",
    ".jpg",
    ".jpeg",
    ".webp",
    ".npz",
    ".csv",
    ".parquet",
)  # that some kind is written to


def known_of(loaded: LoadedGenerator, asked: Mapping[str, Tensor]) -> Known:
    """Return what is known of samples that were asked for.

    Args:
        loaded: made them.
        asked: by the name of the condition, a row for each sample.
    """
    pairs = [(one, asked[one.name]) for one in loaded.conditionings if one.name in asked]
    beside = {n: v for one, tensor in pairs for n, v in one.written(tensor).items()}
    groups = (one.groups(tensor) for one, tensor in pairs)
    first = next((found for found in groups if found), None)
    return Known(beside, first, loaded.range, loaded.facts)


def write_samples(
    samples: Tensor, out: Path, known: Known = NOTHING, kind: Kind | None = None
) -> list[Path]:
    """Write samples: a folder gets one file each, where their kind has such; a file gets all.

    Images: PNG files in a folder, one grid as .png, .jpg or .webp, an array as .npz. Vectors and
    series: .csv, .npz, or an image. Texts: .txt, one a line, .npz, or an image. Samples
    of classes get a folder for each class. An .npz holds beside them what was asked for, such as
    ``labels`` and ``classes``, and ``range`` where black and white stand for other values.

    Args:
        samples: as users get them: images [N, C, H, W] in [-1, 1], others in the units of the data.
        out: a folder, or a file whose ending says the format.
        known: what else is known of them.
        kind: what a sample is; absent: read off the shape.

    Returns:
        The files written.

    Raises:
        GansmithError: the ending does not suit the samples, or the place cannot be written.
    """
    kind = kind or kind_of_shape(tuple(samples.shape[1:]))
    ending = out.suffix.lower()
    with told(out, kind=GansmithError):
        if ending == "":
            return _folder(samples, out, known, kind)
        if ending not in kind.written:
            *most, last = kind.written
            wrong = GansmithError if ending in ENDINGS else UsageError
            raise wrong(
                f"samples of this run cannot be written as {value(ending)}; use "
                f"{', '.join(most)} or {last}"
            )
        out.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(out, kind.written[ending](samples, known))
        return [out]


def _folder(samples: Tensor, out: Path, known: Known, kind: Kind) -> list[Path]:
    if kind.pieces is None:
        endings = " or ".join(ending for ending in (".csv", ".npz") if ending in kind.written)
        raise GansmithError(f"{kind.plural} go into one file; name it with {endings}")
    places = folder_names(known.groups.names) if known.groups else []
    written = []
    for number, (name, content) in enumerate(kind.pieces(samples, known)):
        place = out / places[int(known.groups.of[number])] if known.groups else out
        place.mkdir(parents=True, exist_ok=True)
        write_bytes(place / name, content)
        written.append(place / name)
    return written


def folder_names(classes: Sequence[str]) -> list[str]:
    """Return a folder name for each class that every system takes, and no two alike."""
    names = list[str]()
    for number, name in enumerate(classes):
        plain = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).strip(". ")[:100]
        taken = {other.lower() for other in names}
        names.append(f"{plain}_{number}" if not plain or plain.lower() in taken else plain)
    return names
