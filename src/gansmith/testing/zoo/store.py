"""Records of a specimen's run in a small compressed file."""

import json
import lzma
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gansmith.doctor.history import History
from gansmith.runs.reader import RunRecord
from gansmith.testing.zoo.elsewhere import WAYS_ELSEWHERE
from gansmith.testing.zoo.outcomes import came_to, confirmed
from gansmith.testing.zoo.ways import WAYS

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
    kept = json.loads(lzma.decompress(path.read_bytes()))
    signals, metrics = (_rows(kept[name]) for name in ("signals", "metrics"))
    history = History(signals, metrics, kept["recipe"], kept["known"])
    sworn = "confirmed" in kept
    return Record(
        name=path.name.removesuffix(".json.xz"),
        data=kept["data"],
        architecture=kept["architecture"],
        way=kept["way"],
        failure=kept["failure"] if sworn else came_to(kept["failure"], history),
        also=EVERY_WAY[kept["way"]].also if kept["way"] in EVERY_WAY else tuple(kept["also"]),
        confirmed=kept["confirmed"] if sworn else confirmed(kept["failure"], history),
        seconds=kept["seconds"],
        history=history,
    )


def read_all(folder: Path) -> Iterator[Record]:
    """Yield every record of a folder, in the order of their names."""
    for path in sorted(folder.glob("*.json.xz")):
        yield read_record(path)


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
