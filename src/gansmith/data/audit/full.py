"""Audit a data set before training: what is in it, what is wrong with it, is it enough.

Insufficient, unbalanced or badly prepared data is the first cause of poor samples, and no choice of
loss or net makes up for it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from gansmith.data.audit.enough import BASE, enough
from gansmith.data.audit.findings import (
    DataFinding,
    alone,
    balance,
    blank,
    grey_as_colour,
    guessed_kind,
    look_alikes,
    mixed_sizes,
    outliers,
    unreadable,
    varied,
)
from gansmith.data.audit.inspect_samples import as_image, inspect_all
from gansmith.data.audit.numbers import audit_numbers
from gansmith.data.audit.range_findings import half_range, narrow_range
from gansmith.data.audit.report import AuditReport, describe, describe_values
from gansmith.data.audit.series import audit_series
from gansmith.data.audit.sounds import audit_sounds
from gansmith.data.audit.tally import Looked, an_even_choice, look_at
from gansmith.data.audit.thumbnails import effective_number
from gansmith.data.audit.unused import first_frames, labels_left
from gansmith.data.held_out import content_hashes
from gansmith.data.labels.quantities import quantities
from gansmith.data.options import AS_USUAL, Options
from gansmith.data.prepare.decode import GREY_MODES, decode
from gansmith.data.prepare.defaults import choose_size
from gansmith.data.prepare.pixel_limit import large_pictures
from gansmith.data.prepare.read_images import attempt, read_headers
from gansmith.data.prepare.threads import Progress, Report, in_threads
from gansmith.data.samples import Data, Samples
from gansmith.data.source import Photographs, Pictures, Skipped, Values, admitting
from gansmith.data.sources.lookup import find_source
from gansmith.data.stored_range import Span
from gansmith.data.used_range import Levels
from gansmith.finding import most_serious_first
from gansmith.kinds.tables.columns import TABLE

BLOCK = 64  # samples of opened data that are read at once
LARGEST = "the largest they can have; a short budget takes a smaller one, data.size any"


def audit(
    data: Data | str | Path, *, progress: Progress | None = None, options: Options = AS_USUAL
) -> AuditReport:
    """Audit every sample of a source, or of opened data, and report.

    A source is audited as it is on the disk: sizes, shapes, modes, unreadable files. Opened data
    is audited as it is trained on, and near copies across the split are counted too.

    Args:
        data: as for ``open_data``, or what it returned.
        progress: called with (done, total) now and then.
        options: how training would read a source; opened data are as they are.

    Raises:
        DataError: the source is missing, holds no image at all, or an option does not fit it.
    """
    if isinstance(data, Data):
        return _audit_data(data, progress)
    options.check()
    raw = options.range is not None
    found = find_source(data, strict=False, raw=raw, **options.asked)
    source, span = options.fit(admitting(found, options.largest), progress)
    if isinstance(source, Pictures):
        return _audit_pictures(source, progress, options, span)
    if isinstance(source, Photographs):
        return _audit_photographs(source)
    if not source.kind.pixels:
        return _audit_others(source, options)
    return _audit_values(source, progress, options)


def _audit_others(source: Values, options: Options) -> AuditReport:
    """Look at samples without pixels, each kind in its own way."""
    if "noticed" in source.facts:
        return audit_sounds(source)
    if source.kind.name != "series" or len(source) < 2:
        return audit_numbers(source)
    contents = content_hashes(source.values) if source.contents is None else source.contents
    return audit_series(source, options.held(contents))


def _audit_pictures(
    source: Pictures, progress: Progress | None, options: Options, span: Span | None
) -> AuditReport:
    headers, skipped = read_headers(source)
    rows, seen, report = list[int](), Looked(), Report(progress, len(headers))
    for row, look in in_threads(
        lambda row: attempt(source, row, partial(look_at, span=span)), sorted(headers)
    ):
        report.one_more()
        if isinstance(look, Skipped):
            skipped.append(look)
        else:
            rows.append(row)
            seen.add(look)
    total = len(source.files) + len(source.skipped)
    facts = {"found": total, "usable": len(rows), **describe(seen.headers)}
    facts |= {name: source.facts[name] for name in ("ignored",) if name in source.facts}
    labels = None if source.labels is None else source.labels[rows]
    found = [unreadable(skipped, total, options.allow_corrupt), *_of_files(seen, options)]
    rows_of = {name: row for row, name in enumerate(source.files)}

    def picture(name: str) -> Image.Image | None:
        found = (
            attempt(source, rows_of[name], partial(decode, span=span)) if name in rows_of else None
        )
        return None if found is None or isinstance(found, Skipped) else found.image

    names, held = [source.files[row] for row in rows], options.held(seen.contents)
    return _report(source, picture, facts, names, seen, labels, found, held, span)


def _of_files(seen: Looked, options: Options) -> list[DataFinding | None]:
    """Judge number, sizes, colours, frames and values of image files."""
    headers, count = seen.headers, len(seen.headers)
    shorter = [min(header.width, header.height) for header in headers]
    side = choose_size(shorter)[0][0] if headers else BASE
    stored = sum(g and h.mode not in GREY_MODES for g, h in zip(seen.greys, headers, strict=True))
    paged = [header.pages - 1 for header in headers if header.pages > 1]
    return [
        enough(count, options.side or side, "" if options.size else LARGEST),
        mixed_sizes([(header.width, header.height) for header in headers]),
        None if options.channels else grey_as_colour(stored, sum(seen.greys), count),
        large_pictures(
            max((header.width for header in headers), default=0),
            max((header.height for header in headers), default=0),
            any(header.deep for header in headers),
        ),
        first_frames(sum(header.animated for header in headers), len(paged), sum(paged)),
    ]


def _audit_values(source: Values, progress: Progress | None, options: Options) -> AuditReport:
    shape, names = source.values.shape[1:], [f"sample {row}" for row in range(len(source))]
    rows = {name: row for row, name in enumerate(names)}
    seen = inspect_all(source.values, len(source), progress)
    facts = {"found": len(source), "usable": len(source), **describe_values(len(source), shape)}

    def picture(name: str) -> Image.Image | None:
        return as_image(source.values[rows[name]]) if name in rows else None

    side, why = min(source.border_to or shape[1:]), "" if options.size else LARGEST
    few = enough(len(source), options.side or side, why)
    found = [few, *_of_values(source), guessed_kind(source)]
    held = options.held(seen.contents)
    return _report(source, picture, facts, names, seen, source.labels, found, held)


def _of_values(source: Values) -> list[DataFinding | None]:
    """Judge the range of an array."""
    levels = _levels(source, Looked())
    if levels is None:
        return []
    asked = "range" in source.facts or levels.black == 0
    half = None if asked else half_range(levels.low, levels.high)
    return [half or narrow_range(levels)]


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
    if not data.kind.pixels:
        points = [side.take(np.arange(len(side))) for side in sides.values() if len(side)]
        whole, kind = np.concatenate(points), data.kind
        if TABLE in data.facts or kind.name == "series":  # as stored
            whole = kind.from_unit(torch.from_numpy(whole), data.facts).numpy()
        if kind.name == "series":
            held = np.arange(len(whole)) >= len(data.train)
            return audit_series(Values(data.name, whole, declared="series", facts=data.facts), held)
        return audit_numbers(Values(data.name, whole, declared=kind.name, facts=data.facts))
    names = [f"{name} {row}" for name, side in sides.items() for row in range(len(side))]
    seen = inspect_all(_one_by_one(sides.values()), len(names), progress)
    facts = {name.replace(" ", "_"): len(side) for name, side in sides.items()}
    facts |= describe_values(len(names), data.shape)
    known = [side.beside for side in sides.values() if len(side)]
    labels = [beside["labels"] for beside in known if "labels" in beside]

    def picture(name: str) -> Image.Image | None:
        side, _, row = name.rpartition(" ")
        return as_image(sides[side].take(np.array([int(row)]))[0]) if side in sides else None

    return _report(
        data,
        picture,
        facts,
        names,
        seen,
        np.concatenate(labels) if labels else None,
        [enough(len(names), min(data.shape[1:]))],
        np.arange(len(names)) >= len(data.train),
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
    seen: Looked,
    labels: np.ndarray | None,
    findings: Sequence[DataFinding | None],
    held: np.ndarray,
    span: Span | None = None,
) -> AuditReport:
    """Put the facts and every finding together, the most serious first."""
    if labels is not None:
        counts = np.bincount(labels, minlength=len(source.classes)).tolist()
        facts["classes"] = dict(zip(source.classes, counts, strict=True))
    levels = _levels(source, seen, span)
    facts |= _labels_and_values(source, levels)
    classes, glances = facts.get("classes", {}), seen.glances
    found = [*findings, *labels_left(source.facts), balance(classes), alone(classes)]
    found.append(quantities(classes))
    if levels and not isinstance(source, Values):
        found.append(narrow_range(levels))
    if glances:
        facts["variety"] = round(effective_number(glances), 1)
        found.append(varied(facts["variety"], len(glances)))
        found += look_alikes(names, glances, held)
        found += [blank(names, glances), *outliers(names, glances)]
    shown = an_even_choice(names)
    return AuditReport(source.name, facts, most_serious_first(found), picture, shown, seen.shades)


def _labels_and_values(source: Pictures | Values | Data, levels: Levels | None) -> dict[str, Any]:
    """Return where classes come from, or why there are none, and the values that are stored."""
    choices, told = source.facts.get("choices", {}), dict[str, Any]()
    if isinstance(choices, Mapping) and "labels" in choices:
        told["labels"] = choices["labels"]
    return told | ({"values": [levels.low, levels.high]} if levels else {})


def _levels(
    source: Pictures | Values | Data, seen: Looked, span: Span | None = None
) -> Levels | None:
    """Return how much of their range the stored values use, as far as it is known."""
    if isinstance(source, Pictures):
        return seen.reaches.levels(span)
    return Levels(*source.facts["levels"]) if "levels" in source.facts else None
