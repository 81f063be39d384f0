"""Writes a run folder: signals, metrics, journal, samples. Nobody else does."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image

from gansmith.errors import RunError
from gansmith.runs import folder
from gansmith.runs.reader import read_lines


class RunWriter:
    """Appends to the files of one run folder; on a silent process it writes nothing.

    Args:
        path: the run folder, made already.
        silent: write nothing (processes other than the first).
    """

    def __init__(self, path: Path, silent: bool = False) -> None:
        self.path, self.silent = path, silent

    def signals(self, record: Mapping[str, Any]) -> None:
        """Append one tick to signals.jsonl."""
        self._append(folder.SIGNALS, record)

    def metrics(self, record: Mapping[str, Any]) -> None:
        """Append one exam to metrics.jsonl."""
        self._append(folder.METRICS, record)

    def journal(self, event: str, says: str, step: int, kimg: float, **more: Any) -> None:
        """Append one event to journal.jsonl."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        record = {"at": at, "step": step, "kimg": kimg, "event": event, "says": says, **more}
        self._append(folder.JOURNAL, record)

    def text(self, name: str, text: str) -> None:
        """Write a whole text file."""
        if not self.silent:
            with told(self.path / name):
                folder.write_text(self.path / name, text)

    def environment(self, facts: Mapping[str, Any]) -> None:
        """Write environment.json."""
        self.text(folder.ENVIRONMENT, json.dumps(facts, indent=2, default=str) + "\n")

    def picture(self, image: Image.Image, kimg: float) -> None:
        """Write the sample grid of this moment."""
        self._image(self.path / folder.SAMPLES / f"kimg-{round(kimg):06d}.png", image)

    def uncovered(self, image: Image.Image) -> None:
        """Write the picture of reals that no fake is near."""
        self._image(self.path / folder.UNCOVERED, image)

    def _image(self, path: Path, image: Image.Image) -> None:
        if not self.silent:
            with told(path):
                folder.write_whole(path, lambda temporary: image.save(temporary, format="PNG"))

    def rewind(self, step: int) -> None:
        """Forget ticks, exams and events after ``step``, because training goes on from there."""
        for name in (folder.SIGNALS, folder.METRICS, folder.JOURNAL):
            kept = [r for r in read_lines(self.path / name) if r.get("step", 0) <= step]
            if not self.silent and (self.path / name).is_file():
                folder.write_text(self.path / name, "".join(json.dumps(r) + "\n" for r in kept))

    def _append(self, name: str, record: Mapping[str, Any]) -> None:
        if not self.silent:
            with told(self.path / name), (self.path / name).open("a", encoding="utf-8") as file:
                file.write(folder.json_line(record))


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into one sentence.

    Raises:
        RunError: the file cannot be written, as on a full disk.
    """
    try:
        yield
    except OSError as error:
        raise RunError(
            f"{path} could not be written: {error.strerror or error}; make room, then go on with "
            "--resume if the run has a checkpoint"
        ) from error
