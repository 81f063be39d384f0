"""A table that names image files, with a label or caption beside each: .csv, .tsv or .jsonl."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from gansmith.data.labels.attributes import attributes_of
from gansmith.data.labels.class_folders import listed
from gansmith.data.labels.classes import OFF, Classes, as_classes, none_because, several
from gansmith.data.labels.tables import FILES, Columns, Row, columns_of, rows_of_file
from gansmith.data.prepare.bounded import read_picture
from gansmith.data.prepare.decode import READABLE
from gansmith.data.source import Pictures, Skipped, stamp_files
from gansmith.errors import DataError
from gansmith.reading import is_regular, special
from gansmith.registry import sources
from gansmith.shown import listed as all_of

SERIES = 'if the table holds series over time, set data.kind = "series"'
ENDINGS = (".csv", ".tsv", ".jsonl", ".ndjson", ".json")


@sources.add(accepts=lambda path: path.suffix.lower() in ENDINGS, kinds=("image",))
def table(path: Path, labels: bool = True) -> Pictures:
    """Read image files named by a column ``file`` (or file_name, image, path) of a table.

    A column ``label`` (or class, category) gives the classes, a column ``caption`` (or text) one
    sentence for each; further columns are attributes, for conditions of your own. File names are
    relative to the table's folder, with ``/`` or backslashes; they may lack their ending. Columns
    may be separated by commas, semicolons or tabs.

    Args:
        path: the table.
        labels: read the labels, if there are any.

    Raises:
        DataError: the table is unreadable, has no column of files, is empty, or names no file that
            is there.
    """
    rows = rows_of_file(path, "one image file per row")
    columns = columns_of(rows)
    _check_complete(rows, columns, path)
    names = [str(row[str(columns.file)]) for row in rows]
    files, missing = _find(names, path.parent)
    present = [row for row, file in enumerate(files) if file]
    if not present:
        raise _none_there(path, names)
    marks = _classes(rows, columns, files, path) if labels else OFF
    caption = columns.caption
    attributes = attributes_of([rows[row] for row in present], columns.unread)
    return Pictures(
        name=path.name,
        files=[files[row] for row in present],
        read=lambda number: read_picture(path.parent / files[present[number]]),
        labels=None if marks.indices is None else marks.indices[present],
        classes=marks.names,
        captions=tuple(str(rows[row][caption]) for row in present) if caption else None,
        skipped=tuple(missing),
        attributes=attributes,
        facts={**marks.facts, **_further(columns, attributes)},
        stamp=lambda: stamp_files(path.parent, [files[row] for row in present]),
    )


def _check_complete(rows: Sequence[Row], columns: Columns, path: Path) -> None:
    """Refuse a table without a column of files, and rows that lack what others have.

    Raises:
        DataError: names the columns, or the row.
    """
    if columns.file is None:
        names = all_of(rows[0])
        raise DataError(
            f"{path} has the columns {names} but none of {', '.join(FILES[:6])}; name the column "
            f"of image files 'file' in the table's first line, and separate columns by commas, "
            f"semicolons or tabs; {SERIES}"
        )
    for number, row in enumerate(rows, start=1):
        if any(name is not None and row.get(name) in (None, "") for name in columns[:3]):
            raise DataError(f"{path}: row {number} is incomplete; fill it or remove it")


def _classes(rows: Sequence[Row], columns: Columns, files: Sequence[str], path: Path) -> Classes:
    if columns.label is None:
        return none_because(
            f"{path.name} has no column 'label' (it has {all_of(rows[0])})",
            "name the column of classes 'label'",
            "note",
        )
    labels: dict[str, Any] = {}
    for file, row in zip(files, rows, strict=True):
        if file and labels.setdefault(file, row[columns.label]) != row[columns.label]:
            return several(f"{file} stands in {path.name} with two labels")
    return as_classes([row[columns.label] for row in rows], where="the table")


def _further(columns: Columns, attributes: Iterable[str]) -> dict[str, Any]:
    unread = [name for name in columns.unread if name not in attributes]
    facts = {"attributes": list(attributes), "columns_not_read": unread}
    return {name: names for name, names in facts.items() if names}


def _find(names: Sequence[str], folder: Path) -> tuple[list[str], list[Skipped]]:
    """Return the file of each name, "" where there is none, and those as skipped."""
    stems: dict[str, dict[str, list[str]]] = {}
    files, missing = [], []
    for name in names:
        found = next(iter(_as_named(name, folder) or _by_stem(name, folder, stems)), "")
        files.append(found)
        if not found:
            missing.append(Skipped(name, _why_not(folder / name, folder)))
    return files, missing


def _why_not(file: Path, folder: Path) -> str:
    kind = special(file)
    return f"it is {kind} and not a file" if kind else f"there is no such file in {folder}"


def _as_named(name: str, folder: Path) -> list[str]:
    tried = (name, name.replace("\\", "/"))
    return [file for file in dict.fromkeys(tried) if is_regular(folder / file)][:1]


def _by_stem(name: str, folder: Path, known: dict[str, dict[str, list[str]]]) -> list[str]:
    """Return the one image that is called so but for its ending; none where there are several."""
    place, _, stem = name.replace("\\", "/").rpartition("/")
    if place not in known:
        known[place] = _stems(folder / place)
    found = known[place].get(stem, [])
    return [f"{place}/{found[0]}" if place else found[0]] if len(found) == 1 else []


def _stems(folder: Path) -> dict[str, list[str]]:
    """Return the images of a folder by their names without endings."""
    stems: dict[str, list[str]] = {}
    try:
        for file in os.listdir(folder):
            stem, ending = os.path.splitext(file)
            if ending.lower() in READABLE:
                stems.setdefault(stem, []).append(file)
    except (OSError, ValueError):  # no folder of that name, or a name that none can have
        return {}
    return stems


def _none_there(path: Path, names: Sequence[str]) -> DataError:
    return DataError(
        f"none of the {len(names)} files that {path.name} names ({listed(names)}) is there; they "
        f"were searched in {path.parent.resolve()}: put the table beside them, or write their "
        f"paths from the table's folder; {SERIES}"
    )
