"""Moves asked for by hand: one small file each in the run folder, taken by the run at its ticks.

The records have one writer, the run itself. Whoever asks leaves a file beside them, whole or not
there; the run takes it away, does what it says, and writes in its journal what came of it.
"""

import json
import math
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gansmith.errors import UsageError
from gansmith.reading import is_regular
from gansmith.runs.folder import write_text

ASKED = "asked"  # folder of a run
DOES = ("knob", "stop", "checkpoint")
LARGEST = 4096  # bytes of one file
HUGE = 1e300


@dataclass(frozen=True)
class ByHand:
    """What a person asks of a run.

    Args:
        does: "knob" (sets a knob's base), "stop" (in order, at once) or "checkpoint" (keeps one).
        knob: its address.
        to: its new base.
        because: why, in the person's words.
    """

    does: str
    knob: str = ""
    to: float = 0.0
    because: str = "set by hand"


def ask(run: Path, wish: ByHand) -> Path:
    """Leave what is asked in a run folder, and return the file."""
    folder = run / ASKED
    folder.mkdir(exist_ok=True)
    path = folder / f"{time.time_ns():020d}-{secrets.token_hex(4)}.json"
    write_text(path, json.dumps(asdict(wish)))
    return path


def take(run: Path) -> list[ByHand]:
    """Return what was asked since the last look, in order, and take it away."""
    folder = run / ASKED
    if not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.glob("*.json")):
        with suppress(OSError, ValueError, UsageError):
            if is_regular(path) and path.stat().st_size <= LARGEST:
                found.append(read_wish(json.loads(path.read_text(encoding="utf-8"))))
        with suppress(OSError):
            path.unlink()
    with suppress(OSError):
        folder.rmdir()  # unless somebody asks at this moment
    return found


def read_wish(told: Any) -> ByHand:
    """Read what is asked from plain values.

    Raises:
        UsageError: it is none of what can be asked.
    """
    if not isinstance(told, Mapping) or told.get("does") not in DOES:
        raise UsageError(f"what is asked must be one of {', '.join(DOES)}")
    because = str(told.get("because") or "set by hand")[:200]
    if told["does"] != "knob":
        return ByHand(told["does"], because=because)
    knob, to = told.get("knob"), told.get("to")
    number = float(to) if isinstance(to, int | float) and abs(to) < HUGE else math.nan
    if not isinstance(knob, str) or not math.isfinite(number):
        raise UsageError("a knob needs its address and a finite number")
    return ByHand("knob", knob[:200], number, because)
