"""Picture files to one array of equal samples: decoded, grey or colour, cropped, resized."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from gansmith.data.loading.random_crops import roomy
from gansmith.data.prepare import cache, defaults, resize
from gansmith.data.prepare.decode import GREY_MODES, Header, Reach, decode
from gansmith.data.prepare.lazy_arrays import Decoded, Lazy, first_channels
from gansmith.data.prepare.notices import cautions
from gansmith.data.prepare.prepared import Prepared
from gansmith.data.prepare.read_images import attempt, read_headers, refuse_too_many
from gansmith.data.prepare.store import Store, choose_store
from gansmith.data.prepare.threads import Progress, Report, in_threads
from gansmith.data.source import Pictures, Skipped, Stamp, beside_of
from gansmith.data.stored_range import Span
from gansmith.data.used_range import Reaches
from gansmith.errors import DataError

MODES = {1: "L", 3: "RGB", 4: "RGBA"}
FORM = 2  # of what is kept in the cache; counts up when the same files give something else


@dataclass(frozen=True)
class Wanted:
    """How images are to be prepared: what the user said, None where nothing was said.

    ``share`` is the part of the free disk space that the prepared images may take; 0 keeps them
    in memory. ``span`` says which stored values are black and white; ``most`` bounds a size that
    nobody named.
    """

    size: int | tuple[int, int] | None = None
    channels: int | None = None
    crop: str = "centre"
    allow_corrupt: float = 0.01
    share: float = 0.0
    span: Span | None = None
    most: defaults.Most | None = None


@dataclass(frozen=True)
class _Plan:
    """What was decided: target (H, W), channels (depth), how to crop, and why that size.

    ``window`` is what random crops cut out of the target.
    """

    target: tuple[int, int]
    depth: int
    crop: str
    why_size: str
    window: tuple[int, int] | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        return (self.depth, *self.target)

    def bytes(self, count: int) -> int:
        return count * int(np.prod(self.shape))


class _Fitted(NamedTuple):
    pixels: np.ndarray
    grey: bool
    content: int
    header: Header
    reach: Reach


def check_alpha(channels: int | None, span: Span | None) -> None:
    """Refuse a range of images whose transparency is kept.

    Raises:
        DataError: both are requested.
    """
    if channels == 4 and span is not None:
        raise DataError(
            "data.range is for images without an alpha channel; leave it or data.channels = 4 out"
        )


def prepare_pictures(source: Pictures, wanted: Wanted, progress: Progress | None) -> Prepared:
    """Decode and fit every image file, or find them prepared by an earlier run.

    Raises:
        DataError: too many files are unreadable, size or channels are impossible, or there is no
            room for the prepared images.
    """
    defaults.check_channels(wanted.channels, files=True)
    check_alpha(wanted.channels, wanted.span)
    stamp = source.stamp() if source.stamp and wanted.share else None
    size = wanted.size or (wanted.most and wanted.most[:1])
    settings: tuple[object, ...] = (
        size,
        wanted.channels,
        wanted.crop,
        wanted.span,
        resize.protocol(0, 0),
    )
    settings += (source.largest,) if source.largest else ()
    place = cache.place_for(FORM, *settings, *stamp, source.files) if stamp else None
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
        values = Decoded((len(kept), *plan.shape), _decoder(kept, plan, wanted.span))
    values, why_channels = _settle_channels(values, wanted.channels, told.pop("grey"))
    why_size = plan.why_size.replace(defaults.AFFORDED, wanted.most.why if wanted.most else "")
    choices = {"size": why_size, "channels": why_channels}
    choices |= _range_choice(wanted.span, told.get("reach", {}))
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
        beside=beside_of(kept),
        classes=source.classes,
        facts=facts,
        window=window,
    )


def _range_choice(span: Span | None, reach: Mapping[str, Sequence[float]]) -> dict[str, str]:
    """Return in words which stored values are black and white, where that was requested."""
    if span is None:
        return {}
    concerned = [ends for bits, ends in reach.items() if span.of_bytes or bits != "8"]
    if not concerned:
        return {"range": "0 to 255: all images have 8 bits"}
    lows, highs = zip(*((ends[0], ends[1]) for ends in concerned), strict=True)
    return {"range": span.says(min(lows), max(highs))}


def _prepare_all(
    source: Pictures,
    wanted: Wanted,
    place: Path | None,
    stamp: Stamp | None,
    progress: Progress | None,
) -> cache.Stored:
    """Decode every file; keep the images where there is room for them."""
    headers, skipped = _headers(source, wanted)
    refuse_too_many(skipped, source, wanted.allow_corrupt)
    plan = _plan(headers or {}, wanted)
    rows = list(range(len(source))) if headers is None else sorted(headers)
    keep = choose_store(plan.bytes(len(rows)), stamp.size if stamp else 0, place, wanted.share)
    store = Store(keep, place, len(rows), plan.shape)
    grey, seen, report = True, list[Header](), Report(progress, len(rows))
    reaches = Reaches()
    try:
        for row, fitted in in_threads(lambda row: _fit(source, row, plan, wanted.span), rows):
            report.one_more()
            if isinstance(fitted, Skipped):
                skipped.append(fitted)
                continue
            store.add(row, fitted.pixels, fitted.content)
            grey = grey and fitted.grey
            seen.append(fitted.header)
            reaches.add(fitted.reach)
        refuse_too_many(skipped, source, wanted.allow_corrupt)
        told = _told(source, plan, skipped, seen) | {"grey": grey, "plan": _plain(plan)}
        told |= reaches.facts(wanted.span)
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
    depth = 4 if wanted.channels == 4 else 1 if grey or wanted.channels == 1 else 3
    if wanted.crop == "random":
        return _Plan(roomy(target), depth, wanted.crop, why_size, window=target)
    return _Plan(target, depth, wanted.crop, why_size)


def _decoder(kept: Pictures, plan: _Plan, span: Span | None) -> Callable[[np.ndarray], np.ndarray]:
    """Return what decodes images that are not kept, when they are wanted."""

    def fit(row: int) -> _Fitted | Skipped:
        return _fit(kept, row, plan, span)

    def decode_rows(rows: np.ndarray) -> np.ndarray:
        pictures = np.empty((len(rows), *plan.shape), np.uint8)
        wanted = [int(row) for row in rows]
        for number, (_, fitted) in enumerate(in_threads(fit, wanted)):
            if isinstance(fitted, Skipped):
                raise DataError(
                    f"{fitted.name} in {kept.name} could be read when training began, but now "
                    f"{fitted.reason}; put it back, or start again without it"
                )
            pictures[number] = fitted.pixels
        return pictures

    return decode_rows


def _fit(source: Pictures, index: int, plan: _Plan, span: Span | None) -> _Fitted | Skipped:
    def act(encoded: bytes) -> _Fitted:
        picture = decode(encoded, span, True) if plan.depth == 4 else decode(encoded, span)
        seen, mode = picture.layer or picture.image, MODES[plan.depth]
        image = seen if seen.mode == mode else seen.convert(mode)
        fitted = resize.fit(image, plan.target, plan.crop)
        known = picture.pixels if fitted is picture.image else None
        pixels = np.asarray(fitted) if known is None else known
        pixels = pixels[None] if plan.depth == 1 else pixels.transpose(2, 0, 1)
        reach = picture.deep or Reach(int(pixels.min()), int(pixels.max()), 8)
        return _Fitted(pixels, picture.grey, picture.content, picture.header, reach)

    return attempt(source, index, act)


def _target(
    headers: Sequence[Header], size: int | tuple[int, int] | None, most: defaults.Most | None
) -> tuple[tuple[int, int], str]:
    if size is not None:
        height, width = defaults.read_size(size)
        return (height, width), f"{height} x {width}: as requested"
    if not headers:
        return (8, 8), "there are no pictures"
    return defaults.choose_size([min(header.width, header.height) for header in headers], most)


def _settle_channels(
    values: np.ndarray | Lazy, channels: int | None, grey: bool
) -> tuple[np.ndarray | Lazy, str]:
    wanted, why = (
        (channels, f"{channels}: as requested") if channels else defaults.choose_channels(grey)
    )
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
        "pages": [sum(header.pages > 1 for header in headers), sum(h.pages - 1 for h in headers)],
        "enlarged": sum(h.height < target[0] or h.width < target[1] for h in headers),
    }
