"""Writes a run folder: signals, metrics, journal, samples. Nobody else does."""

import json
import math
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from gansmith.runs import folder
from gansmith.runs.disk import told
from gansmith.runs.lineage import EVENT, segment_of
from gansmith.runs.lock import Lock
from gansmith.runs.reader import RunRecord
from gansmith.runs.records import append, cut, keep, settle

LONG = (folder.SIGNALS, folder.METRICS)  # a record for each tick or exam, in order of their steps
RECORDS = (*LONG, folder.JOURNAL)
Before = Callable[[Mapping[str, Any], int], bool]
SITTINGS = ("resumed", "stopped")  # events that say who went on from where, kept in any case
PREPARED = ("started", "choice", "audit", "skipped", "note", "resumed")  # events before step 1


class RunWriter:
    """Appends to the files of one run folder; on a silent process it writes nothing.

    Args:
        path: the run folder, made already.
        silent: write nothing (processes other than the first).
        lock: that keeps other writers out for as long as this one lives.
        resumable: whether a run that the disk stopped can go on from its last checkpoint.
    """

    def __init__(
        self,
        path: Path,
        silent: bool = False,
        lock: Lock | None = None,
        resumable: bool = True,
    ) -> None:
        self.path, self.silent, self.lock, self.resumable = path, silent, lock, resumable
        self.segment = 0  # that records belong to
        self.known = RunRecord(path)  # as written so far: in memory, and never read twice

    def signals(self, record: Mapping[str, Any]) -> None:
        """Append one tick to signals.jsonl."""
        self._append(folder.SIGNALS, record)

    def metrics(self, record: Mapping[str, Any]) -> None:
        """Append one exam to metrics.jsonl."""
        self._append(folder.METRICS, record)

    def journal(self, event: str, says: str, step: int, kimg: float, **more: Any) -> None:
        """Append one event to journal.jsonl."""
        self._append(folder.JOURNAL, event_record(event, says, step, kimg, **more))

    def text(self, name: str, text: str) -> None:
        """Write a whole text file."""
        if not self.silent:
            with self._told(self.path / name):
                folder.write_text(self.path / name, text)
            self.known.forget("recipe", "recipe_text", "environment")

    def environment(self, facts: Mapping[str, Any]) -> None:
        """Write environment.json."""
        self.text(folder.ENVIRONMENT, json.dumps(facts, indent=2, default=str) + "\n")

    def picture(self, shown: Image.Image | str, kimg: float) -> None:
        """Write the samples of this moment: an image, or lines of text."""
        self._shown(self.path / folder.SAMPLES / f"kimg-{round(kimg):06d}.png", shown)

    def samples(self, ending: str, content: bytes, kimg: float) -> None:
        """Write a file of samples of this moment, beside the grid."""
        path = self.path / folder.SAMPLES / f"kimg-{round(kimg):06d}{ending}"
        if not self.silent:
            with self._told(path):
                path.parent.mkdir(exist_ok=True)
                folder.write_bytes(path, content)

    def uncovered(self, shown: Image.Image | str) -> None:
        """Write the reals that no fake is near."""
        self._shown(self.path / folder.UNCOVERED, shown)

    def _shown(self, path: Path, shown: Image.Image | str) -> None:
        if self.silent:
            return
        with self._told(path):
            path.parent.mkdir(exist_ok=True)
            if isinstance(shown, str):
                folder.write_text(path.with_suffix(".txt"), f"{shown}\n")
            else:
                folder.write_whole(path, lambda temporary: shown.save(temporary, format="PNG"))

    def settle(self) -> dict[str, int]:
        """Put the records on the disk; return how long each file is, for ``rewind``."""
        if self.silent:
            return {}
        with self._told(self.path):
            return {name: settle(self.path / name) for name in RECORDS}

    def rewind(self, step: int, written: Mapping[str, int] | None = None) -> None:
        """Forget ticks, exams and events after a checkpoint, because training goes on from there.

        Args:
            step: of the checkpoint.
            written: how long the files were when it was made, which says of records of that very
                step whether they came before; None: all of them did, but for a "finished".
        """
        for name in RECORDS:
            size = math.inf if written is None else written.get(name, math.inf)
            if not (name in LONG and size < math.inf and self._cut(name, int(size), step)):
                before = partial(_before, step=step, size=size)
                self._keep(name, partial(_in_line, segment=self.segment, before=before))

    def begin_segment(self, follows: int, step: int, kimg: float, says: str) -> None:
        """Go on in a new segment; what was recorded before stays, whatever line it is of.

        Args:
            follows: the segment of the checkpoint that training goes on from.
            step: of that checkpoint.
            kimg: of that checkpoint.
            says: why, in a sentence.
        """
        self._keep_pictures(kimg)
        self.segment = max(self.known.lineage.current, follows) + 1
        self.journal(EVENT, says, step, kimg, follows=follows)

    def _keep_pictures(self, kimg: float) -> None:
        """Move images of samples beyond a moment to the segment that ends; copy its newest."""
        pictures = sorted((self.path / folder.SAMPLES).glob("kimg-*.png"), key=_written)
        if not pictures or self.silent:
            return
        target = self.path / folder.SEGMENTS / str(self.known.lineage.current) / folder.SAMPLES
        with self._told(target):
            target.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(pictures[-1], target / pictures[-1].name)
            for one in pictures:
                if one.stem > f"kimg-{round(kimg):06d}":
                    one.replace(target / one.name)

    def rewind_to_start(self) -> None:
        """Forget all that came of training, but not what was said of the run before it."""
        for name in (folder.SIGNALS, folder.METRICS):
            self._keep(name, lambda row, end: False)
        self._keep(folder.JOURNAL, lambda row, end: _prepared(row))

    def _cut(self, name: str, size: int, step: int) -> bool:
        """Cut a file at a byte, if that can be trusted; say whether it was."""
        if self.silent:
            return True
        with self._told(self.path / name):
            done = cut(self.path / name, size, step)
        self.known.forget()
        return done

    def _keep(self, name: str, wanted: Callable[[Mapping[str, Any], int], bool]) -> None:
        if not self.silent:
            with self._told(self.path / name):
                keep(self.path / name, wanted)
            self.known.forget()

    def _append(self, name: str, record: Mapping[str, Any]) -> None:
        if not self.silent:
            with self._told(self.path / name):
                numbered = {"segment": self.segment} if self.segment else {}
                line = folder.json_line({**record, **numbered})
                append(self.path / name, line)
                self.known.add(name, json.loads(line))

    def _told(self, path: Path) -> AbstractContextManager[None]:
        then = f"go on with `gansmith train --resume --run {self.path}`"
        return told(path, then if self.resumable else "")


