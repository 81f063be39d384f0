"""What people lay beside their images to name classes: dataset.json, metadata, tables of labels.

``dataset.json`` is what StyleGAN's tool writes, ``metadata.csv`` and ``.jsonl`` what Hugging Face
calls an ImageFolder. A table is read where its name and its columns leave no doubt; any other is
named, so that it can be given as the data.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from posixpath import basename, dirname, join, normpath, splitext
from typing import Any, NamedTuple

from gansmith.data.labels.class_folders import are_blocks, from_folders, listed
from gansmith.data.labels.classes import OFF, Classes, as_classes, none_because, several
from gansmith.data.labels.tables import Row, columns_of, read_rows
from gansmith.errors import DataError

READ = ("dataset.json", *(f"metadata.{end}" for end in ("jsonl", "csv", "tsv")))
TABLES = tuple(f"labels.{end}" for end in ("csv", "tsv", "jsonl", "json"))
MAY_NAME = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".xlsx", ".xls", ".parquet")
WORDY = re.compile(r"label|class|attr|annot", re.IGNORECASE)  # of a .txt
MANY = 5  # files of one ending from which they belong to single images

Read = Callable[[str], bytes]


class _Told(NamedTuple):
    """What one table says: the label of each file, and why it is not read otherwise."""

    labels: Mapping[str, Any]
    why_not: str = ""
    twice: str = ""


def find_classes(
    files: Sequence[str], names: Sequence[str], read: Read, where: str, wanted: bool = True
) -> Classes:
    """Find the class of each image: in a table beside them, else by sub-folder.

    Args:
        files: the images.
        names: all that lies there, images included.
        read: content of a file of that name.
        where: what holds them, for messages.
        wanted: False leaves labels out.

    Raises:
        DataError: the sub-folders look like a train/test split.
    """
    if not wanted:
        return OFF
    by_folder, tables = from_folders(files, where), _tables(names)
    sure = next((tables[name] for name in READ if name in tables), [])
    told = _from_tables(sure, files, read) if sure else None
    if told and (told.indices is not None or _settles(told, files, sure)):
        return _with_unread(told, names, sure)
    if by_folder.indices is not None:
        return _with_unread(by_folder, names, [])
    ours = next((tables[name] for name in TABLES if name in tables), [])
    if ours:
        return _with_unread(_from_tables(ours, files, read), names, [*sure, *ours])
    return _with_unread(told or by_folder, names, sure)


def _settles(told: Classes, files: Sequence[str], tables: Sequence[str]) -> bool:
    """Say whether a table without classes means that there are none, whatever the folders."""
    grave = told.trouble is not None and told.trouble.severity != "note"
    return grave or (basename(tables[0]).lower() == "dataset.json" and are_blocks(files))


def _tables(names: Sequence[str]) -> dict[str, list[str]]:
    """Return the files that are called as tables are, by their bare name, the uppermost first."""
    found: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (name.count("/"), name)):
        if (bare := basename(name).lower()) in READ or bare in TABLES:
            found.setdefault(bare, []).append(name)
    return found


def _from_tables(tables: Sequence[str], files: Sequence[str], read: Read) -> Classes:
    """Return the classes that tables of one name give to all images."""
    called, labels = basename(tables[0]), dict[str, Any]()
    for table in tables:
        told = _read(table, read)
        if told.why_not:
            return none_because(
                f"{table} {told.why_not}", "name the class of every picture", "note"
            )
        if told.twice:
            return several(f"{told.twice} stands in {table} with two labels")
        labels |= told.labels
    found = _matched(labels, files)
    missing = [file for file, label in zip(files, found, strict=True) if label is None]
    if missing:
        return none_because(
            f"{called} names no class for {len(missing)} of {len(files)} images "
            f"({listed(missing)})",
            "name the class of every image, as a path from where it lies",
        )
    return as_classes(found, where=called)


def _read(table: str, read: Read) -> _Told:
    try:
        content = read(table)
        if b'"labels":null' in b"".join(content[:1000].split()):
            return _Told({}, "holds no labels")  # as StyleGAN's tool writes it of a set without
        rows = read_rows(content, table)
    except (DataError, OSError) as error:
        return _Told({}, f"is not read ({error})")
    file, label, _, unread = columns_of(rows)
    if file is None or label is None:
        lacks = "pictures" if file is None else "classes"
        return _Told({}, f"has no column of {lacks} (it has {listed(unread) or 'none'})")
    return _labels(rows, file, label, dirname(table))


def _labels(rows: Sequence[Row], file: str, label: str, place: str) -> _Told:
    labels: dict[str, Any] = {}
    for row in rows:
        name = cleaned(join(place, str(row.get(file) or "")))
        mark = row.get(label)
        if labels.setdefault(name, mark) != mark:
            return _Told({}, twice=name)
    return _Told({name: mark for name, mark in labels.items() if mark not in (None, "")})


def cleaned(name: str) -> str:
    """Return a path as archives and this system write it, without ``.`` and with ``/``."""
    return normpath(name.replace("\\", "/"))


def _matched(labels: Mapping[str, Any], files: Sequence[str]) -> list[Any]:
    """Return the label of each image, by its path, with or without its ending, or its name."""
    paths = [cleaned(file) for file in files]
    for key, bare in ((str, False), (_without_ending, False), (basename, True), (_stem, True)):
        keys = [key(path) for path in paths]
        known = {basename(name) if bare else name: mark for name, mark in labels.items()}
        unique = len(set(keys)) == len(keys) and len(known) == len(labels)
        if unique and any(found in known for found in keys):
            return [known.get(found) for found in keys]
    return [None] * len(files)


def _without_ending(path: str) -> str:
    return splitext(path)[0]


def _stem(path: str) -> str:
    return splitext(basename(path))[0]


def _with_unread(found: Classes, names: Sequence[str], read: Sequence[str]) -> Classes:
    """Name what may hold classes and was not read."""
    others = [name for name in names if name not in read and _may_name(name)]
    counts = Counter(splitext(name)[1].lower() for name in others)
    few = [name for name in others if counts[splitext(name)[1].lower()] <= MANY]
    many = [f"{count} {ending} files" for ending, count in counts.items() if count > MANY]
    return Classes(found.indices, found.names, found.choice, found.trouble, (*few, *many))


def _may_name(name: str) -> bool:
    stem, ending = splitext(basename(name))
    if stem.startswith("."):
        return False
    return ending.lower() in MAY_NAME or (ending.lower() == ".txt" and bool(WORDY.search(stem)))
