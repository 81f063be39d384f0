"""Records of a specimen's run in a small compressed file."""

import json
import lzma
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gansmith.doctor.history import History
from gansmith.runs.reader import RunRecord
from gansmith.testing.zoo.elsewhere import WAYS_ELSEWHERE
from gansmith.testing.zoo.outcomes import came_to, confirmed
from gansmith.testing.zoo.ways import WAYS

DIGITS = 5
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
    """Keep a run's signals, exams, recipe and data facts, five digits each, compressed."""
    known = History.of(run).data
    document = {
        **facts,
        "signals": [_short(row) for row in run.signals],
        "metrics": [_short(row) for row in run.metrics],
        "recipe": _placeless(run.recipe),
        "known": {name: known.get(name) for name in ("train", "shape", "facts")},
    }
    text = json.dumps(document, separators=(",", ":")).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(lzma.compress(text, preset=6))


def read_record(path: Path) -> Record:
    """Return what ``write_record`` kept."""
    kept = json.loads(lzma.decompress(path.read_bytes()))
    history = History(kept["signals"], kept["metrics"], kept["recipe"], kept["known"])
    return Record(
        name=path.name.removesuffix(".json.xz"),
        data=kept["data"],
        architecture=kept["architecture"],
        way=kept["way"],
        failure=came_to(kept["failure"], history),
        also=EVERY_WAY[kept["way"]].also if kept["way"] in EVERY_WAY else tuple(kept["also"]),
        confirmed=confirmed(kept["failure"], history),
        seconds=kept["seconds"],
        history=history,
    )


def read_all(folder: Path) -> Iterator[Record]:
    """Yield every record of a folder, in the order of their names."""
    for path in sorted(folder.glob("*.json.xz")):
        yield read_record(path)


def _placeless(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """The recipe without the folders of the machine that made it."""
    found = {name: _placeless(v) if isinstance(v, Mapping) else v for name, v in recipe.items()}
    source = found.get("source")
    if isinstance(source, str):
        found["source"] = Path(source).stem
    return found


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _rounded(value) for name, value in row.items() if name not in LEFT_OUT}


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _short(value)
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.{DIGITS}g}")
    return value
