"""Samples of any source as one tensor, not to train on but to compare."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np

from gansmith.data.open import refuse_range  # noqa
from gansmith.data.prepare.arrays import prepare
from gansmith.data.prepare.lazy_arrays import whole
from gansmith.data.prepare.photographs import open_photographs
from gansmith.data.samples import require_some
from gansmith.data.source import Photographs, Pictures, Values
from gansmith.data.sources.lookup import find_source
from gansmith.data.stored_range import Span


@overload
def read_samples(
    source: str | Path,
    size: int | tuple[int, int] | None = ...,
    channels: int | None = ...,
    limit: int | None = ...,
    seed: int = ...,
    labels: Literal[False] = ...,
    span: Span | None = ...,
    kind: str | None = ...,
    tokens: Mapping[str, Any] | None = ...,
    clips: Mapping[str, Any] | None = ...,
) -> np.ndarray: ...


@overload
def read_samples(
    source: str | Path,
    size: int | tuple[int, int] | None = ...,
    channels: int | None = ...,
    limit: int | None = ...,
    seed: int = ...,
    *,
    labels: Literal[True],
    span: Span | None = ...,
    kind: str | None = ...,
    tokens: Mapping[str, Any] | None = ...,
    clips: Mapping[str, Any] | None = ...,
) -> tuple[np.ndarray, np.ndarray | None]: ...


def read_samples(
    source: str | Path,
    size: int | tuple[int, int] | None = None,
    channels: int | None = None,
    limit: int | None = None,
    seed: int = 0,
    labels: bool = False,
    span: Span | None = None,
    kind: str | None = None,
    tokens: Mapping[str, Any] | None = None,
    clips: Mapping[str, Any] | None = None,
) -> np.ndarray | tuple[np.ndarray, np.ndarray | None]:
    """Read a whole set at once, undivided, to evaluate with: uint8 or float32, see ``to_unit``.

    Floating point arrays are given back as they are, whatever part of [-1, 1] they fill.

    Args:
        source: as for ``open_data``.
        size: as for ``open_data``.
        channels: as for ``open_data``.
        limit: read no more than this many, a random choice fixed by the seed.
        seed: of that choice.
        labels: return (samples, labels) instead of samples.
        span: the stored values that become -1 and 1, where they are not the usual ones.
        kind: as for ``open_data``.
        tokens: as for ``open_data``.
        clips: ``rate`` and ``seconds`` of sound, or ``columns`` of a table, as for ``open_data``.

    Raises:
        DataError: the source is missing, unreadable, empty or unusable.
    """
    raw = span is not None
    asked: dict[str, Any] = {"seed": seed, "labels": labels, "raw": raw, "tokens": tokens}
    found = find_source(source, strict=False, kind=kind, **asked, **(clips or {}))
    if isinstance(found, Photographs):
        data = open_photographs(found, size, channels, 0.0, seed)
        count = len(data.train) if limit is None else limit
        taken = data.train.take(np.arange(count))
        return (taken, None) if labels else taken
    prepared = prepare(some_of(found, limit, seed), size, channels, span=span)
    require_some(len(prepared.values), prepared.name, least=1)
    values = np.ascontiguousarray(whole(prepared.values))
    return (values, prepared.labels) if labels else values


def some_of(source: Pictures | Values, limit: int | None, seed: int) -> Pictures | Values:
    """Return a random choice of a source, in its order; all of it if it is no larger."""
    count = len(source)
    if limit is None or count <= limit:
        return source
    draws = np.random.Generator(np.random.Philox(key=seed))
    return source.select(np.sort(draws.permutation(count)[:limit]))
