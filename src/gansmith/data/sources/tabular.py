"""A table whose rows are the samples: .csv, .tsv or .parquet."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gansmith.data.audit.tables import type_of
from gansmith.data.labels.tables import FILES, first_named
from gansmith.data.prepare.decode import READABLE
from gansmith.data.source import Values
from gansmith.data.sources import series_table
from gansmith.data.tables.cells import Cells, Stretch, cells_of_file
from gansmith.data.tables.rows import Table, read_table
from gansmith.data.tables.types import Said
from gansmith.errors import DataError
from gansmith.kinds.tables.columns import Column, as_facts
from gansmith.reading import is_regular
from gansmith.registry import sources
from gansmith.shown import listed

ENDINGS = (".csv", ".tsv", ".parquet")
MOST = 1_000_000  # rows that are kept unless the user wants more
NAMED = tuple(name for name in FILES if name != "id")  # columns that hold nothing but files
LOOKED = 50  # rows by which a table is told from a list of files


def claims(path: Path) -> bool:
    """Say whether a table is one of rows, and names no image files.

    Raises:
        DataError: it may as well hold series.
    """
    try:
        cells = cells_of_file(path)
        stretch = next(iter(_first(cells)), None)
    except DataError:
        return path.suffix.lower() != ".parquet" and not _lists_files_by_name(path)
    if stretch is None:
        return not _lists_files_by_name(path)
    if any("bytes: binary" in kind or kind == "binary" for kind in cells.arrow):
        return False  # a data set of images by Hugging Face
    if _names_files(cells, stretch, path.parent):
        return False
    _refuse_series(cells, stretch)
    return True


def _first(cells: Cells) -> Sequence[Stretch]:
    for stretch in cells.stretches():
        return [Stretch(stretch.lines[:LOOKED], [column[:LOOKED] for column in stretch.columns])]
    return []


def _lists_files_by_name(path: Path) -> bool:
    """Say whether the first line of a text that cannot be read otherwise names a column of files.

    Such a text is left to those who read lists of files, which say what is wrong with it.
    """
    with path.open("rb") as file:
        head = file.readline(1 << 16).decode("utf-8", "replace")
    names = next(csv.reader([head]), [])
    return first_named(NAMED, [name.strip() for name in names]) is not None


def _names_files(cells: Cells, stretch: Stretch, folder: Path) -> bool:
    """Say whether a column holds names of image files: by its name, or by what it holds."""
    if first_named(NAMED, list(cells.names)) is not None:
        return True
    column = first_named(FILES, list(cells.names))
    if column is None:
        return False
    texts = [text.strip() for text in stretch.columns[cells.names.index(column)]]
    endings = sum(Path(text).suffix.lower() in READABLE for text in texts)
    if endings * 2 > len(texts):
        return True
    return any(text and is_regular(folder / text) for text in texts) or _stems(texts, folder)


def _stems(texts: Sequence[str], folder: Path) -> bool:
    """Say whether an image beside the table has one of these names, but for its ending."""
    return any(
        is_regular(folder / f"{text}{ending}")
        for text in texts[:5]
        if text
        for ending in (".png", ".jpg", ".jpeg")
    )


def _refuse_series(cells: Cells, stretch: Stretch) -> None:
    """Refuse to guess where rows may be times of series.

    Raises:
        DataError: there are columns of series and of times, and series recur.
    """
    names = list(cells.names)
    one, time = first_named(series_table.IDS, names), first_named(series_table.TIMES, names)
    if one is None or time is None:
        return
    members = stretch.columns[names.index(one)]
    if len(set(members)) < len(members):
        raise DataError(
            f"{cells.name} has the columns '{one}' and '{time}', and values of '{one}' recur: its "
            f'rows may be times of series, or samples each; set data.kind = "series" or '
            f'data.kind = "table"'
        )


@sources.add(accepts=lambda path: path.suffix.lower() in ENDINGS, kinds=("table",), claims=claims)
def tabular(
    path: Path,
    columns: Said | None = None,
    rows: int | None = None,
    target: str | None = None,
    seed: int = 0,
) -> Values:
    """Read a table of which each row is a sample.

    The first line names the columns, which are separated by commas, semicolons, tabs or bars. What
    type each column has is found, shown and may be said otherwise: numbers, whole numbers, dates,
    categories, and keys that tell rows apart, which are not learned.

    Args:
        path: a .csv, .tsv or .parquet file; the last needs pyarrow.
        columns: the type of a column by its name, or a table of its options.
        rows: rows that are kept at most, an even choice; absent: 1,000,000.
        target: the column that metrics predict from the others; absent: the last that can be.
        seed: of the choice of rows.

    Raises:
        DataError: it cannot be read, rows differ in length, or a cell is not of its column's type;
            names the line.
    """
    return values_of(cells_of_file(path), columns or {}, rows, target, seed)


def values_of(
    cells: Cells, said: Said, rows: int | None = None, target: str | None = None, seed: int = 0
) -> Values:
    """Return the rows of a table as samples; the arguments are those of ``tabular``."""
    found = read_table(cells, said, rows or MOST, seed)
    facts = _facts(cells.name, found, target)
    return Values(cells.name, found.values, facts=facts, declared="table")


def _facts(name: str, found: Table, target: str | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"kind": "table", **as_facts(found.columns)}
    facts["table"]["target"] = _target(name, found.columns, target)
    facts["table"]["rows"] = found.found
    if found.missing:
        facts["table"]["missing"] = dict(found.missing)
    said = [f"columns: {listed(f'{c.name} {type_of(c)}' for c in found.columns)}"]
    if len(found.values) < found.found:
        said.append(
            f"{name} has {found.found:,} rows, of which {len(found.values):,} are read, an even "
            f"choice (data.rows)"
        )
    keys = [column.name for column in found.columns if column.type == "key"]
    if keys:
        said.append(
            f"not learned, since they tell rows apart: {listed(keys)}; samples number them from 1 "
            f"(data.columns says otherwise)"
        )
    return facts | {"warnings": said}


def _target(name: str, columns: Sequence[Column], target: str | None) -> str:
    """Return the column that metrics predict.

    Raises:
        DataError: there is none of that name.
    """
    names = [column.name for column in columns]
    if target is not None and target not in names:
        raise DataError(f"{name} has no column '{target}' to predict; it has {listed(names)}")
    varied = (c.name for c in reversed(columns) if c.type != "key" and not _is_constant(c))
    return target or next(varied, "")


def _is_constant(column: Column) -> bool:
    return column.type == "categorical" and len(column.categories) < 2
