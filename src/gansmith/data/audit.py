"""Look at a data set before a GAN does: what is in it, what is wrong with it, is it enough.

Insufficient, unbalanced or badly prepared data is the first cause of poor samples, and no choice of
loss or net makes up for it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gansmith.data.amount import BASE, enough
from gansmith.data.choose import choose_size
from gansmith.data.decode import GREY_MODES, Header, decode
from gansmith.data.find import find_source
from gansmith.data.findings import (
    DataFinding,
    alone,
    balance,
    blank,
    copies,
    grey_as_colour,
    half_range,
    look_alikes,
    mixed_sizes,
    outliers,
    unreadable,
    varied,
    vectors,
)
from gansmith.data.pictures import attempt, read_headers
from gansmith.data.resize import to_channels
from gansmith.data.samples import Data, Samples
from gansmith.data.source import Photographs, Pictures, Skipped, Values
from gansmith.data.split import content_hash
from gansmith.data.threads import Progress, Report, in_threads
from gansmith.data.thumbnails import Glance, effective_number, glance
from gansmith.data.units import to_bytes, to_unit
from gansmith.finding import gravest_first
from gansmith.shown import one_line, path

BLOCK = 64  # samples of opened data that are read at once


@dataclass(frozen=True)
class AuditReport:
    """What a data set holds and what is wrong with it.

    Attributes:
        name: of the data set.
        facts: counts, sizes, shapes, modes, classes: JSON-able.
        findings: the gravest first.
        picture: gives the picture of a name, None where it cannot be read.
    """

    name: str
    facts: dict[str, Any]
    findings: tuple[DataFinding, ...] = field(default_factory=tuple)
    picture: Callable[[str], Image.Image | None] = field(default=lambda name: None, repr=False)

    @property
    def sound(self) -> bool:
        """True if nothing found stands in the way of training."""
        return not any(finding.severity == "refuse" for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as one JSON-able document."""
        findings = [finding.as_dict() for finding in self.findings]
        return {"data": self.name, "sound": self.sound, "facts": self.facts, "findings": findings}

    def text(self) -> str:
        """Return the report for a person: facts, then findings, then the files concerned."""
        verdict = "is sound" if self.sound else "cannot be trained on as it is"
        lines = [f"{path(self.name)} {verdict}"]
        lines += (one_line(f"  {key:<12} {_words(value)}") for key, value in self.facts.items())
        for finding in self.findings:
            lines += finding.lines()
            lines += [one_line(f"      {file}") for file in finding.files[:5]]
            if finding.count > 5 and len(finding.files) > 5:
                lines.append(f"      and {finding.count - 5} more")
        return "\n".join(lines if self.findings else [*lines, "nothing wrong was found"])


def audit(data: Data | str | Path, *, progress: Progress | None = None) -> AuditReport:
    """Look at every sample of a source, or of opened data, and report.

    A source is looked at as it is on the disk: sizes, shapes, modes, unreadable files. Opened data
    is looked at as it is trained on, and near copies across the split are counted too.

    Raises:
        DataError: the source is missing, or holds no picture at all.
    """
    if isinstance(data, Data):
        return _audit_data(data, progress)
    source = find_source(data, strict=False, seed=0, labels=True)
    if isinstance(source, Pictures):
        return _audit_pictures(source, progress)
    if isinstance(source, Photographs):
        return _audit_photographs(source)
    if source.values.ndim == 2:
        return _audit_vectors(source)
    return _audit_values(source, progress)


# --- each kind of source ----------------------------------------------------------------------


