"""From a source to one array of equal samples: decoded, grey or colour, cropped, resized."""

import os
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any, NamedTuple, TypeVar

import numpy as np

from gansmith.data import resize
from gansmith.data.cautions import cautions
from gansmith.data.choose import check_channels, choose_channels, choose_size, read_size
from gansmith.data.decode import GREY_MODES, Header, decode, read_header
from gansmith.data.source import Pictures, Skipped, Values
from gansmith.data.split import content_hashes
from gansmith.errors import DataError

Progress = Callable[[int, int], None]
Size = int | tuple[int, int] | None
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Prepared:
    """Equal samples with the hash of each one's full content, whatever size it now has.

    ``values`` is uint8 or float32 [N, C, H, W], or float32 [N, d]; ``hashes`` uint64 [N].
    """

    name: str
    values: np.ndarray
    hashes: np.ndarray
    labels: np.ndarray | None = None
    classes: tuple[str, ...] = ()
    captions: tuple[str, ...] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


class _Fitted(NamedTuple):
    pixels: np.ndarray
    grey: bool
    content: int


def prepare(
    source: Pictures | Values,
    size: Size = None,
    channels: int | None = None,
    allow_corrupt: float = 0.01,
    progress: Progress | None = None,
    crop: str = "centre",
) -> Prepared:
    """Decode, convert and resize a source to one array of equal samples.

    Raises:
        DataError: nothing usable, too many unreadable files, or an impossible size or channels.
    """
    if isinstance(source, Pictures):
        return _prepare_pictures(source, size, channels, allow_corrupt, progress, crop)
    return _prepare_values(source, size, channels, progress)


# --- pictures ---------------------------------------------------------------------------------


def _prepare_pictures(
    source: Pictures,
    size: Size,
    channels: int | None,
    allow: float,
    progress: Progress | None,
    crop: str,
) -> Prepared:
    check_channels(channels)
    headers, skipped = read_headers(source)
    refuse_too_many(skipped, len(source.files) + len(source.skipped), allow, source.name)
    kept = sorted(headers)
    target, why_size = _target([headers[i] for i in kept], size)
    colour = channels != 1 and any(h.mode not in GREY_MODES for h in headers.values())
    values = np.empty((len(kept), 3 if colour else 1, *target), np.uint8)
    hashes, rows, grey = np.empty(len(kept), np.uint64), list[int](), True
    report = Report(progress, len(kept))
    for index, fitted in in_threads(lambda i: _fit(source, i, target, colour, crop), kept):
        report.one_more()
        if isinstance(fitted, Skipped):
            skipped.append(fitted)
            continue
        values[len(rows)], hashes[len(rows)] = fitted.pixels, fitted.content
        grey = grey and fitted.grey
        rows.append(index)
    refuse_too_many(skipped, len(source.files) + len(source.skipped), allow, source.name)
    values, why_channels = _settle_channels(values[: len(rows)], channels, grey)
    facts: dict[str, Any] = {
        "kind": "pictures",
        **source.facts,
        "found": len(source.files) + len(source.skipped),
        "used": len(rows),
        "skipped": [list(skip) for skip in skipped],
        **_describe_headers([headers[i] for i in rows], target),
        "resize": resize.protocol(*target, crop),
        "choices": {**source.facts.get("choices", {}), "size": why_size, "channels": why_channels},
    }
    facts["warnings"] = cautions(facts)
    return Prepared(
        source.name,
        values,
        hashes[: len(rows)],
        None if source.labels is None else source.labels[rows],
        source.classes,
        None if source.captions is None else tuple(source.captions[row] for row in rows),
        facts,
    )


def read_headers(source: Pictures) -> tuple[dict[int, Header], list[Skipped]]:
    """Return the header of each readable file by its number, and the files that have none."""
    headers, skipped = {}, list(source.skipped)
    for index, header in in_threads(lambda i: attempt(source, i, read_header), source.files):
        if isinstance(header, Skipped):
            skipped.append(header)
        else:
            headers[index] = header
    return headers, skipped


def attempt(source: Pictures, index: int, act: Callable[[bytes], Result]) -> Result | Skipped:
    """Read file ``index`` and act on its bytes; whatever stands in the way becomes the reason."""
    try:
        return act(source.read(index))
    except DataError as error:
        return Skipped(source.files[index], str(error))
    except OSError as error:
        return Skipped(source.files[index], f"it cannot be read ({error.strerror or error})")


