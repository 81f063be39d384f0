"""Records of a specimen's run in a small compressed file."""

import json
import lzma
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

from gansmith.doctor.history import History
from gansmith.runs.folder import write_whole
from gansmith.runs.reader import RunRecord
from gansmith.testing.zoo.elsewhere import WAYS_ELSEWHERE
from gansmith.testing.zoo.outcomes import came_to, confirmed
from gansmith.testing.zoo.ways import WAYS

ENDING = ".json.xz"  # of a record
DIGITS = 4
WHOLE = ("step", "kimg")  # kept as they are: ticks must not fall together
EVERY_WAY = WAYS | WAYS_ELSEWHERE
LEFT_OUT = ("seconds", "samples_per_second", "memory_mb", "protocol")


@dataclass(frozen=True)
class Record:
    """What is kept of a specimen: its history, and what it was made to be.

    Args:
        name: of the specimen.
        data: name of the data set.
        architecture: of the networks.
        way: how it was made.
        failure: what it was made to be; "" for healthy.
        also: failures that are right to name beside it.
        confirmed: whether what was intended came about.
        seconds: of a processor that it took to make.
        history: what detectors see.
    """

    name: str
    data: str
    architecture: str
    way: str
    failure: str
    also: tuple[str, ...]
    confirmed: bool
    seconds: float
    history: History


def write_record(path: Path, run: RunRecord, facts: Mapping[str, Any]) -> None:
    """Keep a run's signals, exams, recipe and data facts, four digits each, compressed."""
    known = History.of(run).data
    document = {
        **facts,
        "signals": _columns([_short(row) for row in run.signals]),
        "metrics": _columns([_short(row) for row in run.metrics]),
        "recipe": _placeless(run.recipe),
        "known": {name: known.get(name) for name in ("train", "shape", "facts", "networks")},
    }
    text = json.dumps(document, separators=(",", ":")).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lzma.compress(text, preset=6))


def read_record(path: Path) -> Record:
    """Return what ``write_record`` kept.

    What came of a run is told by the rules of ``outcomes``, unless its facts say so themselves:
    whoever wrote a loop may know the truth about it.
    """
    return _record(path.name.removesuffix(ENDING), path.read_bytes())


def read_all(place: Path) -> Iterator[Record]:
    """Yield every record of a place, in the order of their names.

    A place is a folder of records that were just made, the archive ``PLACE.zip`` beside it, or
    both; the folder's are newer.
    """
    for name, kept in sorted(_packed(place).items()):
        yield _record(name.removesuffix(ENDING), kept)


def names_of(place: Path) -> set[str]:
    """Return the names of a place's records, in its folder or its archive."""
    return {name.removesuffix(ENDING) for name in _packed(place)}


def pack(place: Path) -> Path:
    """Move the records of a place's folder into its archive; return the archive."""
    write_whole(archive_of(place), partial(_write_archive, _packed(place)))
    for path in place.glob(f"*{ENDING}"):
        path.unlink()
    return archive_of(place)


def archive_of(place: Path) -> Path:
    """Return the archive of a place's records."""
    return place.with_name(f"{place.name}.zip")


def _packed(place: Path) -> dict[str, bytes]:
    """Return the records of a place as they are stored, by file name."""
    kept, archive = dict[str, bytes](), archive_of(place)
    if archive.is_file():
        with ZipFile(archive) as stored:
            kept = {name: stored.read(name) for name in stored.namelist()}
    return kept | {path.name: path.read_bytes() for path in place.glob(f"*{ENDING}")}


def _write_archive(kept: Mapping[str, bytes], path: Path) -> None:
    with ZipFile(path, "w") as archive:  # not packed again; always the same date: equal bytes
        for name in sorted(kept):
            archive.writestr(ZipInfo(name), kept[name])


def _record(name: str, packed: bytes) -> Record:
    kept = json.loads(lzma.decompress(packed))
    signals, metrics = (_rows(kept[name]) for name in ("signals", "metrics"))
    history = History(signals, metrics, kept["recipe"], kept["known"])
    sworn = "confirmed" in kept
    return Record(
        name=name,
        data=kept["data"],
        architecture=kept["architecture"],
        way=kept["way"],
        failure=kept["failure"] if sworn else came_to(kept["failure"], history),
        also=EVERY_WAY[kept["way"]].also if kept["way"] in EVERY_WAY else tuple(kept["also"]),
        confirmed=kept["confirmed"] if sworn else confirmed(kept["failure"], history),
        seconds=kept["seconds"],
        history=history,
    )


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Rows turned into columns, which compress better; False where a row has no such name."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: _column([row.get(name, False) for row in rows]) for name in names}


def _column(values: Sequence[Any]) -> Any:
    return _columns(values) if all(isinstance(v, Mapping) for v in values) else list(values)


def _rows(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What ``_columns`` turned."""
    known = {n: _rows(c) if isinstance(c, Mapping) else c for n, c in columns.items()}
    count = max(map(len, known.values()), default=0)
    rows = [{name: values[place] for name, values in known.items()} for place in range(count)]
    return [{name: v for name, v in row.items() if v is not False} for row in rows]


def _placeless(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """The recipe without the folders of the machine that made it."""
    found = {name: _placeless(v) if isinstance(v, Mapping) else v for name, v in recipe.items()}
    source = found.get("source")
    if isinstance(source, str):
        found["source"] = Path(source).stem
    return found


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in LEFT_OUT}
    return {name: v if name in WHOLE else _rounded(v) for name, v in kept.items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _short(value)
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.{DIGITS}g}")
    return value
