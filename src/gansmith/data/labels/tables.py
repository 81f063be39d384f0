"""Tables as people write them: separators, spaces, capitals, byte order marks, JSON of any form."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from gansmith.errors import DataError
from gansmith.reading import MEGABYTE, json_value, read_bytes
from gansmith.shown import value

FILES = (
    *("file", "file_name", "filename", "filepath", "file_path", "path", "image", "image_name"),
    *("image_path", "image_file", "img", "img_path", "img_name", "picture"),
    *("image_id", "imageid", "img_id", "id"),
)
LABELS = ("label", "class", "category", "class_name", "class_label", "class_id", "target")
CAPTIONS = ("caption", "text", "description")
SEPARATORS = (",", ";", "\t", "|")
CALLED = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}

LARGEST = 1024 * MEGABYTE  # no table that is a data set is larger

Row = Mapping[str, Any]


class Columns(NamedTuple):
    """Which columns of a table hold files, labels and captions, and which are not read."""

    file: str | None
    label: str | None
    caption: str | None
    unread: tuple[str, ...]


def rows_of_file(path: Path, wanted: str) -> list[Row]:
    """Return the rows of a table that is a data set.

    Args:
        path: the file.
        wanted: what rows it should have, for the message.

    Raises:
        DataError: it cannot be read, is not a table, or has no rows.
    """
    try:
        content = read_bytes(path, LARGEST)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    rows = read_rows(content, path.name)
    if not rows:
        raise DataError(f"{path} has no rows; give {wanted}")
    return rows


def read_rows(content: bytes, name: str) -> list[Row]:
    """Return the rows of a .csv, .tsv, .jsonl or .json; spaces around names and values go.

    A .csv may be separated by commas, semicolons, tabs or bars. A .json may be a list of rows or of
    pairs [file, label], or hold {file: label}.

    Raises:
        DataError: it is not such a table, or a row has more values than there are columns.
    """
    ending = name.lower().rpartition(".")[2]
    try:
        text = _text(content)
        if ending in ("jsonl", "ndjson"):
            return list(_of_json_lines(text, name))
        if ending == "json":
            return [_plain(row) for row in _of_json(json_value(text))]
        return _of_lines(text, name, ending)
    except (UnicodeDecodeError, csv.Error, ValueError, RecursionError) as error:
        raise DataError(f"{name} is not a readable table ({error}); save it as UTF-8") from error


def columns_of(rows: Sequence[Row]) -> Columns:
    """Say which columns are which, whatever their capitals and spaces."""
    names = list(dict.fromkeys(name for row in rows[:100] for name in row))
    found = [first_named(words, names) for words in (FILES, LABELS, CAPTIONS)]
    unread = tuple(name for name in names if name not in found)
    return Columns(found[0], found[1], found[2], unread)


def first_named(words: tuple[str, ...], names: list[str]) -> str | None:
    """Return the first column called by one of these words, whatever its capitals and spaces."""
    found = {_key(name): name for name in reversed(names)}
    return next((found[word] for word in words if word in found), None)


def _key(name: str) -> str:
    return "_".join(name.lower().replace("-", " ").split())


def _text(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16")
    return content.decode("utf-8-sig")


def _of_json_lines(text: str, name: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        row = json_value(line)
        if not isinstance(row, Mapping):
            raise DataError(
                f"{name}: line {number} is {value(row)} and not an object; write each row as "
                f'{{"file": "a.png", "label": "cat"}}'
            )
        yield _plain(row)


def _of_lines(text: str, name: str, ending: str) -> list[Row]:
    text = text.lstrip("\r\n")
    first, _, rest = text.partition("\n")
    said = first.strip().lower()
    if said.startswith("sep=") and len(said) == 5:  # what Excel puts first
        text, separator = rest, first.strip()[4]
    else:
        separator = _separator(text, "\t" if ending == "tsv" else ",")
    lines = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))
    for number, line in enumerate(lines, start=1):
        if None in line:
            raise DataError(
                f"{name}: row {number} has more values than there are columns (read as separated "
                f"by {CALLED.get(separator, separator)}); put values with a separator in quotes"
            )
    return [_plain(line) for line in lines]


def _separator(text: str, usual: str) -> str:
    """Return what separates the names of the columns: what brings out one of files, if any."""
    for separator in (usual, *SEPARATORS):
        heads = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
        if len(heads) > 1 and any(_key(head) in FILES for head in heads):
            return separator
    return usual


def _of_json(found: Any) -> list[Any]:
    if isinstance(found, Mapping) and isinstance(found.get("labels"), Mapping | list):
        found = found["labels"]
    if isinstance(found, Mapping):
        found = list(found.items())
    if not isinstance(found, list):
        raise ValueError("it holds no list of files")
    pairs = all(isinstance(row, list | tuple) and len(row) == 2 for row in found)
    return [{"file": row[0], "label": row[1]} for row in found] if pairs else found


def _plain(row: Any) -> Row:
    if not isinstance(row, Mapping):
        raise ValueError("a row is not a table of names and values")
    return {str(name).strip(): _stripped(given) for name, given in row.items()}


def _stripped(given: Any) -> Any:
    return given.strip() if isinstance(given, str) else given
