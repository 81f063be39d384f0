"""The cells of a table as text, some rows at a time: of CSV files, Parquet files, frames."""

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import Any, NamedTuple

from gansmith.errors import DataError
from gansmith.reading import open_regular
from gansmith.shown import value as quoted

STRETCH = 50_000  # rows read at a time
LONGEST = 1 << 24  # bytes of a line
SEPARATORS = (",", ";", "\t", "|")
CALLED = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
NEEDS = "a .parquet file needs pyarrow, which is not installed; pip install 'gansmith[data]'"


class Stretch(NamedTuple):
    """Some rows: the line at which each begins, and the cells of each column."""

    lines: Sequence[int]
    columns: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Cells:
    """A table that can be read from its beginning as often as is needed.

    Attributes:
        name: how messages call it.
        names: of the columns.
        stretches: reads the rows, some at a time.
        comma: whether numbers may have a decimal comma.
        arrow: the type of each column in a Parquet file; empty: of a text file.
    """

    name: str
    names: tuple[str, ...]
    stretches: Callable[[], Iterator[Stretch]]
    comma: bool = False
    arrow: tuple[str, ...] = ()


def cells_of_file(path: Path) -> Cells:
    """Return the cells of a .csv, .tsv or .parquet file; of large ones little is in memory.

    Raises:
        DataError: it cannot be read, has no columns with names of their own, or needs pyarrow.
    """
    if path.suffix.lower() == ".parquet":
        return _of_parquet(path)
    return cells_of_text(lambda: _opened(path), path.name)


def cells_of_text(opened: Callable[[], BufferedIOBase], name: str) -> Cells:
    """Return the cells of a text whose first line names the columns.

    Args:
        opened: opens it at its beginning.
        name: of the table.
    """
    with closing(opened()) as file:
        lines = _lines(file, name)
        first = next((line for line in lines if line.strip()), "")
        told = first.strip().lower()
        says = told.startswith("sep=") and len(told) == 5  # what Excel puts first
        head = next((line for line in lines if line.strip()), "") if says else first
        second = next((line for line in lines if line.strip()), "")
    separator = first.strip()[4] if says else _separator(head, second)
    names = tuple(cell.strip() for cell in next(csv.reader([head], delimiter=separator), []))
    _check_names(names, name, separator)

    def stretches() -> Iterator[Stretch]:
        with closing(opened()) as file:
            yield from _stretches(_lines(file, name), separator, len(names), name, says)

    return Cells(name, names, stretches, comma=separator == ";")


def _opened(path: Path) -> BufferedIOBase:
    try:
        return open_regular(path)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error


def _lines(file: BufferedIOBase, name: str) -> Iterator[str]:
    """Yield the lines of a text in UTF-8, or in UTF-16 where its first bytes say so.

    Raises:
        DataError: a line is neither; it is named.
    """
    mark = file.read(2)
    file.seek(0)
    if mark in (b"\xff\xfe", b"\xfe\xff"):
        yield from codecs.getreader("utf-16")(file)
        return
    for number, line in enumerate(iter(lambda: file.readline(LONGEST), b""), start=1):
        if len(line) >= LONGEST:
            raise DataError(
                f"{name}: line {number} is larger than {LONGEST >> 20} MB, as no line of a table "
                f"is; give a text file with line breaks"
            )
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            byte = line[error.start]
            raise DataError(
                f"{name}: line {number} holds the byte {byte:#04x}, which is not UTF-8; save the "
                f"table as UTF-8 (in Excel: CSV UTF-8)"
            ) from error


def _separator(head: str, second: str) -> str:
    """Return what separates columns: what cuts the first two lines into equally many, most."""

    def cut(separator: str) -> tuple[bool, bool, int]:
        parts = [next(csv.reader([line], delimiter=separator), []) for line in (head, second)]
        return len(parts[0]) > 1, len(parts[0]) == len(parts[1]), len(parts[0])

    return max(SEPARATORS, key=cut)


def _check_names(names: Sequence[str], name: str, separator: str) -> None:
    """Refuse a first line that does not name the columns.

    Raises:
        DataError: it is empty, holds numbers only, or a name twice.
    """
    if not names:
        raise DataError(f"{name} is empty and has no rows; give one whose first line names columns")
    if all(_is_number(one) for one in names):
        raise DataError(
            f"{name}: the first line holds numbers only ({quoted(separator.join(names[:5]))}), so "
            f"that its columns have no names; add a line with their names"
        )
    twice = next((one for place, one in enumerate(names) if one in names[:place]), None)
    if twice is not None:
        raise DataError(f"{name} has two columns named {quoted(twice)}; rename one of them")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _stretches(
    lines: Iterable[str], separator: str, width: int, name: str, says: bool
) -> Iterator[Stretch]:
    """Yield rows, all of the same width; empty lines are passed over.

    Raises:
        DataError: a row has more or fewer values than there are columns, or a quote is not closed.
    """
    reader, begins = csv.reader(lines, delimiter=separator, strict=True), 1
    skip, rows, starts = 1 + says, list[list[str]](), list[int]()
    while True:
        begins = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise DataError(
                f"{name}: the row that begins at line {begins} cannot be read ({error}); look for "
                f"a quote that is not closed"
            ) from error
        if row is None:
            break
        if not row or (len(row) == 1 and width > 1 and not row[0].strip()):
            continue
        if skip:
            skip -= 1
            continue
        if len(row) != width:
            raise _ragged(name, begins, len(row), width, separator)
        rows.append(row)
        starts.append(begins)
        if len(rows) == STRETCH:
            yield Stretch(starts, list(zip(*rows, strict=True)))
            rows, starts = [], []
    if rows:
        yield Stretch(starts, list(zip(*rows, strict=True)))


def _ragged(name: str, line: int, count: int, width: int, separator: str) -> DataError:
    told = CALLED.get(separator, quoted(separator))
    return DataError(
        f"{name}: line {line} has {count} value{'s' * (count != 1)} but there are {width} columns "
        f"(separated by {told}); give it {width}, with values that hold a separator in quotes"
    )


def _of_parquet(path: Path) -> Cells:
    """Return the cells of a Parquet file.

    Raises:
        DataError: pyarrow is not installed, or the file is damaged.
    """
    try:
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise DataError(NEEDS) from error
    _opened(path).close()
    try:
        schema = parquet.ParquetFile(path).schema_arrow
    except Exception as error:  # a damaged file can fail in any way
        raise DataError(f"{path} is not a usable Parquet file: {error}") from error

    def stretches() -> Iterator[Stretch]:
        row = 1
        with closing(parquet.ParquetFile(path)) as file:
            for batch in file.iter_batches(STRETCH):
                count = batch.num_rows
                columns = [_texts(column.to_pylist()) for column in batch.columns]
                yield Stretch(range(row, row + count), columns)
                row += count

    types = tuple(str(kind) for kind in schema.types)
    _check_names(tuple(schema.names), path.name, ",")
    return Cells(path.name, tuple(schema.names), stretches, arrow=types)


def _texts(values: Sequence[Any]) -> list[str]:
    return ["" if value is None else _text(value) for value in values]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def is_frame(given: Any) -> bool:
    """Say whether something is a data frame of pandas or Polars."""
    return hasattr(given, "columns") and (hasattr(given, "to_csv") or hasattr(given, "write_csv"))


def cells_of_frame(frame: Any) -> Cells:
    """Return the cells of a data frame of pandas or Polars, by way of its CSV."""
    text = frame.to_csv(index=False) if hasattr(frame, "to_csv") else frame.write_csv()
    content = str(text).encode()
    return cells_of_text(lambda: io.BytesIO(content), "frame")
