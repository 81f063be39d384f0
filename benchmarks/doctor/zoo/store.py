"""Records of a run in a small compressed file, and an archive of such files."""

import json
import lzma
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

from benchmarks.doctor.zoo.held_out_settings import HELD_OUT_SCENARIOS
from benchmarks.doctor.zoo.outcomes import came_to, confirmed
from benchmarks.doctor.zoo.recipe_changes import PARTS
from benchmarks.doctor.zoo.scenarios import SCENARIOS
from gansmith.doctor.history import History
from gansmith.runs.folder import write_whole
from gansmith.runs.reader import RunRecord

RECORDS = Path(__file__).parents[1] / "records"  # the archives that are kept
ENDING = ".json.xz"  # of a record
PARTS_BEFORE = "gansmith.testing.zoo.parts:"  # how older records name the zoo's own parts
DIGITS = 4
WHOLE = ("step", "kimg")  # kept as they are: ticks must not fall together
ALL_SCENARIOS = SCENARIOS | HELD_OUT_SCENARIOS
LEFT_OUT = ("seconds", "samples_per_second", "memory_mb", "protocol")


@dataclass(frozen=True)
class Record:
    """What is kept of a run: its history, and what it was made to be.

    Args:
        name: of the run.
        data: name of the data set.
        architecture: of the networks.
        scenario: how it was made.
        failure: what it was made to be; "" for healthy.
        also: other failures that are correct beside it.
        confirmed: whether the intended outcome came about.
        seconds: processor time that it took to make.
        history: what detectors see.
    """

    name: str
    data: str
    architecture: str
    scenario: str
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
        "recipe": _without_folders(run.recipe),
        "known": {name: known.get(name) for name in ("train", "shape", "facts", "networks")},
    }
    text = json.dumps(document, separators=(",", ":")).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lzma.compress(text, preset=6))


def read_record(path: Path) -> Record:
    """Return what ``write_record`` kept.

    The outcome follows from the rules in ``outcomes``, unless the record states it: the author of a
    third-party loop knows it better.
    """
    return _record(path.name.removesuffix(ENDING), path.read_bytes())


def read_all(folder: Path) -> Iterator[Record]:
    """Yield every record of a folder and of the archive ``FOLDER.zip`` beside it, by name.

    Either may be missing; where both hold a record, the folder's is the newer one.
    """
    for name, kept in sorted(_packed(folder).items()):
        yield _record(name.removesuffix(ENDING), kept)


def names_of(folder: Path) -> set[str]:
    """Return the names of a folder's records, loose or in its archive."""
    return {name.removesuffix(ENDING) for name in _packed(folder)}


def pack(folder: Path) -> Path:
    """Move the records of a folder into its archive; return the archive."""
    write_whole(archive_of(folder), partial(_write_archive, _packed(folder)))
    for path in folder.glob(f"*{ENDING}"):
        path.unlink()
    return archive_of(folder)


def archive_of(folder: Path) -> Path:
    """Return the archive of a folder's records."""
    return folder.with_name(f"{folder.name}.zip")


def _packed(folder: Path) -> dict[str, bytes]:
    """Return the records of a folder as they are stored, by file name."""
    kept, archive = dict[str, bytes](), archive_of(folder)
    if archive.is_file():
        with ZipFile(archive) as stored:
            kept = {name: stored.read(name) for name in stored.namelist()}
    return kept | {path.name: path.read_bytes() for path in folder.glob(f"*{ENDING}")}


def _write_archive(kept: Mapping[str, bytes], path: Path) -> None:
    with ZipFile(path, "w") as archive:  # not packed again; always the same date: equal bytes
        for name in sorted(kept):
            archive.writestr(ZipInfo(name), kept[name])


def _record(name: str, packed: bytes) -> Record:
    kept = json.loads(lzma.decompress(packed).decode().replace(PARTS_BEFORE, f"{PARTS}:"))
    signals, metrics = (_rows(kept[name]) for name in ("signals", "metrics"))
    history = History(signals, metrics, kept["recipe"], kept["known"])
    stated = "confirmed" in kept
    return Record(
        name=name,
        data=kept["data"],
        architecture=kept["architecture"],
        scenario=kept["way"],
        failure=kept["failure"] if stated else came_to(kept["failure"], history),
        also=ALL_SCENARIOS[kept["way"]].also
        if kept["way"] in ALL_SCENARIOS
        else tuple(kept["also"]),
        confirmed=kept["confirmed"] if stated else confirmed(kept["failure"], history),
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
    rows = [{name: values[row] for name, values in known.items()} for row in range(count)]
    return [{name: v for name, v in row.items() if v is not False} for row in rows]


def _without_folders(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """The recipe without the folders of the machine that made it."""
    found = {
        name: _without_folders(v) if isinstance(v, Mapping) else v for name, v in recipe.items()
    }
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
