"""What a source hands over, not yet decoded or resized: images, an array, photographs."""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gansmith.errors import DataError
from gansmith.kinds.kind import Kind, kind_named, kind_of_shape

RESERVED = ("labels", "captions")  # names that no attribute can have


class Skipped(NamedTuple):
    """A file that is left out, and why; ``passing`` where another attempt may succeed."""

    name: str
    reason: str
    passing: bool = False


class Stamp(NamedTuple):
    """What changes when the content of a source does, and the size of its files in bytes."""

    mark: str
    size: int


@dataclass(frozen=True)
class Pictures:
    """Encoded image files, in a fixed order, each read when it is needed.

    Attributes:
        name: how the set is called.
        files: name of each file, for messages.
        read: encoded bytes of file i; may raise OSError; called from several threads.
        labels: class index of each file, int64, or None.
        classes: names of the classes.
        captions: one caption per file, or None.
        attributes: whatever else is known of each file, by name: arrays of one row a file.
        skipped: files that cannot be used, already known here.
        facts: anything else worth saying, JSON-able.
        largest: pixels that an image may have; None: as many as Pillow lets.
        stamp: shows whether files have changed without reading them; without it nothing is cached.
    """

    name: str
    files: Sequence[str]
    read: Callable[[int], bytes]
    labels: np.ndarray | None = None
    classes: tuple[str, ...] = ()
    captions: tuple[str, ...] | None = None
    skipped: tuple[Skipped, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    stamp: Callable[[], Stamp] | None = None
    largest: int | None = None
    attributes: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.files)

    def select(self, rows: np.ndarray) -> "Pictures":
        """Return only these files, in this order."""
        return replace(
            self,
            files=[self.files[row] for row in rows],
            read=lambda index: self.read(int(rows[index])),
            labels=None if self.labels is None else self.labels[rows],
            captions=None if self.captions is None else tuple(self.captions[row] for row in rows),
            attributes={name: values[rows] for name, values in self.attributes.items()},
            skipped=(),
            stamp=None,
        )


@dataclass(frozen=True)
class Values:
    """Samples that are decoded already.

    Attributes:
        name: how the set is called.
        values: images uint8 or float32 [N, C, H, W], or others float32 [N, ...].
        labels: class index of each sample, int64, or None.
        classes: names of the classes.
        captions: one caption per sample, or None.
        attributes: whatever else is known of each sample, by name: arrays of one row a sample.
        border_to: the size (H, W) they take unless another is asked for, by a border of black.
        facts: anything else worth saying, JSON-able.
        declared: name of the kind of samples; empty: read off the shape of one.
        contents: hash of what each sample was cut from, uint64, so that pieces of one thing stay on
            one side of the split; None: each sample is its own.
    """

    name: str
    values: np.ndarray
    labels: np.ndarray | None = None
    classes: tuple[str, ...] = ()
    captions: tuple[str, ...] | None = None
    border_to: tuple[int, int] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, np.ndarray] = field(default_factory=dict)
    declared: str = ""
    contents: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.values)

    @property
    def kind(self) -> Kind:
        """What a sample is."""
        return kind_named(self.declared) if self.declared else kind_of_shape(self.values.shape[1:])

    def select(self, rows: np.ndarray) -> "Values":
        """Return only these samples, in this order."""
        return replace(
            self,
            values=self.values[rows],
            labels=None if self.labels is None else self.labels[rows],
            captions=None if self.captions is None else tuple(self.captions[row] for row in rows),
            attributes={name: values[rows] for name, values in self.attributes.items()},
            contents=None if self.contents is None else self.contents[rows],
        )


@dataclass(frozen=True)
class Photographs:
    """A few large images, uint8 [H, W, 3] each, to be trained on as random crops."""

    name: str
    pictures: tuple[np.ndarray, ...]
    titles: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)


Source = Pictures | Values | Photographs


def beside_of(source: Pictures | Values) -> dict[str, np.ndarray]:
    """Return all that a source has beside each sample, by name, arrays of one row a sample.

    ``labels`` are int64, ``captions`` text, attributes whatever they are.

    Raises:
        DataError: an attribute has another number of rows than there are samples, or is called as
            something else is.
    """
    if taken := [name for name in RESERVED if name in source.attributes]:
        raise DataError(f"{source.name} has an attribute '{taken[0]}'; give it another name")
    found = dict(source.attributes)
    found |= {} if source.labels is None else {"labels": source.labels.astype(np.int64)}
    if source.captions is not None:
        found["captions"] = np.array(source.captions, object)
    wrong = next((name for name, values in found.items() if len(values) != len(source)), None)
    if wrong is not None:
        raise DataError(
            f"{source.name} holds {len(source)} samples but {len(found[wrong])} {wrong}; give one "
            f"for each"
        )
    return found


def merged(*facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of several steps as one, with the choices that each of them made."""
    choices = {name: why for some in facts for name, why in some.get("choices", {}).items()}
    whole = {name: value for some in facts for name, value in some.items()}
    return whole | ({"choices": choices} if choices else {})


def admitting(source: Source, largest: int | None) -> Source:
    """Return a source of which image files may have so many pixels; None: as Pillow lets."""
    return replace(source, largest=largest) if isinstance(source, Pictures) else source


def stamp_files(root: Path, names: Sequence[str]) -> Stamp:
    """Return a stamp of files by their names, sizes and times of change; nothing is read.

    A file that cannot be asked counts as absent. The time of the last change of the file's entry
    (ctime) is part of it: it cannot be set back, as the time of its content can.
    """
    digest, size = hashlib.blake2b(os.fsencode(root.resolve()), digest_size=16), 0
    place = str(root)  # joined as text: a Path for every file takes longer than asking for it
    for name in names:
        try:
            seen = os.stat(os.path.join(place, name))
        except (OSError, ValueError):
            continue
        size += seen.st_size
        told = f"{name}\0{seen.st_size}\0{seen.st_mtime_ns}\0{seen.st_ctime_ns}\n"
        digest.update(os.fsencode(told))  # a name need not be UTF-8
    return Stamp(digest.hexdigest(), size)
