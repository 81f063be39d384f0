"""What the autopilot did, as the report tells it: what was tried, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gansmith.reading import is_regular
from gansmith.reporting.sample_images import frames
from gansmith.reporting.wording import number
from gansmith.runs import folder
from gansmith.runs.reader import RunRecord

EVENT = "treatment"  # of the journal
WHERE = {"best": "from the weights of the best exam", "untrained": "from untrained weights"}


@dataclass
class Told:
    """One treatment, or one thing that the autopilot has only said.

    Args:
        title: what it is against.
        when: at how many kimg it began, and from which weights.
        because: why it should help.
        reference: the paper.
        changes: dotted recipe paths and values.
        expected: what should come of it, in words.
        state: "kept", "undone", "under way", "told" or "refused".
        came: what came of it, in words.
        before: samples before it, or None.
        after: samples at its end, or None.
    """

    title: str
    when: str
    because: str
    reference: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    expected: str = ""
    state: str = "under way"
    came: str = ""
    before: Any = None
    after: Any = None


def told(run: RunRecord) -> list[Told]:
    """Return the treatments of a run in order; a damaged record of one is left out."""
    found = list[Told]()
    for row in run.journal:
        if row.get("event") != EVENT or not isinstance(row.get("treatment"), Mapping):
            continue
        about, state = row["treatment"], str(row.get("state", ""))
        if state in ("kept", "undone"):
            if found:
                found[-1].state, found[-1].came = state, str(about.get("says", ""))
                found[-1].after = _picture(run, about.get("segment"))
            continue
        found.append(_begun(run, row, about, state))
    return found


def _begun(run: RunRecord, row: Mapping[str, Any], about: Mapping[str, Any], state: str) -> Told:
    begun = state == "begun"
    start = WHERE.get(str(about.get("start")), "")
    return Told(
        title=f"Against {str(about.get('failure', '?')).replace('_', ' ')}",
        when=", ".join(filter(None, (f"at {number(row.get('kimg'))} kimg", start))),
        because=str(about.get("because", "")) if begun else str(row.get("says", "")),
        reference=str(about.get("reference", "")),
        changes=dict(about.get("changes") or {}) if begun else {},
        expected=_expected(about) if begun else "",
        state="under way" if begun else state,
        before=_picture(run, row.get("segment", 0)) if begun else None,
    )


def _expected(about: Mapping[str, Any]) -> str:
    expected = about.get("expectation")
    if not isinstance(expected, Mapping):
        return "expected: the failure is no longer found"
    name = str(expected.get("signal")).replace("_", " ")
    before = about.get("before")
    was = "" if before is None else f" from {number(before)}"
    return (
        f"expected: {name}{was} {expected.get('direction')} to {number(expected.get('to'))}, or by"
        f" {number(expected.get('by'))} at least"
    )


def _picture(run: RunRecord, segment: object) -> Any:
    """Return the last image of samples of a segment; of the newest, that of the run."""
    if not isinstance(segment, int):
        return None
    kept = run.path / folder.SEGMENTS / str(segment) / folder.SAMPLES
    paths = sorted(filter(is_regular, kept.glob("kimg-*.png")), key=_kimg)
    if not paths and segment == run.lineage.current and run.samples:
        paths = [run.samples[-1][1]]
    shown = frames([(_kimg(path), path) for path in paths[-1:]])
    return shown[0] if shown else None


def _kimg(path: Path) -> int:
    digits = path.stem.removeprefix("kimg-")
    return int(digits) if digits.isdecimal() else 0
