"""Clips of a run as data URIs, to be played on its page."""

import base64
import io
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gansmith.errors import as_float
from gansmith.kinds.sounds import PAUSE
from gansmith.runs.reader import RunRecord

MOST = 16  # clips on a page
LARGEST = 16 * 2**20  # bytes of a file of clips that is read


@dataclass(frozen=True)
class Clip:
    """A clip to be played: its name, and a WAV file as a data URI."""

    name: str
    uri: str


def newest_clips(run: RunRecord) -> list[Clip]:
    """Return the clips of the newest exam, one by one; none where a run makes no sound."""
    path = run.clips
    if path is None or path.stat().st_size > LARGEST:
        return []
    data = run.environment.get("data")
    data = data if isinstance(data, Mapping) else {}
    facts = data.get("facts")
    seconds = as_float(facts.get("seconds") or 0) if isinstance(facts, Mapping) else 0.0
    try:
        parts = _parts(path, seconds)
    except (OSError, EOFError, wave.Error):
        return []
    names = _names(run.recipe, data)
    return [
        Clip(names[number % len(names)] if names else str(number + 1), _uri(part))
        for number, part in enumerate(parts)
    ]


def _names(recipe: Mapping[str, Any], data: Mapping[str, Any]) -> Sequence[str]:
    """Return the classes, which exams ask for in turn, where the run is told them."""
    condition, classes = recipe.get("condition"), data.get("classes")
    told = isinstance(condition, Mapping) and condition.get("name") == "labels"
    return [str(name) for name in classes] if told and isinstance(classes, list | Mapping) else []


def _parts(path: Path, seconds: float) -> list[bytes]:
    """Return WAV files of the clips that stand in one with pauses between them."""
    with wave.open(str(path), "rb") as file:
        rate = file.getframerate()
        length = round(seconds * rate) or file.getnframes()
        step = length + round(PAUSE * rate)
        count = min(MOST, max(1, file.getnframes() // step))
        return [_part(file, number * step, length) for number in range(count)]


def _part(file: wave.Wave_read, start: int, length: int) -> bytes:
    file.setpos(start)
    return _wav(file, file.readframes(length))


def _wav(like: wave.Wave_read, values: bytes) -> bytes:
    packed = io.BytesIO()
    with wave.open(packed, "wb") as file:
        file.setparams(like.getparams())
        file.writeframes(values)
    return packed.getvalue()


def _uri(content: bytes) -> str:
    return f"data:audio/wav;base64,{base64.b64encode(content).decode()}"
