"""Picture files to one array of equal samples: decoded, grey or colour, cropped, resized."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, TypeVar

import numpy as np

from gansmith.data import cache, choose, resize
from gansmith.data.cautions import cautions
from gansmith.data.decode import GREY_MODES, Header, decode, read_header
from gansmith.data.lazy import Decoded, Lazy, first_channels
from gansmith.data.prepared import Prepared
from gansmith.data.source import Pictures, Skipped, Stamp
from gansmith.data.store import Store, choose_store
from gansmith.data.threads import Progress, Report, in_threads
from gansmith.data.windows import roomy
from gansmith.errors import DataError

Result = TypeVar("Result")


@dataclass(frozen=True)
class Wanted:
    """How pictures are to be prepared: what the user said, None where nothing was said.

    ``share`` is the part of the free disk space that the prepared pictures may take; 0 keeps them
    in memory. ``most`` bounds a size that nobody named.
    """

    size: int | tuple[int, int] | None = None
    channels: int | None = None
    crop: str = "centre"
    allow_corrupt: float = 0.01
    share: float = 0.0
    most: choose.Most | None = None


@dataclass(frozen=True)
class _Plan:
    """What was decided: target (H, W), three channels or one, how to crop, and why that size.

    ``window`` is what random crops cut out of the target.
    """

    target: tuple[int, int]
    colour: bool
    crop: str
    why_size: str
    window: tuple[int, int] | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        return (3 if self.colour else 1, *self.target)

    def bytes(self, count: int) -> int:
        return count * int(np.prod(self.shape))


class _Fitted(NamedTuple):
    pixels: np.ndarray
    grey: bool
    content: int
    header: Header


def prepare_pictures(source: Pictures, wanted: Wanted, progress: Progress | None) -> Prepared:
    """Decode and fit every picture file, or find them prepared by an earlier run.

    Raises:
        DataError: too many files are unreadable, size or channels are impossible, or there is no
            room for the prepared pictures.
    """
    choose.check_channels(wanted.channels)
    stamp = source.stamp() if source.stamp and wanted.share else None
    size = wanted.size or (wanted.most and wanted.most[:1])
    settings = (size, wanted.channels, wanted.crop, resize.protocol(0, 0), *(stamp or ()))
    place = cache.place_for(*settings, source.files) if stamp else None
    with cache.alone(place):
        stored = cache.read(place) if place else None
        found = stored or _prepare_all(source, wanted, place, stamp, progress)
    refuse_too_many(
        [Skipped(*skip) for skip in found.told["skipped"]], source, wanted.allow_corrupt
    )
    return _prepared(source, wanted, found)


def _prepared(source: Pictures, wanted: Wanted, stored: cache.Stored) -> Prepared:
    told = dict(stored.told)
    drawn = told.pop("plan")
    window = tuple(drawn["window"]) if drawn["window"] else None
    plan = _Plan(**{**drawn, "target": tuple(drawn["target"]), "window": window})
    kept = source.select(stored.rows)
    values: np.ndarray | Lazy | None = stored.values
    if values is None:
        values = Decoded((len(kept), *plan.shape), _decoder(kept, plan))
    values, why_channels = _settle_channels(values, wanted.channels, told.pop("grey"))
    why_size = plan.why_size.replace(choose.AFFORDED, wanted.most.why if wanted.most else "")
    choices = {"size": why_size, "channels": why_channels}
    facts: dict[str, Any] = {
        "kind": "pictures",
        **source.facts,
        **told,
        "choices": {**source.facts.get("choices", {}), **choices},
    }
    facts["warnings"] = cautions(facts)
    return Prepared(
        name=source.name,
        values=values,
        hashes=stored.hashes,
        labels=kept.labels,
        classes=source.classes,
        captions=kept.captions,
        facts=facts,
        window=window,
    )


def _prepare_all(
    source: Pictures,
    wanted: Wanted,
    place: Path | None,
    stamp: Stamp | None,
    progress: Progress | None,
) -> cache.Stored:
    """Decode every file; keep the pictures where there is room for them."""
    headers, skipped = _headers(source, wanted)
    refuse_too_many(skipped, source, wanted.allow_corrupt)
    plan = _plan(headers or {}, wanted)
    rows = list(range(len(source))) if headers is None else sorted(headers)
    keep = choose_store(plan.bytes(len(rows)), stamp.size if stamp else 0, place, wanted.share)
    store = Store(keep, place, len(rows), plan.shape)
    grey, seen, report = True, list[Header](), Report(progress, len(rows))
    try:
        for row, fitted in in_threads(lambda row: _fit(source, row, plan), rows):
            report.one_more()
            if isinstance(fitted, Skipped):
                skipped.append(fitted)
                continue
            store.add(row, fitted.pixels, fitted.content)
            grey = grey and fitted.grey
            seen.append(fitted.header)
        refuse_too_many(skipped, source, wanted.allow_corrupt)
        told = _told(source, plan, skipped, seen) | {"grey": grey, "plan": _plain(plan)}
        return store.finish(told, passing=any(skip.passing for skip in skipped))
    except BaseException:
        store.abandon()
        raise


def _told(
    source: Pictures, plan: _Plan, skipped: Sequence[Skipped], seen: Sequence[Header]
) -> dict[str, Any]:
    return {
        "found": len(source) + len(source.skipped),
        "used": len(seen),
        "skipped": [[skip.name, skip.reason] for skip in skipped],
        **_describe_headers(seen, plan.target),
        "resize": resize.protocol(*(plan.window or plan.target), plan.crop),
    }


def _plain(plan: _Plan) -> dict[str, Any]:
    window = list(plan.window) if plan.window else None
    return {**asdict(plan), "target": list(plan.target), "window": window}


def _headers(source: Pictures, wanted: Wanted) -> tuple[dict[int, Header] | None, list[Skipped]]:
    """Read all headers where size or channels depend on them; None where each is read once."""
    if wanted.size is not None and wanted.channels is not None:
        return None, list(source.skipped)
    return read_headers(source)


def _plan(headers: Mapping[int, Header], wanted: Wanted) -> _Plan:
    target, why_size = _target(list(headers.values()), wanted.size, wanted.most)
    grey = wanted.channels is None and all(h.mode in GREY_MODES for h in headers.values())
    colour = wanted.channels == 3 or not (grey or wanted.channels)
    if wanted.crop == "random":
        return _Plan(roomy(target), colour, wanted.crop, why_size, window=target)
    return _Plan(target, colour, wanted.crop, why_size)


def _decoder(kept: Pictures, plan: _Plan) -> Callable[[np.ndarray], np.ndarray]:
    """Return what decodes pictures that are not kept, when they are wanted."""

    def decode_rows(rows: np.ndarray) -> np.ndarray:
        pictures = np.empty((len(rows), *plan.shape), np.uint8)
        wanted = [int(row) for row in rows]
        for number, (_, fitted) in enumerate(in_threads(lambda i: _fit(kept, i, plan), wanted)):
            if isinstance(fitted, Skipped):
                raise DataError(
                    f"{fitted.name} in {kept.name} could be read when training began, but now "
                    f"{fitted.reason}; put it back, or start again without it"
                )
            pictures[number] = fitted.pixels
        return pictures

    return decode_rows


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
        reason = f"it cannot be read ({error.strerror or error})"
        return Skipped(source.files[index], reason, passing=True)


def _fit(source: Pictures, index: int, plan: _Plan) -> _Fitted | Skipped:
    def act(encoded: bytes) -> _Fitted:
        picture = decode(encoded)
        mode = "RGB" if plan.colour else "L"
        image = picture.image if picture.image.mode == mode else picture.image.convert(mode)
        fitted = resize.fit(image, plan.target, plan.crop)
        known = picture.pixels if fitted is picture.image else None
        pixels = np.asarray(fitted) if known is None else known
        pixels = pixels.transpose(2, 0, 1) if plan.colour else pixels[None]
        return _Fitted(pixels, picture.grey, picture.content, picture.header)

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
        f"are {allow:.1%}): {first}{more}; repair or remove them, or raise "
        f"data.allow_corrupt to train without them",
        "corrupt_files",
        {"data.allow_corrupt": math.ceil(100 * share) / 100},
    )


def _target(
    headers: Sequence[Header], size: int | tuple[int, int] | None, most: choose.Most | None
) -> tuple[tuple[int, int], str]:
    if size is not None:
        height, width = choose.read_size(size)
        return (height, width), f"{height} x {width}: as asked"
    if not headers:
        return (8, 8), "there are no pictures"
    return choose.choose_size([min(header.width, header.height) for header in headers], most)


def _settle_channels(
    values: np.ndarray | Lazy, channels: int | None, grey: bool
) -> tuple[np.ndarray | Lazy, str]:
    wanted, why = (channels, f"{channels}: as asked") if channels else choose.choose_channels(grey)
    if wanted == values.shape[1]:
        return values, why
    if isinstance(values, np.ndarray):
        return np.ascontiguousarray(values[:, :wanted]), why
    return first_channels(values, wanted), why


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
