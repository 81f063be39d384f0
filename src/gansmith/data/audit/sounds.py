"""What can be wrong with sound files: silence, clipping, copies, mixed rates, very short ones."""

from collections.abc import Iterator, Mapping
from typing import Any

from gansmith.data.audit.findings import (
    DataFinding,
    alone,
    balance,
    copies,
    guessed_kind,
    of_source,
    unreadable,
)
from gansmith.data.audit.report import AuditReport
from gansmith.data.audit.unused import labels_left
from gansmith.data.source import Skipped, Values
from gansmith.errors import counted
from gansmith.finding import Severity, most_serious_first
from gansmith.kinds.sounds.standard import FEW

PAGE = "docs/kinds.md, Sound"
SMALL = "Karras et al. 2020, arXiv:2006.06676"
CHANNELS = {"1": "mono", "2": "stereo, mixed to one"}
NOTICED: dict[str, tuple[Severity, str, str]] = {
    "silent": (
        "warn",
        "silent (no value above -80 dB): the generator learns silence from them",
        "remove them",
    ),
    "clipped": (
        "warn",
        "clipped (10 or more values at full scale): the crackle is learned too",
        "take recordings of a lower level, or remove them",
    ),
    "short": (
        "warn",
        "shorter than 0.05 s: most of such a clip is silence put after it",
        "remove them, or lower data.seconds",
    ),
    "cut": (
        "note",
        "longer than a clip: the loudest stretch is kept, or pieces where there are several",
        "set data.seconds to another length",
    ),
}


def audit_sounds(source: Values) -> AuditReport:
    """Report on a folder of sound files, as it was read."""
    facts, channels = source.facts, source.facts["channels_found"]
    shown = {
        "files": facts["files"],
        "clips": len(source),
        "rate": f"{facts['rate']:,} Hz",
        "seconds": f"{facts['seconds']} a clip; files last {' / '.join(map(str, facts['lasting']))}"
        " (shortest / median / longest)",
        "channels": {CHANNELS.get(number, number): n for number, n in channels.items()},
    }
    classes = {}
    if source.labels is not None:
        marks = source.labels.tolist()
        classes = {name: marks.count(label) for label, name in enumerate(source.classes)}
        shown["classes"] = classes
    found = [*findings_of(facts), *labels_left(facts), balance(classes), alone(classes)]
    return AuditReport(source.name, shown, most_serious_first([*found, guessed_kind(source)]))


def findings_of(facts: Mapping[str, Any]) -> Iterator[DataFinding | None]:
    """Yield what the facts of a folder of sound files say against it."""
    skipped = [Skipped(*one) for one in facts.get("skipped", ())]
    total = facts["files"] + len(skipped)
    yield unreadable(skipped, total, 1.0)
    for what, (grave, says, fix) in NOTICED.items():
        count, names = facts["noticed"].get(what, (0, ()))
        if count:
            told = f"{counted(count, 'file')} {says}"
            yield of_source(f"{what}_sounds", grave, told, fix, PAGE, count, tuple(names))
    count, names = facts["noticed"].get("copies", (0, ()))
    yield copies(count, tuple(names)) if count else None
    yield _mixed_rates(facts)
    yield _few(facts["files"])


def _mixed_rates(facts: Mapping[str, Any]) -> DataFinding | None:
    """Compare the rates of the files."""
    rates: Mapping[str, int] = facts["rates"]
    if len(rates) < 2:
        return None
    listed = ", ".join(f"{int(rate):,} Hz {count} times" for rate, count in rates.items())
    low = sum(count for rate, count in rates.items() if int(rate) < facts["rate"])
    above = f"; {low} of them lack the highest tones, by which D may know them" if low else ""
    says = f"files have different rates ({listed}): all are brought to {facts['rate']:,} Hz{above}"
    fix, changes = "set data.rate to the lowest", {"data.rate": min(map(int, rates))}
    grave: Severity = "warn" if low else "note"
    count = sum(rates.values())
    return DataFinding("mixed_rates", grave, "data.rate", says, fix, changes, PAGE, count)


def _few(count: int) -> DataFinding | None:
    """Compare the number of files with what a discriminator needs."""
    if count >= FEW:
        return None
    says = f"{count:,} files are few (below {FEW:,}): D memorises them unless it is augmented"
    fix = 'add recordings, or leave augment.name = "sound" on, as it is where nobody says'
    return of_source("few_sounds", "note", says, fix, SMALL, count)
