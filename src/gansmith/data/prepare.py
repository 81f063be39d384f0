"""From a source to one array of equal samples, and how arrays take another size or colour."""

from dataclasses import replace

import numpy as np

from gansmith.data import resize
from gansmith.data.choose import Most, check_channels, read_size, shrink
from gansmith.data.pictures import Wanted, prepare_pictures
from gansmith.data.prepared import Prepared
from gansmith.data.source import Pictures, Values
from gansmith.data.split import content_hashes
from gansmith.data.threads import Progress, Report
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
    most: Most | None = None,
) -> Prepared:
    """Decode, convert and resize a source to one array of equal samples.

    Raises:
        DataError: nothing usable, too many unreadable files, or an impossible size or channels.
    """
    if isinstance(source, Pictures):
        return prepare_pictures(
            source, Wanted(size, channels, crop, allow_corrupt, share, most), progress
        )
    if crop == "random":
        raise DataError(
            f"data.crop = 'random' is for picture files, but {source.name} holds an array; crop it "
            f"yourself or leave data.crop out"
        )
    return _prepare_values(source, size, channels, progress, most)


def _prepare_values(
    source: Values,
    size: Size,
    channels: int | None,
    progress: Progress | None,
    most: Most | None = None,
) -> Prepared:
    hashes = content_hashes(source.values)
    prepared = Prepared(
        source.name, source.values, hashes, source.labels, source.classes, source.captions
    )
    facts = {"kind": "array", **source.facts, "found": len(hashes), "used": len(hashes)}
    if source.values.ndim == 2:
        if size is not None or channels is not None:
            raise DataError(
                f"{source.name} holds vectors, which have no size and no channels; leave data.size "
                f"and data.channels out"
            )
        return replace(prepared, facts=facts)
    if channels != source.values.shape[1]:
        check_channels(channels)
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
    facts |= {"choices": {"size": why}, "stored": list(source.values.shape[1:])}
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