def _fit(
    source: Pictures, index: int, target: tuple[int, int], colour: bool, crop: str
) -> _Fitted | Skipped:
    def act(encoded: bytes) -> _Fitted:
        picture = decode(encoded)
        mode = "RGB" if colour else "L"
        image = picture.image if picture.image.mode == mode else picture.image.convert(mode)
        pixels = np.asarray(resize.fit(image, target, crop))
        pixels = pixels.transpose(2, 0, 1) if colour else pixels[None]
        return _Fitted(pixels, picture.grey, picture.content)

    return attempt(source, index, act)


def refuse_too_many(skipped: Sequence[Skipped], found: int, allow: float, name: str) -> None:
    """Refuse a set of which more than the allowed share cannot be read.

    Raises:
        DataError: names the first few with their reasons, and the way out.
    """
    if not skipped or len(skipped) <= allow * found:
        return
    first = "; ".join(f"{skip.name}: {skip.reason}" for skip in skipped[:3])
    more = f"; and {len(skipped) - 3} more" if len(skipped) > 3 else ""
    share = len(skipped) / found
    raise DataError(
        f"{len(skipped)} of {found} files in {name} cannot be used ({share:.1%}, allowed are "
        f"{allow:.1%}): {first}{more}; repair or remove them, or raise data.allow_corrupt"
    )


def _target(headers: Sequence[Header], size: Size) -> tuple[tuple[int, int], str]:
    if size is not None:
        height, width = read_size(size)
        return (height, width), f"{height} x {width}: as asked"
    if not headers:
        return (8, 8), "there are no pictures"
    return choose_size([min(header.width, header.height) for header in headers])


def _settle_channels(
    values: np.ndarray, channels: int | None, grey: bool
) -> tuple[np.ndarray, str]:
    wanted, why = (channels, f"{channels}: as asked") if channels else choose_channels(grey)
    if wanted < values.shape[1]:
        return np.ascontiguousarray(values[:, :wanted]), why
    return (np.repeat(values, wanted, axis=1) if wanted > values.shape[1] else values), why


def _describe_headers(headers: Sequence[Header], target: tuple[int, int]) -> dict[str, Any]:
    if not headers:
        return {}
    widths, heights = [h.width for h in headers], [h.height for h in headers]
    return {
        "width": [min(widths), median(widths), max(widths)],
        "height": [min(heights), median(heights), max(heights)],
        "modes": dict(Counter(header.mode for header in headers).most_common()),
        "animated": sum(header.animated for header in headers),
        "enlarged": sum(h.height < target[0] or h.width < target[1] for h in headers),
    }


# --- arrays -----------------------------------------------------------------------------------


def _prepare_values(
    source: Values, size: Size, channels: int | None, progress: Progress | None
) -> Prepared:
    hashes = content_hashes(source.values)
    prepared = Prepared(
        source.name, source.values, hashes, source.labels, source.classes, source.captions
    )
    facts = {"kind": "array", **source.facts, "found": len(hashes), "used": len(hashes)}
    if source.values.ndim == 2:
        if size is not None or channels is not None:
            raise DataError(f"{source.name} holds vectors, which have no size and no channels")
        return replace(prepared, facts=facts)
    if channels != source.values.shape[1]:
        check_channels(channels)
    stored = source.values.shape[2:]
    target = read_size(size) if size is not None else source.border_to or stored
    bordered = source.values
    why = f"{target[0]} x {target[1]}: " + ("as asked" if size is not None else "as stored")
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


# --- work in threads --------------------------------------------------------------------------


class Report:
    """Counts what is done and tells the callback now and then."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def one_more(self) -> None:
        """Count one; tell at every hundredth part and at the end."""
        self.done += 1
        if self.progress and (
            self.done == self.total or self.done % max(1, self.total // 100) == 0
        ):
            self.progress(self.done, self.total)


def in_threads(
    act: Callable[[int], Result], items: Sequence[Any], block: int = 256
) -> Iterator[tuple[int, Result]]:
    """Yield (number, result) in order, worked out in as many threads as there are cores.

    ``items`` are numbers, or anything else, which is then numbered. Only one block is in flight, so
    memory stays constant.
    """
    numbers = items if items and isinstance(items[0], int) else range(len(items))
    with quiet_pictures(), ThreadPoolExecutor(cores()) as pool:
        for start in range(0, len(numbers), block):
            part = numbers[start : start + block]
            yield from zip(part, pool.map(act, part), strict=True)


def cores() -> int:
    """Return how many cores this process may use, 8 at most."""
    allowed: Iterable[int] = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(
        0
    )
    return min(8, len(list(allowed)))


@contextmanager
def quiet_pictures() -> Iterator[None]:
    """Silence warnings about odd pictures: what matters is refused by name instead."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
