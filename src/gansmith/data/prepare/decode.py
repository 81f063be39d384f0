"""Picture files to plain grey or colour bytes: every mode that Pillow reads, or refused by name."""

import io
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from gansmith.data.held_out import content_hash
from gansmith.data.prepare.heif import is_heif, register_heif
from gansmith.data.prepare.pixel_limit import limit, too_large
from gansmith.data.prepare.tiff import tiff_kind
from gansmith.data.stored_range import Span
from gansmith.errors import DataError

RASTER = "apng avif bmp dib gif ico j2k jfif jp2 jpe jpeg jpg pbm pcx pgm png pnm ppm psd qoi tga"
OTHERS = "arw cr2 cr3 dng eps exr hdr heic heif hif jxl nef orf raf raw rw2 svg"
READABLE = frozenset(f".{word}" for word in f"{RASTER} tif tiff webp".split())
UNREADABLE = frozenset(f".{word}" for word in OTHERS.split())
GREY_MODES = frozenset(("1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "I;16N"))
DEEP_MODES = frozenset(("I", "I;16", "I;16B", "I;16L", "I;16N"))
SMALL = 1 << 16  # pixels that are copied more quickly than read in place
PNG = b"\x89PNG\r\n\x1a\n"
PNG_MARKS = (b"eXIf", b"Raw profile type", b"XML:com.adobe.xmp")  # where an orientation may stand
WIDTH, HEIGHT = 256, 257  # tags of a TIFF
PNG_PLACES = ("exif", "Raw profile type exif", "XML:com.adobe.xmp", "xmp")  # the same, once loaded
WHITE = 65535  # of 16 bits


class Header(NamedTuple):
    """What the first bytes of an image file say: size as displayed, colour mode, frames.

    ``pages`` counts those of a TIFF, which are not an animation.
    """

    width: int
    height: int
    mode: str
    animated: bool
    pages: int = 1

    @property
    def deep(self) -> bool:
        """Say whether a pixel has more than 8 bits."""
        return self.mode in DEEP_MODES or self.mode == "F"


class Reach(NamedTuple):
    """The smallest and largest stored value of an image; ``bits`` are 8, or 16 for deeper ones."""

    low: float
    high: float
    bits: int


class Picture(NamedTuple):
    """A decoded image: mode L or RGB, upright, the hash of its full content, its header.

    ``pixels`` are its bytes, [H, W] or [H, W, 3], where they had to be read anyway. ``reach``
    are the values as stored, of a deep image before they became bytes. ``layer`` has its alpha
    channel, mode RGBA, where that was requested.
    """

    image: Image.Image
    grey: bool
    content: int
    header: Header
    pixels: np.ndarray | None
    deep: Reach | None = None
    layer: Image.Image | None = None

    @property
    def reach(self) -> Reach:
        """The smallest and largest stored value."""
        if self.deep:
            return self.deep
        bands = self.image.getextrema()
        ends = [bands] if isinstance(bands[0], int | float) else bands
        return Reach(min(low for low, _ in ends), max(high for _, high in ends), 8)


def read_header(encoded: bytes) -> Header:
    """Return size, mode and frames without decoding the pixels.

    Raises:
        DataError: it is not an image, or it claims so many pixels that it must be a trap.
    """
    with _open(encoded) as picture:
        try:
            if picture.format == "PNG" and not _plainly_upright(encoded):
                picture.load()
            return _header(picture, _turn(picture))
        except Exception as error:  # see decode
            raise DataError(_reason(error)) from error


def decode(encoded: bytes, span: Span | None = None, alpha: bool = False) -> Picture:
    """Return the image upright, in grey or colour: first frame, transparency laid on white.

    A colour image whose channels are equal everywhere counts as grey. 16-bit grey keeps its
    range (65535 is white) unless a span says which values are black and white. ``alpha`` keeps the
    image before transparency is laid on white, too. CMYK and other
    colour models go through Pillow's plain conversion; colour profiles are ignored.

    Raises:
        DataError: the file is not an image, is cut off, or has a mode that is refused by name.
    """
    with _open(encoded) as opened:
        try:
            kind = opened.format
            if kind == "PNG":
                opened.load()  # an orientation may stand behind the pixels
            turn = _turn(opened)
            header = _header(opened, turn)
            if kind != "PNG":
                opened.load()
            upright = opened if turn == 1 else ImageOps.exif_transpose(opened)
            if header.deep:
                return _deep(upright, header, span)
            picture = _plain(upright)
            layer = upright.convert("RGBA") if alpha else None
        except DataError:
            raise
        except Exception as error:  # a damaged file can make a decoder fail in any way
            raise DataError(_reason(error)) from error
    found = _seen(picture, header, encoded if kind == "JPEG" else None, turn)
    found = found._replace(layer=layer) if alpha else found
    return found if span is None or not span.of_bytes else _in_span(found, span)


def _seen(picture: Image.Image, header: Header, jpeg: bytes | None, turn: int) -> Picture:
    """Return an image of 8 bits with its hash, and whether it is grey."""
    if jpeg is not None and picture.width * picture.height > SMALL:
        content = content_hash(jpeg_content(jpeg, turn))
        grey = picture.mode == "L" or _equal_channels(picture)
        return Picture(_plane(picture, grey), grey, content, header, None)
    pixels = np.asarray(picture)
    grey = picture.mode == "L" or _equal(pixels)
    if grey and picture.mode != "L":
        picture, pixels = picture.getchannel(0), pixels[..., 0]
    hashed = pixels if jpeg is None else jpeg_content(jpeg, turn)
    content = content_hash(hashed, pixels.shape if jpeg is None else ())
    return Picture(picture, grey, content, header, pixels)


def _in_span(picture: Picture, span: Span) -> Picture:
    """Return an image of 8 bits with other values of black and white; its hash stays."""
    if span.high > 255:
        raise DataError(f"it has 8 bits, but data.range runs to {span.high:,.6g}; give it 16 bits")
    reach = picture.reach
    table = span.bytes(np.arange(256)).tolist()
    image = picture.image.point(table * len(picture.image.getbands()))
    return picture._replace(image=image, pixels=np.asarray(image), deep=reach)


def _deep(picture: Image.Image, header: Header, span: Span | None) -> Picture:
    """Return grey of 16 bits, or of floats where a span says what is black and white, as bytes.

    The hash is that of the stored values, so that it stays whatever the span.
    """
    if picture.mode == "F" and span is None:
        raise DataError(
            "it has 32-bit float pixels of unknown range; set data.range to the values of black "
            "and white, or save it with 8 or 16 bits"
        )
    stored = np.asarray(picture).astype("<f4" if picture.mode == "F" else "<i4")
    low, high = float(stored.min()), float(stored.max())
    if not np.isfinite(low + high):
        raise DataError("it has pixels that are not finite (NaN or infinite)")
    if span is None and (low < 0 or high > WHITE):
        raise DataError(
            f"its grey values run from {low:,.0f} to {high:,.0f}; set data.range to the values of "
            f"black and white, or save it with 8 or 16 bits"
        )
    pixels = (span or Span(0, WHITE)).bytes(stored)
    content = content_hash(stored, stored.shape)
    return Picture(Image.fromarray(pixels), True, content, header, pixels, Reach(low, high, 16))


def _plane(picture: Image.Image, grey: bool) -> Image.Image:
    return picture.getchannel(0) if grey and picture.mode != "L" else picture


def jpeg_content(encoded: bytes, turn: int) -> bytes:
    """Return the bytes of a JPEG that decide its pixels: without EXIF, profiles and comments.

    The stream determines the pixels, so hashing it spares a pass over every pixel of a photograph.
    The orientation ``turn`` is put before them, because it turns the image.
    """
    kept, place = [bytes([turn & 0xFF])], 2
    while place + 4 <= len(encoded) and encoded[place] == 0xFF and encoded[place + 1] != 0xDA:
        length = 2 + int.from_bytes(encoded[place + 2 : place + 4], "big")
        told = 0xE0 <= encoded[place + 1] <= 0xEF or encoded[place + 1] == 0xFE
        if not told or encoded[place + 1] == 0xEE:  # Adobe's mark says how colours are coded
            kept.append(encoded[place : place + length])
        place += length
    return b"".join([*kept, encoded[place:]])


def _turn(picture: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8; 1 is upright. A PNG has been loaded."""
    if picture.format == "PNG" and not any(place in picture.info for place in PNG_PLACES):
        return 1  # spares building the EXIF of every image that has none
    return int(picture.getexif().get(0x0112, 1))


def _plainly_upright(encoded: bytes) -> bool:
    """Say whether a PNG that has its end holds no orientation; one cut off is left to Pillow."""
    return b"IEND" in encoded[-64:] and not any(mark in encoded for mark in PNG_MARKS)


def _header(picture: Image.Image, turn: int) -> Header:
    several = bool(getattr(picture, "is_animated", False))
    pages = int(getattr(picture, "n_frames", 1)) if several and picture.format == "TIFF" else 1
    width, height = picture.size
    if turn >= 5 and not _turned_already(picture):
        width, height = height, width
    animated = several and picture.format not in ("TIFF", "MPO")  # an MPO holds previews besides
    return Header(width, height, picture.mode, animated, pages)


def _turned_already(picture: Image.Image) -> bool:
    """Say whether a TIFF states its upright size: new versions of Pillow turn it by themselves."""
    tags = getattr(picture, "tag_v2", {})
    return WIDTH in tags and picture.size != (tags[WIDTH], tags[HEIGHT])


def _open(encoded: bytes) -> Image.Image:
    if not encoded:
        raise DataError("the file is empty")
    if is_heif(encoded):
        register_heif()
    try:
        known = ("PNG",) if encoded.startswith(PNG) else None  # spares asking five others first
        picture = Image.open(io.BytesIO(encoded), formats=known)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DataError(too_large("more")) from error
    except UnidentifiedImageError as error:
        raise DataError(tiff_kind(encoded) or "it is not an image that Pillow can read") from error
    except Exception as error:  # see decode
        raise DataError(_reason(error)) from error
    if picture.width * picture.height > limit():
        raise DataError(too_large(f"{picture.width} x {picture.height} pixels, more"))
    return picture


def _reason(error: Exception) -> str:
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    return f"it is damaged ({said})"


def _plain(picture: Image.Image) -> Image.Image:
    """Return the image as L or RGB."""
    if picture.has_transparency_data:
        return _on_white(picture)
    mode = "L" if picture.mode in GREY_MODES else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def _on_white(picture: Image.Image) -> Image.Image:
    grey = picture.mode in GREY_MODES
    layer = picture.convert("RGBA")
    flat = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return flat.convert("L" if grey else "RGB")


def _equal_channels(picture: Image.Image) -> bool:
    few = picture.resize((32, 32), Image.Resampling.NEAREST)  # most colour images differ here
    return _equal(np.asarray(few)) and _equal(np.asarray(picture))


def _equal(pixels: np.ndarray) -> bool:
    top, red = pixels[0], pixels[..., 0]  # the top row recognises most colour images at once
    if (top[..., 0] != top[..., 1]).any():
        return False
    return not ((red != pixels[..., 1]).any() or (red != pixels[..., 2]).any())