def _audit_pictures(source: Pictures, progress: Progress | None) -> AuditReport:
    headers, skipped = read_headers(source)
    rows, glances, greys = [], [], []
    report = Report(progress, len(headers))

    def look(encoded: bytes) -> tuple[Glance, bool]:
        picture = decode(encoded)
        return glance(picture.image, picture.content), picture.grey

    for row, seen in in_threads(lambda row: attempt(source, row, look), sorted(headers)):
        report.one_more()
        if isinstance(seen, Skipped):
            skipped.append(seen)
        else:
            rows.append(row)
            glances.append(seen[0])
            greys.append(seen[1])
    total = len(source.files) + len(source.skipped)
    used = [headers[row] for row in rows]
    facts = {"found": total, "usable": len(rows), **_describe(used)}
    facts |= {name: source.facts[name] for name in ("ignored",) if name in source.facts}
    labels = None if source.labels is None else source.labels[rows]
    names = [source.files[row] for row in rows]
    shorter = [min(headers[row].width, headers[row].height) for row in rows]
    side = choose_size(shorter)[0][0] if rows else None
    stored = sum(g and h.mode not in GREY_MODES for g, h in zip(greys, used, strict=True))
    found = [unreadable(skipped, total), enough(len(rows), side or BASE)]
    found.append(mixed_sizes([(header.width, header.height) for header in used]))
    found.append(grey_as_colour(stored, sum(greys), len(rows)))
    rows_of = {name: row for row, name in enumerate(source.files)}

    def picture(name: str) -> Image.Image | None:
        found = attempt(source, rows_of[name], decode) if name in rows_of else None
        return None if found is None or isinstance(found, Skipped) else found.image

    return _report(source, picture, facts, names, glances, labels, found)


def _audit_values(source: Values, progress: Progress | None) -> AuditReport:
    shape, names = source.values.shape[1:], [f"sample {row}" for row in range(len(source))]
    rows = {name: row for row, name in enumerate(names)}
    glances = _look_at_all(source.values, len(source), progress)
    facts = {"found": len(source), "usable": len(source), **_describe_values(len(source), shape)}

    def picture(name: str) -> Image.Image | None:
        return _as_image(source.values[rows[name]]) if name in rows else None

    found = [enough(len(source), min(shape[1:]))]
    found.append(half_range(*source.facts.get("value_range", (-1.0, 1.0))))
    return _report(source, picture, facts, names, glances, source.labels, found)


def _audit_vectors(source: Values) -> AuditReport:
    low, high = source.values.min(axis=0), source.values.max(axis=0)
    twice = len(source) - len(np.unique(source.values, axis=0))
    facts = {
        "found": len(source),
        "dimensions": source.values.shape[1],
        "range": [float(low.min()), float(high.max())],
    }
    found = [*vectors(len(source), *facts["range"]), copies(twice, ()) if twice else None]
    return AuditReport(source.name, facts, gravest_first(found))


def _audit_photographs(source: Photographs) -> AuditReport:
    sizes = [f"{picture.shape[1]} x {picture.shape[0]}" for picture in source.pictures]
    facts = {
        "photographs": len(source.pictures),
        "sizes": dict(zip(source.titles, sizes, strict=True)),
    }
    says = "a few large photographs, trained on as random crops; what they lack, no crop shows"
    fix, reference = "add photographs of what is to be made", "Shaham et al. 2019, arXiv:1905.01164"
    note = DataFinding("photographs", "note", "data.source", says, fix, {}, reference, len(sizes))
    return AuditReport(source.name, facts, (note,))


def _audit_data(data: Data, progress: Progress | None) -> AuditReport:
    sides = {"train": data.train, "held out": data.held_out}
    if data.vectors:
        points = [side.take(np.arange(len(side))) for side in sides.values() if len(side)]
        return _audit_vectors(Values(data.name, np.concatenate(points)))
    names = [f"{name} {row}" for name, side in sides.items() for row in range(len(side))]
    glances = _look_at_all(_one_by_one(sides.values()), len(names), progress)
    facts = {name.replace(" ", "_"): len(side) for name, side in sides.items()}
    facts |= _describe_values(len(names), data.shape)
    labels = [side.labels for side in sides.values() if len(side) and side.labels is not None]

    def picture(name: str) -> Image.Image | None:
        side, _, row = name.rpartition(" ")
        return _as_image(sides[side].take(np.array([int(row)]))[0]) if side in sides else None

    return _report(
        data,
        picture,
        facts,
        names,
        glances,
        np.concatenate(labels) if labels else None,
        [enough(len(names), min(data.shape[1:]))],
        held=np.arange(len(names)) >= len(data.train),
    )