def _written(path: Path) -> float:
    return path.stat().st_mtime


def event_record(event: str, says: str, step: int, kimg: float, **more: Any) -> dict[str, Any]:
    """Return one event of the journal, at this moment."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return {"at": at, "step": step, "kimg": kimg, "event": event, "says": says, **more}


def _prepared(row: Mapping[str, Any]) -> bool:
    """Say whether an event came before training, or records a session that kept nothing."""
    return row.get("event") in PREPARED and _step(row) == 0 and "during" not in row


def _in_line(row: Mapping[str, Any], end: int, segment: int, before: Before) -> bool:
    """Say whether a record stays: those of earlier segments do, those of later ones do not."""
    own = segment_of(row)
    return before(row, end) if own == segment else own < segment


def _before(row: Mapping[str, Any], end: int, step: int, size: float) -> bool:
    """Say whether a record belongs to the run up to a checkpoint."""
    at, event = _step(row), row.get("event")
    if at is None:
        return False
    if event in SITTINGS:
        return at <= step
    return at < step or (at == step and end <= size and (size < math.inf or event != "finished"))


def _step(row: Mapping[str, Any]) -> float | None:
    """Return the step of a record; None if what stands there is no number."""
    step = row.get("step", 0)
    return step if isinstance(step, int | float) else None
