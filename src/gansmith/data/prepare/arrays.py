"""From a source to one array of equal samples, and how arrays take another size or colour."""

from dataclasses import replace

import numpy as np

from gansmith.data.held_out import content_hashes
from gansmith.data.prepare import resize, value_scan
from gansmith.data.prepare.defaults import Most, check_channels, read_size, shrink
from gansmith.data.prepare.image_files import Wanted, prepare_pictures
from gansmith.data.prepare.prepared import Prepared
from gansmith.data.prepare.threads import Progress, Report
from gansmith.data.source import Pictures, Values, beside_of
from gansmith.data.stored_range import Part, Range, Span, span_of
from gansmith.errors import DataError

Size = int | tuple[int, int] | None


def prepare(
    source: Pictures | Values,
    size: Size = None,
    channels: int | None = None,
    allow_corrupt: float = 0.01,
    progress: Progress | None = None,
    crop: str = "centre",
    share: float = 0.0,
    span: Span | None = None,
    most: Most | None = None,
) -> Prepared:
    """Decode, convert and resize a source to one array of equal samples.

    ``span`` says which stored values become black and white; absent: the usual ones.

    Raises:
        DataError: nothing usable, too many unreadable files, or an impossible size or channels.
    """
    if isinstance(source, Pictures):
        return prepare_pictures(
            source, Wanted(size, channels, crop, allow_corrupt, share, span, most), progress
        )
    check_values(source, size, channels, crop)
    return _prepare_values(source, size, channels, progress, span, most)


def check_values(source: Values, size: Size, channels: int | None, crop: str) -> None:
    """Refuse options that an array cannot be given.

    Raises:
        DataError: size or channels are asked of what has no pixels, impossible channels, or
            random crops.
    """
    if crop == "random":
        raise DataError(
            f"data.crop = 'random' is for image files, but {source.name} holds an array; crop it "
            f"yourself or leave data.crop out"
        )
    if not source.kind.pixels:
        if size is not None or channels is not None:
            raise DataError(
                f"{source.name} holds {source.kind.plural}, which have no size and no channels; "
                f"leave data.size and data.channels out"
            )
    elif channels != source.values.shape[1]:
        check_channels(channels)


def choose_span(
    source: Pictures | Values, wanted: Range | Span, part: Part, progress: Progress | None = None
) -> Span | None:
    """Return the span of stored values that was asked for; "auto" uses the training part.

    Raises:
        DataError: it is asked of what has no pixels, or all values are one.
    """
    if wanted is None or isinstance(wanted, Span):
        return wanted
    if isinstance(source, Values) and not source.kind.pixels:
        raise DataError(
            f"{source.name} holds {source.kind.plural}, without black and white; leave data.range "
            f"out"
        )
    if wanted != "auto":
        return Span(*wanted)
    if isinstance(source, Values):
        return span_of(source.values, source.name, part)
    return value_scan.span_of_files(source, part, progress)


def within(source: Values, span: Span | None) -> tuple[Values, dict[str, object], dict[str, str]]:
    """Return values in [-1, 1] by the span, with facts and choices to report."""
    facts: dict[str, object] = {}
    if source.kind.pixels and "value_range" in source.facts:
        low, high = source.facts["value_range"]
        ends = span.fact if span else [0, 255] if source.values.dtype == np.uint8 else [-1, 1]
        facts["levels"] = [low, high, *ends]
    if span is None or not span.of(source.values.dtype):
        return source, facts, {}
    found = replace(source, values=span.unit(source.values))
    told = span.says(*source.facts.get("value_range", span.fact))
    return found, facts | {"range": span.fact}, {"range": told}


def _prepare_values(
    source: Values,
    size: Size,
    channels: int | None,
    progress: Progress | None,
    span: Span | None,
    most: Most | None = None,
) -> Prepared:
    own = source.contents
    hashes = content_hashes(source.values) if own is None else own  # of what is stored
    source, told, chosen = within(source, span)
    beside, kind = beside_of(source), source.kind
    prepared = Prepared(source.name, source.values, hashes, beside, source.classes, kind=kind)
    facts = {"kind": "array", **source.facts, "found": len(hashes), "used": len(hashes), **told}
    if not source.kind.pixels:
        return replace(prepared, facts=facts)
    stored = source.values.shape[2:]
    usual = source.border_to or stored
    target = read_size(size) if size is not None else shrink(usual, most)
    bordered = source.values
    why = f"{target[0]} x {target[1]}: " + ("as asked" if size is not None else "as stored")
    if size is None and most and target != usual:
        why = f"{most.why}; the array has {stored[0]} x {stored[1]}"
    if target == source.border_to:
        bordered = resize.add_border(source.values, target)
        why = f"{target[0]} x {target[1]}: {stored[0]} x {stored[1]} with a border of background"
    elif target != stored:
        facts["resize"] = resize.protocol(*target)
    values = _convert_values(bordered, target, channels or source.values.shape[1], progress)
    facts["stored"] = list(source.values.shape[1:])
    facts["choices"] = {**source.facts.get("choices", {}), **chosen, "size": why}
    return replace(prepared, values=values, facts=facts)


def _convert_values(
    values: np.ndarray, target: tuple[int, ...], channels: int, progress: Progress | None
) -> np.ndarray:
    if values.shape[1:] == (channels, *target):
        return values
    height, width = target
    converted = np.empty((len(values), channels, height, width), values.dtype)
    report = Report(progress, len(values))
    for index, sample in enumerate(values):
        sample = resize.to_channels(np.asarray(sample), channels)
        converted[index] = resize.fit_array(sample, (height, width))
        report.one_more()
    return converted
