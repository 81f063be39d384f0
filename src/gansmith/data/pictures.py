"""Picture files to one array of equal samples: decoded, grey or colour, cropped, resized."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, NamedTuple, TypeVar

import numpy as np

from gansmith.data import resize
from gansmith.data.cautions import cautions
from gansmith.data.choose import check_channels, choose_channels, choose_size, read_size
from gansmith.data.decode import GREY_MODES, Header, decode, read_header
from gansmith.data.prepared import Prepared
from gansmith.data.source import Pictures, Skipped
from gansmith.data.threads import Progress, Report, in_threads
from gansmith.errors import DataError

Result = TypeVar("Result")


@dataclass(frozen=True)
class Wanted:
    """How pictures are to be prepared: what the user said, None where nothing was said."""

    size: int | tuple[int, int] | None = None
    channels: int | None = None
    crop: str = "centre"
    allow_corrupt: float = 0.01


@dataclass(frozen=True)
class _Plan:
    """What was decided from the headers: target (H, W), three channels or one, how to crop."""

    target: tuple[int, int]
    colour: bool
    crop: str
    why_size: str


class _Fitted(NamedTuple):
    pixels: np.ndarray
    grey: bool
    content: int


class _Decoded(NamedTuple):
    values: np.ndarray
    hashes: np.ndarray
    rows: list[int]
    grey: bool


def prepare_pictures(source: Pictures, wanted: Wanted, progress: Progress | None) -> Prepared:
    """Decode and fit every picture file; the headers are read first, to choose size and channels.

    Raises:
        DataError: too many files are unreadable, or size or channels are impossible.
    """
    check_channels(wanted.channels)
    headers, skipped = read_headers(source)
    refuse_too_many(skipped, source, wanted.allow_corrupt)
    plan = _plan(headers, wanted)
    decoded = _decode_all(source, sorted(headers), plan, skipped, progress)
    refuse_too_many(skipped, source, wanted.allow_corrupt)
    values, why_channels = _settle_channels(decoded.values, wanted.channels, decoded.grey)
    kept = source.select(np.array(decoded.rows, np.int64))
    choices = {"size": plan.why_size, "channels": why_channels}
    facts: dict[str, Any] = {
        "kind": "pictures",
        **source.facts,
        "found": len(source) + len(source.skipped),
        "used": len(decoded.rows),
        "skipped": [list(skip) for skip in skipped],
        **_describe_headers([headers[row] for row in decoded.rows], plan.target),
        "resize": resize.protocol(*plan.target, plan.crop),
        "choices": {**source.facts.get("choices", {}), **choices},
    }
    facts["warnings"] = cautions(facts)
    hashes, classes = decoded.hashes, source.classes
    return Prepared(source.name, values, hashes, kept.labels, classes, kept.captions, facts)


def _plan(headers: Mapping[int, Header], wanted: Wanted) -> _Plan:
    target, why_size = _target(list(headers.values()), wanted.size)
    grey = wanted.channels == 1 or all(h.mode in GREY_MODES for h in headers.values())
    return _Plan(target, not grey, wanted.crop, why_size)


def _decode_all(
    source: Pictures,
    rows: Sequence[int],
    plan: _Plan,
    skipped: list[Skipped],
    progress: Progress | None,
) -> _Decoded:
    """Decode the files of these rows; those that cannot be decoded are added to ``skipped``."""
    values = np.empty((len(rows), 3 if plan.colour else 1, *plan.target), np.uint8)
    hashes, kept, grey = np.empty(len(rows), np.uint64), list[int](), True
    report = Report(progress, len(rows))
    for row, fitted in in_threads(lambda row: _fit(source, row, plan), rows):
        report.one_more()
        if isinstance(fitted, Skipped):
            skipped.append(fitted)
            continue
        values[len(kept)], hashes[len(kept)] = fitted.pixels, fitted.content
        grey = grey and fitted.grey
        kept.append(row)
    return _Decoded(values[: len(kept)], hashes[: len(kept)], kept, grey)


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


def _fit(source: Pictures, index: int, plan: _Plan) -> _Fitted | Skipped:
    def act(encoded: bytes) -> _Fitted:
        picture = decode(encoded)
        mode = "RGB" if plan.colour else "L"
        image = picture.image if picture.image.mode == mode else picture.image.convert(mode)
        pixels = np.asarray(resize.fit(image, plan.target, plan.crop))
        pixels = pixels.transpose(2, 0, 1) if plan.colour else pixels[None]
        return _Fitted(pixels, picture.grey, picture.content)

    return attempt(source, index, act)


def refuse_too_many(skipped: Sequence[Skipped], source: Pictures, allow: float) -> None:
    """Refuse a set of which more than the allowed share cannot be read.

    Raises:
        DataError: names the first few with their reasons, and the way out.
    """
    found = len(source) + len(source.skipped)
    if not skipped or len(skipped) <= allow * found:
        return
    first = "; ".join(f"{skip.name}: {skip.reason}" for skip in skipped[:3])
    more = f"; and {len(skipped) - 3} more" if len(skipped) > 3 else ""
    share = len(skipped) / found
    raise DataError(
        f"{len(skipped)} of {found} files in {source.name} cannot be used ({share:.1%}, allowed "
        f"are {allow:.1%}): {first}{more}; repair or remove them, or raise data.allow_corrupt"
    )


def _target(
    headers: Sequence[Header], size: int | tuple[int, int] | None
) -> tuple[tuple[int, int], str]:
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