def _one_by_one(sides: Iterable[Samples]) -> Iterator[np.ndarray]:
    """Yield every sample of some parts; a block is read at once, so memory stays constant."""
    for side in sides:
        for start in range(0, len(side), BLOCK):
            yield from side.take(np.arange(start, min(start + BLOCK, len(side))))


def _report(
    source: Pictures | Values | Data,
    picture: Callable[[str], Image.Image | None],
    facts: dict[str, Any],
    names: Sequence[str],
    glances: Sequence[Glance],
    labels: np.ndarray | None,
    findings: Sequence[DataFinding | None] = (),
    held: np.ndarray | None = None,
) -> AuditReport:
    """Put the facts and every finding together, the gravest first."""
    if labels is not None:
        counts = np.bincount(labels, minlength=len(source.classes)).tolist()
        facts["classes"] = dict(zip(source.classes, counts, strict=True))
    classes = facts.get("classes", {})
    found = [*findings, balance(classes), alone(classes)]
    if glances:
        facts["variety"] = round(effective_number(glances), 1)
        found.append(varied(facts["variety"], len(glances)))
        found += look_alikes(names, glances, held)
        found += [blank(names, glances), *outliers(names, glances)]
    return AuditReport(source.name, facts, gravest_first(found), picture)


# --- facts ------------------------------------------------------------------------------------


def _describe(headers: Sequence[Header]) -> dict[str, Any]:
    if not headers:
        return {}
    sizes = Counter(f"{header.width} x {header.height}" for header in headers)
    aspects = np.array([header.width / header.height for header in headers])
    short = np.array([min(header.width, header.height) for header in headers])
    return {
        "sizes": _most_common(sizes),
        "short_side": [int(short.min()), float(np.median(short)), int(short.max())],
        "aspect": [round(float(q), 3) for q in np.quantile(aspects, (0, 0.5, 1))],
        "modes": dict(Counter(header.mode for header in headers).most_common()),
    }


def _most_common(counts: "Counter[str]", most: int = 5) -> dict[str, int]:
    rest = sum(count for _, count in counts.most_common()[most:])
    return dict(counts.most_common(most)) | ({"others": rest} if rest else {})


def _describe_values(count: int, shape: tuple[int, ...]) -> dict[str, Any]:
    channels, height, width = shape
    return {"sizes": {f"{width} x {height}": count}, "channels": channels}


def _look_at_all(
    samples: Iterable[np.ndarray], count: int, progress: Progress | None
) -> list[Glance]:
    report, glances = Report(progress, count), []
    for sample in samples:
        glances.append(_look(sample))
        report.one_more()
    return glances


def _look(sample: np.ndarray) -> Glance:
    """Look at one sample [C, H, W], uint8 or float32."""
    return glance(_as_image(sample), content_hash(sample, sample.shape))


def _as_image(sample: np.ndarray) -> Image.Image:
    """Return a sample [C, H, W], uint8 or float32, as a picture in grey or colour."""
    pixels = sample if sample.dtype == np.uint8 else to_bytes(to_unit(np.asarray(sample)[None]))[0]
    grey_or_colour = to_channels(np.asarray(pixels), 1 if len(pixels) < 3 else 3)
    planes = grey_or_colour[0] if len(grey_or_colour) == 1 else grey_or_colour.transpose(1, 2, 0)
    return Image.fromarray(np.ascontiguousarray(planes))


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {count}" for key, count in value.items())
    if isinstance(value, list):
        return f"{value[0]:g} to {value[-1]:g}" + (f", median {value[1]:g}" if value[2:] else "")
    return str(value)
