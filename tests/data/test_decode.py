import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from gansmith.data.prepare.decode import decode, read_header
from gansmith.errors import DataError
from tests.data.pictures import colours


def encoded(picture: Image.Image, format: str = "PNG", **options) -> bytes:
    target = io.BytesIO()
    picture.save(target, format, **options)
    return target.getvalue()


def pixels(content: bytes) -> np.ndarray:
    return np.asarray(decode(content).image)


COLOUR = colours(0)
GREY = COLOUR[..., 0]


def test_colour_and_grey_are_kept_to_the_byte():
    assert (pixels(encoded(Image.fromarray(COLOUR))) == COLOUR).all()
    assert (pixels(encoded(Image.fromarray(GREY))) == GREY).all()


def test_one_bit_pictures_become_black_and_white():
    bits = Image.fromarray((GREY > 128).astype(np.uint8) * 255).convert("1", dither=0)
    assert (pixels(encoded(bits)) == (GREY > 128) * 255).all()


def test_sixteen_bit_grey_keeps_its_whole_range():
    deep = np.array([[0, 257, 32896, 65535]], np.uint16)
    assert pixels(encoded(Image.fromarray(deep))).tolist() == [[0, 1, 128, 255]]
    assert pixels(encoded(Image.fromarray(deep), "TIFF")).tolist() == [[0, 1, 128, 255]]


def test_a_palette_becomes_its_colours():
    indices = Image.fromarray(np.array([[0, 1]], np.uint8), "L").convert("P")
    indices.putpalette([255, 0, 0, 0, 0, 255])
    indices = Image.frombytes("P", (2, 1), b"\x00\x01")
    indices.putpalette([255, 0, 0, 0, 0, 255])
    assert pixels(encoded(indices)).tolist() == [[[255, 0, 0], [0, 0, 255]]]


def test_transparency_is_laid_on_white():
    layer = np.array([[[200, 0, 0, 255], [200, 0, 0, 0], [200, 0, 0, 51]]], np.uint8)
    flat = pixels(encoded(Image.fromarray(layer)))
    assert flat.tolist() == [[[200, 0, 0], [255, 255, 255], [244, 204, 204]]]


def test_transparent_grey_and_transparent_palettes_are_laid_on_white():
    grey = Image.fromarray(np.array([[[0, 255], [0, 0]]], np.uint8), "LA")
    assert pixels(encoded(grey)).tolist() == [[0, 255]]
    palette = Image.frombytes("P", (2, 1), b"\x00\x01")
    palette.putpalette([255, 0, 0, 0, 0, 255])
    assert pixels(encoded(palette, transparency=1)).tolist() == [[[255, 0, 0], [255, 255, 255]]]


def test_cmyk_becomes_colour():
    ink = Image.fromarray(
        np.array([[[0, 255, 255, 0]]], np.uint8).repeat(8, 0).repeat(8, 1), "CMYK"
    )
    red = pixels(encoded(ink, "TIFF"))
    assert red.shape == (8, 8, 3)
    assert red[0, 0].tolist() == [255, 0, 0]


def test_colour_files_without_colour_count_as_grey():
    picture = decode(encoded(Image.fromarray(GREY).convert("RGB")))
    assert picture.grey
    assert picture.image.mode == "L"
    assert picture.content == decode(encoded(Image.fromarray(GREY))).content


def test_the_same_picture_in_another_format_has_the_same_content():
    hashes = {decode(encoded(Image.fromarray(COLOUR), kind)).content for kind in ("PNG", "BMP")}
    assert len(hashes) == 1


def test_pictures_are_turned_upright():
    turned = Image.fromarray(np.array([[10, 200]], np.uint8).repeat(8, 0).repeat(8, 1))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    content = encoded(turned, "JPEG", exif=exif, quality=100)
    header, upright = read_header(content), pixels(content)
    assert (header.width, header.height) == (8, 16)
    assert upright.shape == (16, 8)
    assert upright[0].mean() < 50 < 150 < upright[-1].mean()


def test_of_an_animation_the_first_frame_is_taken():
    frames = [Image.fromarray(np.full((8, 8), value, np.uint8)) for value in (10, 200)]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert read_header(content).animated
    assert (pixels(content) == 10).all()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\x89", "not an image that Pillow can read"),
        (b"this is not a picture", "not an image that Pillow can read"),
        (encoded(Image.fromarray(COLOUR))[:300], "damaged"),
        (encoded(Image.fromarray(COLOUR), "JPEG")[:400], "damaged"),
        (encoded(Image.fromarray(COLOUR[..., 0].astype(np.float32)), "TIFF"), "32-bit float"),
        (encoded(Image.fromarray(COLOUR[..., 0].astype(np.int32) * 1000), "TIFF"), "grey values"),
    ],
    ids=["empty", "one byte", "text", "cut PNG", "cut JPEG", "float", "deep integers"],
)
def test_what_cannot_be_used_is_refused_with_a_reason(content, reason):
    with pytest.raises(DataError, match=reason):
        decode(content)


def test_a_decompression_bomb_is_refused_before_it_unpacks():
    for side in (10_000, 30_000):
        header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
        chunk = b"IHDR" + header
        bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk
        bomb += struct.pack(">I", zlib.crc32(chunk)) + struct.pack(">I", 0) + b"IDAT"
        with pytest.raises(DataError, match="a trap"):
            read_header(bomb)


@pytest.mark.parametrize(
    "kind", ["PNG", "BMP", "TIFF", "GIF", "WEBP", "PPM", "TGA", "AVIF", "JPEG2000"]
)
def test_a_decoded_picture_can_be_used_after_its_file_is_closed(kind):
    options = {"lossless": True} if kind == "WEBP" else {}
    for pixels_in in (COLOUR, GREY):
        picture = decode(encoded(Image.fromarray(pixels_in), kind, **options)).image
        assert picture.mode in ("L", "RGB")
        assert picture.crop((0, 0, 12, 24)).resize((6, 6)).size == (6, 6)
