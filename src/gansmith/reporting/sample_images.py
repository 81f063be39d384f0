"""Sample grids as data URIs: every image of the page is inside the page."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

FRAMES = 24  # moments shown; more would be bytes without news
SIDE = 1024  # longest side in pixels; larger grids are made smaller
SMALL = 128  # pixels of a thumbnail
BUDGET = 300_000  # bytes an image; larger ones are encoded with loss


@dataclass(frozen=True)
class Frame:
    """An image of one moment: thousands of samples seen, the image, its size in pixels."""

    kimg: int
    uri: str
    width: int
    height: int


def frames(samples: list[tuple[int, Path]]) -> list[Frame]:
    """Return at most 24 moments, evenly spaced, with both ends; broken files are left out."""
    last = len(samples) - 1
    count = min(FRAMES, len(samples))
    picked = sorted({round(i * last / max(1, count - 1)) for i in range(count)})
    found = [_frame(*samples[i]) for i in picked]
    return [frame for frame in found if frame]


def _frame(kimg: int, path: Path) -> Frame | None:
    try:
        with Image.open(path) as opened:
            image = opened.convert("L" if opened.mode in ("1", "L") else "RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    kind, data = encode(image)
    uri = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    return Frame(kimg, uri, image.width, image.height)


def thumbnail(path: Path) -> bytes | None:
    """Return a picture at most 128 pixels wide, as WebP; None where it cannot be read."""
    try:
        with Image.open(path) as opened:
            small = opened.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    small.thumbnail((SMALL, SMALL))
    return _saved(small, "WEBP", quality=80)


def newest(samples: list[tuple[int, Path]]) -> str:
    """Return a thumbnail of the newest samples as a data URI; empty where there are none."""
    data = thumbnail(samples[-1][1]) if samples else None
    return f"data:image/webp;base64,{base64.b64encode(data).decode()}" if data else ""


def encode(image: Image.Image) -> tuple[str, bytes]:
    """Return (type, bytes): PNG, which is exact, unless it is large; then WebP at 85."""
    data = _saved(image, "PNG", optimize=True)
    if len(data) <= BUDGET:
        return "png", data
    return "webp", _saved(image, "WEBP", quality=85, method=4)


def _saved(image: Image.Image, form: str, **options: int | bool) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()
