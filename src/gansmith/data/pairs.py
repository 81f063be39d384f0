"""Data whose samples are made from other images: a second source, matched to it or not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from gansmith.data.held_out import set_digest
from gansmith.data.labels.classes import refuse_labels
from gansmith.data.open import bound, divided, moved, open_data
from gansmith.data.prepare.arrays import prepare
from gansmith.data.prepare.defaults import Afford, check_crop, check_shares
from gansmith.data.prepare.prepared import Prepared
from gansmith.data.prepare.threads import Progress
from gansmith.data.samples import Data, require_some
from gansmith.data.source import Photographs, Pictures, Source, Values, admitting
from gansmith.data.sources.lookup import find_source
from gansmith.data.stored_range import Range, Span, check_span
from gansmith.errors import DataError


def open_pairs(
    source: str | Source,
    inputs: str,
    *,
    size: int | tuple[int, int] | None = None,
    channels: int | None = None,
    held_out: float = 0.1,
    seed: int = 0,
    labels: bool = True,
    progress: Progress | None = None,
    crop: str = "centre",
    flip: bool = False,
    turn: bool = False,
    range: Range | list[float] = None,
    afford: Afford | None = None,
    largest: int | None = None,
    kind: str | None = None,
    **unused: Any,
) -> Data:
    """Open a data set with the images that its samples are made from, one for each.

    Files are matched by their path without the ending, or else by their name alone; files without
    a partner are left out. Arrays are matched row by row. Both are held out together, and cropped
    and flipped alike; random crops and a smart crop choose by the data, not by the inputs.

    Args:
        source: the data, as for ``open_data``.
        inputs: what they are made from: a folder, archive, array or name.
        size: as for ``open_data``; the inputs get the same.
        channels: of the data; the inputs are grey if all of them are.
        held_out: as for ``open_data``.
        seed: as for ``open_data``.
        labels: as for ``open_data``.
        progress: as for ``open_data``.
        crop: as for ``open_data``.
        flip: as for ``open_data``.
        turn: as for ``open_data``.
        range: as for ``open_data``, but not "auto"; of the inputs it leaves bytes as they are.
        afford: as for ``open_data``.
        largest: as for ``open_data``; it holds for both.
        kind: as for ``open_data``; it holds for both.
        unused: pairs are kept in memory, and no file of a pair may be unreadable.

    Raises:
        DataError: a source is unusable, or the two do not match.
    """
    check_shares(held_out, 0.0, 0.0)
    check_crop(crop)
    if crop == "smart":
        raise DataError("data.crop = 'smart' crops images one by one and would separate the pairs")
    spans = _spans(range)
    raw = spans[0] is not None
    wanted = admitting(find_source(source, seed=seed, labels=labels, raw=raw, kind=kind), largest)
    others = admitting(find_source(inputs, labels=False, raw=raw, kind=kind), largest)
    targets, origins = _matched(wanted, others, (wanted.name, inputs))
    refuse_labels(targets.facts)
    most = bound(targets, afford) if afford and size is None else None
    prepared = prepare(targets, size, channels, 0.0, progress, crop, span=spans[0], most=most)
    require_some(len(prepared.values), prepared.name)
    stored = tuple(prepared.window or prepared.values.shape[2:])
    fitted = (int(stored[0]), int(stored[1]))
    made_from = prepare(origins, fitted, None, 0.0, progress, crop, span=spans[1])
    data = moved(divided(prepared, held_out, seed), flip, turn, seed)
    belonging = moved(_beside(made_from, prepared, held_out, seed), flip, turn, seed)
    facts = {
        **data.facts,
        "inputs": f"{len(made_from.values)} of {made_from.name}, matched to the data",
    }
    return replace(data, inputs=belonging, facts=facts)


def _spans(wanted: Any) -> tuple[Span | None, Span | None]:
    """Return the span of stored values of the data and of the inputs."""
    found = check_span(wanted)
    if found == "auto":
        raise DataError(
            'data.range = "auto" is not for data with inputs, whose values may have another range; '
            "give it as [low, high]",
            "data_range",
        )
    if found is None or isinstance(found, str):
        return None, None
    span = found if isinstance(found, Span) else Span(*found)
    return span, replace(span, of_bytes=False)


def open_unmatched(source: str | Source, inputs: str, **options: Any) -> Data:
    """Open a data set and another of images that are to be translated into its kind.

    Args:
        source: the data, as for ``open_data``.
        inputs: the other images, of any number.
        options: as for ``open_data``; size, flip, turn and range hold for both, channels for the
            data. Of the inputs the range leaves bytes as they are.

    Raises:
        DataError: a source is unusable.
    """
    spans = _spans(options.get("range"))
    data = open_data(source, **(options | {"range": spans[0]}))
    if not data.kind.pixels:
        raise DataError(f"{data.name} holds {data.kind.plural}, and only images can be translated")
    same = {"size": data.shape[1:], "channels": None, "labels": False, "range": spans[1]}
    return replace(data, inputs=open_data(inputs, **(options | same)))


def _beside(others: Prepared, targets: Prepared, held_out: float, seed: int) -> Data:
    """Divide inputs as their targets are divided."""
    data = divided(replace(others, hashes=targets.hashes), held_out, seed)
    digest = set_digest(others.hashes, None, others.values.shape[1:])
    return replace(data, digest=digest, facts={**data.facts, "digest": digest})


def _matched(
    targets: Source, inputs: Source, called: tuple[str, str]
) -> tuple[Pictures | Values, Pictures | Values]:
    """Return both sources with rows that belong together.

    Raises:
        DataError: they are of two kinds, of different lengths, or share no names.
    """
    if isinstance(targets, Pictures) and isinstance(inputs, Pictures):
        rows = match_names(targets.files, inputs.files)
        if len(rows) < 2:
            raise DataError(
                f"no images of {called[0]} and {called[1]} have the same names "
                f"({targets.files[0]} here, {inputs.files[0]} there); give both of a pair one name"
            )
        return targets.select(rows[:, 0]), inputs.select(rows[:, 1])
    if isinstance(targets, Photographs) or isinstance(inputs, Photographs):
        raise DataError("photographs are cut into random crops, which have no partners")
    if not (isinstance(targets, Values) and isinstance(inputs, Values)):
        raise DataError(f"one of {called[0]} and {called[1]} holds files, the other an array")
    if len(targets) != len(inputs):
        raise DataError(
            f"{called[0]} holds {len(targets)} samples and {called[1]} {len(inputs)}; arrays are "
            f"matched row by row and need as many"
        )
    return targets, inputs


def match_names(files: Sequence[str], others: Sequence[str]) -> np.ndarray:
    """Return the rows of files that belong together, int64 [pairs, 2], in the order of the first.

    By path without the ending; where fewer than two match so, by name without folder and ending.

    Raises:
        DataError: two files of one side have the same name, so that it is not known which to take.
    """
    found = _by([str(PurePosixPath(f).with_suffix("")) for f in files], others, whole=True)
    if len(found) < 2:
        found = _by([PurePosixPath(f).stem for f in files], others, whole=False)
    return np.array(found, np.int64).reshape(-1, 2)


def _by(names: list[str], others: Sequence[str], whole: bool) -> list[tuple[int, int]]:
    paths = [PurePosixPath(f) for f in others]
    known = [str(path.with_suffix("")) if whole else path.stem for path in paths]
    index = {name: row for row, name in enumerate(known)}
    pairs = [(row, index[name]) for row, name in enumerate(names) if name in index]
    here, there = Counter(names), Counter(known)
    twice = next((n for n in here if there[n] and here[n] + there[n] > 2), None)
    if twice is not None:
        raise DataError(f"several files are called {twice}; pairs need one of a name on each side")
    return pairs
