"""A table that names picture files, with a label or caption beside each: .csv, .tsv or .jsonl."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import numpy as np

from gansmith.data.bounded import read_picture
from gansmith.data.source import Pictures, Skipped, stamp_files
from gansmith.errors import DataError, counted
from gansmith.reading import is_regular, json_value, open_regular, special
from gansmith.registry import sources
from gansmith.shown import listed, value

FILES = ("file", "file_name", "filename", "image", "path")
LABELS = ("label", "class", "category")
CAPTIONS = ("caption", "text", "description")

Row = Mapping[str, Any]


@sources.add(accepts=lambda path: path.suffix.lower() in (".csv", ".tsv", ".jsonl"))
def table(path: Path, labels: bool = True) -> Pictures:
    """Read picture files named by a column ``file`` (or file_name, image, path) of a table.

    A column ``label`` (or class, category) gives the classes, a column ``caption`` (or text) one
    sentence for each. File names are relative to the table's folder.

    Args:
        path: the table.
        labels: read the labels, if there are any.

    Raises:
        DataError: the table is unreadable, has no column of files, or is empty.
    """
    rows = _read(path)
    if not rows:
        raise DataError(f"{path} has no rows; give one picture file per row")
    files, marks, captions = _columns(rows, path)
    classes = tuple(sorted(set(marks))) if marks and labels else ()
    index = {name: number for number, name in enumerate(classes)}
    present, missing = _divide(files, path)
    return Pictures(
        name=path.name,
        files=[files[row] for row in present],
        read=lambda number: read_picture(path.parent / files[present[number]]),
        labels=np.array([index[marks[row]] for row in present], np.int64) if classes else None,
        classes=classes,
        captions=tuple(captions[row] for row in present) if captions else None,
        skipped=missing,
        facts={"choices": {"labels": f"{counted(len(classes), 'class')}, from the table"}}
        if classes
        else {},
        stamp=lambda: stamp_files(path.parent, [files[row] for row in present]),
    )


def _read(path: Path) -> list[Row]:
    try:
        with TextIOWrapper(open_regular(path), "utf-8-sig", newline="") as file:
            if path.suffix.lower() == ".jsonl":
                return list(_objects(file, path))
            tabs = path.suffix.lower() == ".tsv"
            return list(csv.DictReader(file, delimiter="\t" if tabs else ","))
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"{path} is not a readable table ({error}); save it as UTF-8") from error


def _objects(lines: Iterable[str], path: Path) -> Iterator[Row]:
    """Yield the rows of JSON lines."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = json_value(line)
        if not isinstance(row, dict):
            raise DataError(
                f"{path}: line {number} is {value(row)} and not an object; write each row as "
                f'{{"file": "a.png", "label": "cat"}}'
            )
        yield row


def _columns(rows: list[Row], path: Path) -> tuple[list[str], list[str], list[str]]:
    """Return files, labels and captions, the last two empty where there is no such column."""
    names = [name for name in rows[0] if isinstance(name, str)]  # more cells than columns: None
    file, label, caption = (_first(words, names) for words in (FILES, LABELS, CAPTIONS))
    if file is None:
        raise DataError(
            f"{path} has the columns {listed(names)} but none of {', '.join(FILES)}; name the "
            f"column of picture files 'file'"
        )
    wanted = (file, label, caption)
    for number, row in enumerate(rows, start=1):
        if any(name is not None and row.get(name) in (None, "") for name in wanted):
            raise DataError(f"{path}: row {number} is incomplete; fill it or remove it")
    files, marks, captions = ([str(row[n]) for row in rows] if n else [] for n in wanted)
    return files, marks, captions


def _first(words: tuple[str, ...], names: list[str]) -> str | None:
    return next((name for name in names if name.lower() in words), None)


def _divide(files: list[str], path: Path) -> tuple[list[int], tuple[Skipped, ...]]:
    """Return the rows whose files exist, and the others as skipped."""
    present = [row for row, file in enumerate(files) if is_regular(path.parent / file)]
    known = set(present)
    missing = (file for row, file in enumerate(files) if row not in known)
    return present, tuple(Skipped(file, _why_not(path.parent / file)) for file in missing)


def _why_not(path: Path) -> str:
    kind = special(path)
    return f"it is {kind} and not a file" if kind else "there is no such file"
