"""Open a data set: find the source, prepare it, divide it, and say everything that was done."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from gansmith.data.held_out import beside_digests, describe_split, divide, set_digest
from gansmith.data.labels.classes import refuse_labels
from gansmith.data.loading.flips import Flipped
from gansmith.data.loading.random_crops import Windows
from gansmith.data.loading.rotations import Turned
from gansmith.data.prepare.arrays import choose_span, prepare
from gansmith.data.prepare.caption_words import caption_words
from gansmith.data.prepare.defaults import SIZES, Afford, Most, check_crop, check_shares
from gansmith.data.prepare.lazy_arrays import Lazy, whole
from gansmith.data.prepare.photograph_crops import SLOTS
from gansmith.data.prepare.photographs import SIZE, open_photographs
from gansmith.data.prepare.prepared import Prepared
from gansmith.data.prepare.threads import Progress
from gansmith.data.samples import Data, Rows, Samples, require_some
from gansmith.data.source import Photographs, Pictures, Source, Values, admitting
from gansmith.data.sources.lookup import find_source
from gansmith.data.stored_range import Part, Range, Span, check_span
from gansmith.errors import DataError
from gansmith.kinds.kind import Kind

NOTHING: Mapping[str, Any] = {}


def open_data(
    source: str | Path | Source,
    *,
    size: int | tuple[int, int] | None = None,
    channels: int | None = None,
    held_out: float = 0.1,
    seed: int = 0,
    allow_corrupt: float = 0.01,
    labels: bool = True,
    side: str | None = None,
    progress: Progress | None = None,
    crop: str = "centre",
    flip: bool = False,
    turn: bool = False,
    cache: float = 0.5,
    range: Range | Span | list[float] = None,
    afford: Afford | None = None,
    largest: int | None = None,
    kind: str | None = None,
    columns: Mapping[str, Any] | None = None,
    rows: int | None = None,
    target: str | None = None,
    tokens: Mapping[str, Any] | None = None,
    windows: Mapping[str, int | None] | None = None,
    rate: int | None = None,
    seconds: float | None = None,
    loudness: str = "peak",
) -> Data:
    """Open a data set to train on.

    Args:
        source: a folder (searched recursively; sub-folders become classes), a .zip or .tar archive,
            an .npz or .npy array, or a name: mnist, emoji, photos, ring, grid. A ``Path`` is never
            taken for a name. Samples in memory: what ``gansmith.data.as_source`` returns.
        size: pixels, or (height, width); absent: the largest of 8, 16, 32, 64, 128, 256 that is not
            above the median short side. Arrays keep their own size.
        channels: 1 or 3, or 4 to keep the transparency of picture files; absent: 1 if every picture
            is grey, else 3.
        held_out: share to hold out, 0 to 0.5, chosen by content.
        seed: of the split, of random crops and of the points of a toy.
        allow_corrupt: share of the files that may be unreadable; they are skipped and named.
        labels: make labels of class folders or label arrays.
        side: which vendor of the emoji, noto or twemoji; ``emoji:twemoji`` says the same.
        progress: called with (done, total) now and then.
        crop: what to do with pictures of another shape: centre, smart (where most detail is),
            letterbox (the whole picture with black bars) or random (pictures are kept an eighth
            larger, and another window of each is trained on in every epoch).
        flip: mirror half of the training pictures left to right, another half in every epoch.
        turn: turn training pictures by quarters, by another number of them in every epoch.
        cache: share of the free disk space that prepared pictures may take; where they do not fit,
            they are decoded each time they are wanted. 0 keeps them in memory.
        range: the stored values that become black and white, (low, high), for 16-bit and floating
            point pictures and for arrays of any numbers; what lies outside is clipped. "auto": the
            smallest and largest value of the training part. Absent: 0 to 255 of bytes, 0 to 65,535
            of 16 bits, -1 to 1 of floats.
        afford: bounds a size that nobody named by what training takes: given the longest side that
            the pictures could have and their number, it returns the most, or None for no bound.
        largest: pixels that a picture file may have; what has more is skipped by its header.
            Absent: as many as Pillow lets, 89,478,485. Decoding takes up to 16 bytes a pixel, of
            more than 8 bits a channel up to 32, once for each core.
        kind: what a sample is: image, vector, series, table, text. Absent: as the source says; an
            array may be read in two ways, and ``facts["choices"]["kind"]`` then says which was
            taken and why.
        columns: what the columns ``id``, ``time`` and ``label`` of a table of series are called, or
            of which type columns of a table of rows are.
        rows: rows of a table that are read at most.
        target: the column of a table that metrics predict from the others.
        tokens: what a token of text is: ``unit`` (characters, words, pairs), ``length`` (tokens
            that a text may have) and ``vocabulary`` (tokens in all).
        windows: how long series are cut into windows: ``length``, ``stride`` from one to the next,
            ``block``, which is trained on or held out as a whole; in times.
        rate: of clips of sound, in hertz; absent: that of most files, 16,000 at most.
        seconds: length of clips; absent: as most files, a second at most.
        loudness: "peak" makes all sound files equally loud, "kept" leaves them as they are.

    Raises:
        DataError: the source is missing, unreadable, too small or unusable; says what to do.
    """
    check_shares(held_out, allow_corrupt, cache)
    check_crop(crop)
    wanted = check_span(range)
    raw = wanted is not None
    asked: dict[str, Any] = {"kind": kind, "columns": columns, "rows": rows, "target": target}
    asked |= {"labels": labels, "raw": raw, "tokens": tokens, "allow_corrupt": allow_corrupt}
    asked |= {"windows": windows}
    asked |= {"rate": rate, "seconds": seconds, "loudness": loudness}
    found = find_source(source, seed=seed, side=side, **asked)
    found = admitting(found, largest)
    most = bound(found, afford) if afford and size is None else None
    if isinstance(found, Photographs):
        refuse_range(wanted, found.name)
        cut = open_photographs(found, size, channels, held_out, seed, most)
        return moved(cut, flip, turn, seed)
    refuse_labels(found.facts)
    span = choose_span(found, wanted, Part(held_out, seed), progress)
    prepared = prepare(found, size, channels, allow_corrupt, progress, crop, cache, span, most)
    require_some(len(prepared.values), prepared.name)
    return moved(divided(prepared, held_out, seed), flip, turn, seed)


def refuse_range(wanted: Range | Span, name: str) -> None:
    """Refuse a range where nothing has black and white of its own to choose.

    Raises:
        DataError: a range is asked for.
    """
    if wanted is not None:
        raise DataError(f"{name} are photographs of 0 to 255; leave data.range out", "data_range")


def bound(source: Pictures | Values | Photographs, afford: Afford) -> Most | None:
    """Ask what size can be afforded, where samples have pixels."""
    if isinstance(source, Photographs):
        return afford(SIZE, SLOTS * len(source.pictures))
    if isinstance(source, Pictures):
        return afford(SIZES[-1], len(source))
    if not source.kind.pixels:
        return None
    return afford(max(source.border_to or source.values.shape[2:]), len(source))


def divided(prepared: Prepared, held_out: float, seed: int) -> Data:
    """Return prepared samples as the parts to train on and to hold out, with what is to say."""
    train, held = divide(prepared.hashes, held_out, seed)
    values, scaled = _scaled(prepared, train)
    prepared = replace(prepared, values=values)
    captions = prepared.beside.get("captions")
    captioned = {} if captions is None else {"captions": caption_words(list(captions[train]))}
    parts: list[Samples] = [Rows(values, rows, beside=prepared.beside) for rows in (train, held)]
    if prepared.window:
        parts = [Windows(parts[0], prepared.window, seed), Windows(parts[1], prepared.window, None)]
    return Data(
        train=parts[0],
        held_out=parts[1],
        shape=_shape(prepared),
        classes=prepared.classes,
        name=prepared.name,
        digest=_digest(prepared),
        facts=_facts(prepared, held_out, seed, len(train), len(held)) | scaled | captioned,
        kind=prepared.kind,
        beside=beside_digests(prepared.beside),
        contents=prepared.hashes[train],
        kept_contents=prepared.hashes[held],
    )


def _scaled(prepared: Prepared, train: np.ndarray) -> tuple[np.ndarray | Lazy, dict[str, Any]]:
    """Return samples as networks see them where their kind scales them, and by which facts."""
    kind = prepared.kind
    if kind.fit is None:
        return prepared.values, {}
    values = whole(prepared.values)
    fitted = kind.fit(values[train] if len(train) else values, prepared.facts)
    return kind.to_unit(values, {**prepared.facts, **fitted}), fitted


def _shape(prepared: Prepared) -> tuple[int, ...]:
    """Return the shape of a sample as it is trained on."""
    shape = prepared.kind.sized(tuple(prepared.values.shape[1:]), prepared.facts)
    return (shape[0], *prepared.window) if prepared.window else shape


def check_moves(name: str, kind: Kind, shape: tuple[int, ...], flip: bool, turn: bool) -> None:
    """Refuse to mirror or turn what has no sides, or would change its shape.

    Raises:
        DataError: samples have no pixels, or are not square and to be turned.
    """
    for option, wanted in (("flip", flip), ("turn", turn)):
        if wanted and not kind.pixels:
            raise DataError(
                f"{name} holds {kind.plural}, which cannot be flipped or turned; leave "
                f"data.{option} out"
            )
    if turn and shape[1] != shape[2]:
        size = f"{shape[1]} x {shape[2]}"
        raise DataError(f"data.turn needs square images but they are {size}; set data.size")


def moved(data: Data, flip: bool, turn: bool, seed: int) -> Data:
    """Return the data with training images mirrored and turned as asked for."""
    check_moves(data.name, data.kind, data.shape, flip, turn)
    if flip:
        says = "half of the training images, another half in every epoch"
        facts = {**data.facts, "flip": says}
        data = replace(data, train=Flipped(data.train, seed), facts=facts)
    if turn:
        facts = {**data.facts, "turn": "training images by quarters, anew in every epoch"}
        data = replace(data, train=Turned(data.train, seed), facts=facts)
    return data


def _digest(prepared: Prepared) -> str:
    crop = prepared.facts.get("resize", {}).get("crop", "none")
    also = [*prepared.values.shape[1:], crop]
    return set_digest(prepared.hashes, prepared.labels, also)


def _facts(prepared: Prepared, share: float, seed: int, train: int, held: int) -> dict[str, Any]:
    facts = {"name": prepared.name, **prepared.facts}
    facts |= {"shape": list(_shape(prepared)), "train": train, "held_out": held}
    facts |= {"digest": _digest(prepared), "split": describe_split(share, seed, prepared.hashes)}
    if prepared.labels is not None:
        counts = np.bincount(prepared.labels, minlength=len(prepared.classes))
        facts["classes"] = dict(zip(prepared.classes, counts.tolist(), strict=True))
    return facts
