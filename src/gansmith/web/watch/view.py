"""What the page shows of one run."""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, TypeGuard

from gansmith.doctor.diagnose import judge
from gansmith.doctor.history import History
from gansmith.reading import exists
from gansmith.reporting import summary as words
from gansmith.reporting import treatments
from gansmith.reporting.first_step import first_step
from gansmith.runs import folder
from gansmith.runs.follower import Follower
from gansmith.runs.reader import RunRecord, read_run
from gansmith.web.watch.curves import charts
from gansmith.web.watch.runs import is_live, signature

KEPT = 1024  # ticks and exams in memory, at least: as many as a chart has pixels across
SHARE = 0.01  # of a core that asking the doctor may cost
EVENTS = 200  # journal lines shown
MARKED = ("diagnosis", "treatment", "segment", "move")
MARKS = 100  # the newest are drawn


@dataclass
class View:
    """A run that is looked at: follows its records, and remembers the verdict.

    Args:
        run: the run folder.
    """

    run: Path
    follower: Follower = field(init=False)
    lock: Lock = field(default_factory=Lock)
    judging: Lock = field(default_factory=Lock)
    _judged: tuple[Any, dict[str, Any]] | None = None
    _pause: float = 0.0  # until when the verdict is not asked for again

    def __post_init__(self) -> None:
        self.follower = Follower(self.run, KEPT)

    def shown(self) -> dict[str, Any]:
        """Return everything that the page shows of the run but its pictures."""
        self.follower.look()
        record = self.follower.record
        history = History.of(record)
        return {
            "says": words.sentence(record),
            "stopped": words.stopped(record),
            "facts": [{"name": f.name, "value": f.value} for f in words.facts(record, history)],
            "charts": charts(history),
            "ticks": history.ticks,
            "marks": list(_marks(record))[-MARKS:],
            "treatments": [_treatment(told) for told in treatments.told(record)],
            "knobs": knobs_of(record.signals[-1:]),
            "moves": takes_moves(record),
            "samples": [[kimg, path.suffix[1:]] for kimg, path in record.samples],
            "clips": record.clips is not None,
            "journal": [_event(row) for row in record.journal[-EVENTS:]],
        }

    def verdict(self) -> dict[str, Any]:
        """Ask the doctor of the whole run, unless nothing is new or asking costs too much."""
        seen = signature(self.run)
        if self._judged is None or (self._judged[0] != seen and time.monotonic() > self._pause):
            begun = time.thread_time()
            self._judged = seen, _judge(self.run)
            self._pause = time.monotonic() + (time.thread_time() - begun) / SHARE
        return self._judged[1]


def _judge(run: Path) -> dict[str, Any]:
    """Return the doctor's verdict on a run, and what to do first with the line to paste."""
    record = read_run(run)
    history = History.of(record)
    verdict = judge(history, str(run))
    first = first_step(record, history, verdict)
    return verdict.as_dict() | {"first": first._asdict() if first else None}


def takes_moves(record: RunRecord) -> bool:
    """Say whether a run takes moves by hand: gansmith trains it, now, here or elsewhere."""
    ours = "length" in record.recipe  # which nobody knows of a loop that is only watched
    return ours and is_live(record.path, record.state)


def knobs_of(ticks: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return the values of knobs at the newest tick, by address."""
    return {
        name.removeprefix("knob/"): float(value)
        for name, value in sorted((ticks[-1] if ticks else {}).items())
        if name.startswith("knob/") and isinstance(value, int | float)
    }


def _marks(record: RunRecord) -> Iterator[dict[str, Any]]:
    """Yield what is marked on the curves: when, what, and which curves show it; none: all."""
    for row in record.journal:
        kimg = row.get("kimg")
        if row.get("event") not in MARKED or not isinstance(kimg, int | float):
            continue
        since, signals = kimg, list[str]()
        found = row.get("diagnosis")
        if isinstance(found, Mapping):
            begun = found.get("since_kimg")
            since = float(begun) if _is_number(begun) else kimg
            signals = [str(one.get("signal")) for one in found.get("evidence") or ()]
        if row["event"] == "move":
            signals = [f"knob/{row.get('knob')}"]
        says = str(row.get("says", ""))
        yield {"kimg": kimg, "since": since, "kind": row["event"], "says": says, "on": signals}


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and math.isfinite(value)


def _treatment(told: treatments.Told) -> dict[str, Any]:
    names = ("title", "when", "because", "reference", "expected", "state", "came")
    changes = {name: str(value) for name, value in told.changes.items()}
    return {name: getattr(told, name) for name in names} | {"changes": changes}


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row.get(name) for name in ("at", "kimg", "event", "says")}


def picture_of(run: Path, name: str) -> Path | None:
    """Return a file of samples of a run by its name; None where there is none such."""
    path = run / folder.SAMPLES / name
    inside = path.parent.resolve() == (run / folder.SAMPLES).resolve()
    return path if inside and exists(path) and path.is_file() else None
