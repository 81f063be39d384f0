"""What a look at series finds: constant channels, gaps, copies, windows on both sides, a trend."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from gansmith.data.audit.findings import DataFinding, copies, guessed_kind, of_source, too_few
from gansmith.data.audit.report import AuditReport
from gansmith.data.counter_random import scramble
from gansmith.data.source import Values
from gansmith.finding import Severity, most_serious_first
from gansmith.kinds.series import names_of
from gansmith.shown import listed

PAGE = "docs/kinds.md, Series"
HALF = 0.5  # share of missing values from which a channel says little
STRETCH = 8  # times in a row by which two samples are told to overlap
APART, SURE = 0.5, 4.0  # deviations of levels, and standard errors, from which parts differ


def audit_series(source: Values, held: np.ndarray) -> AuditReport:
    """Look at all series of a source.

    Args:
        source: series, [N, times, channels].
        held: which of them would be held out, bool [N].
    """
    values, names = source.values, names_of(source.facts, source.values.shape[-1])
    facts: dict[str, Any] = {
        "found": len(source),
        "kind": f"{source.kind.form}, {' x '.join(map(str, values.shape[1:]))}",
        "channels": {n: _ends(values[..., place]) for place, n in enumerate(names)},
    }
    facts |= {name: dict(source.facts[name]) for name in ("windows",) if name in source.facts}
    few = too_few(len(source), "series") if len(source) < 2 else None
    found = [few, *_findings(source, names, held), guessed_kind(source)]
    return AuditReport(source.name, facts, most_serious_first(found))


def _ends(values: np.ndarray) -> str:
    return f"{values.min():g} to {values.max():g}"


def _findings(
    source: Values, names: Sequence[str], held: np.ndarray
) -> Iterator[DataFinding | None]:
    values = source.values
    twice = len(values) - len(np.unique(values.reshape(len(values), -1), axis=0))
    yield copies(twice, ()) if twice else None
    yield _constant([n for place, n in enumerate(names) if not np.ptp(values[..., place])])
    yield from _missing(source.facts.get("missing", {}))
    if held.any() and not held.all():
        yield _overlaps(values, held)
        groups = len(values) if source.contents is None else len(np.unique(source.contents))
        yield _trend(values, names, held, groups)


def _constant(names: Sequence[str]) -> DataFinding | None:
    if not names:
        return None
    says = f"{listed(names)} never change{'s' * (len(names) == 1)}: there is nothing to learn"
    return of_source("constant_columns", "warn", says, "leave the channel out", PAGE, len(names))


def _missing(shares: Mapping[str, float]) -> Iterator[DataFinding]:
    much = {name: share for name, share in shares.items() if share >= HALF}
    little = {name: share for name, share in shares.items() if share < HALF}
    graded: tuple[tuple[Severity, Mapping[str, float]], ...] = (("warn", much), ("note", little))
    for severity, chosen in graded:
        if chosen:
            told = listed(f"{name} ({share:.1%})" for name, share in chosen.items())
            says = (
                f"values are missing in {told}, and are filled by straight lines between their "
                f"neighbours in time: samples will have such lines too"
            )
            fix = "leave out channels and series that are mostly gaps"
            yield of_source("missing_values", severity, says, fix, PAGE, len(chosen))


def _overlaps(values: np.ndarray, held: np.ndarray) -> DataFinding | None:
    """Count held-out series of which a stretch of time stands in a series to train on too."""
    marks, moving = stretches(values)
    known = np.unique(marks[~held][moving[~held]])
    shared = int((np.isin(marks[held], known) & moving[held]).any(1).sum())
    if not shared:
        return None
    says = (
        f"{shared:,} of {int(held.sum()):,} held-out series share {STRETCH} times in a row with "
        f"series to train on: windows that overlap lie on both sides of the split, so that what "
        f"is measured on held-out ones is too good"
    )
    fix = "give the uncut series and data.windows.length, which keeps the parts apart in time"
    return of_source("leakage", "warn", says, fix, PAGE, shared)


def stretches(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a hash of each stretch of times, uint64 [N, places], and whether it moves.

    The bits of the numbers times fixed odd numbers, summed modulo 2^64: equal stretches have equal
    hashes wherever they stand, whatever the order of the sums.
    """
    length = min(STRETCH, values.shape[1])
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32).astype(np.uint64)
    odd = scramble(np.arange(values.shape[2] + length, dtype=np.uint64)) | np.uint64(1)
    rows = (bits * odd[: values.shape[2]]).sum(-1, dtype=np.uint64)
    places = values.shape[1] - length + 1
    parts = [rows[:, n : n + places] for n in range(length)]
    marks = np.zeros((len(values), places), np.uint64)
    for weight, part in zip(odd[values.shape[2] :], parts, strict=True):
        marks += part * weight
    moving = np.any([part != parts[0] for part in parts[1:]], axis=0)
    return marks, np.broadcast_to(moving, marks.shape)


def _trend(
    values: np.ndarray, names: Sequence[str], held: np.ndarray, groups: int
) -> DataFinding | None:
    """Name channels whose level in the held-out part is another than in that to train on."""
    levels = values.mean(1, dtype=np.float64)
    spread = levels.std(0) + 1e-12
    gap = np.abs(levels[held].mean(0) - levels[~held].mean(0)) / spread
    share = float(held.mean())
    error = (1 / max(share * groups, 1) + 1 / max((1 - share) * groups, 1)) ** 0.5
    apart = [n for n, one in zip(names, gap, strict=True) if one > max(APART, SURE * error)]
    if not apart:
        return None
    says = (
        f"the level of {listed(apart)} differs between the part to train on and the held-out one "
        f"by {gap.max():.1f} standard deviations: distances to held-out series say that much less"
    )
    fix = "give differences or relative changes in place of levels, or smaller data.windows.block"
    return of_source("trend", "warn", says, fix, PAGE, len(apart))
