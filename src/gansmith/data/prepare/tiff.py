"""What a TIFF holds that Pillow cannot read, said from its tags."""

import io

from PIL.TiffImagePlugin import ImageFileDirectory_v2

MARKS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # plain and BigTIFF, either order of bytes
BITS, COUNT, FORMAT = 258, 277, 339  # tags: bits of a channel, channels, kind of number
NUMBERS = {1: "bits", 2: "bits with a sign", 3: "bits of floating point"}


def tiff_kind(encoded: bytes) -> str:
    """Return in words what a TIFF holds and what to do; "" for other files."""
    if not encoded.startswith(MARKS):
        return ""
    try:
        file = io.BytesIO(encoded)
        tags = ImageFileDirectory_v2(file.read(8) if encoded[2] != 43 else file.read(16))
        file.seek(tags.next)
        tags.load(file)
        bits, channels, number = tags.get(BITS, (1,)), tags.get(COUNT, 1), tags.get(FORMAT, (1,))
        kind = NUMBERS.get(number[0], "bits")
        what = f"{channels} x {bits[0]} {kind}" if channels > 1 else f"{bits[0]} {kind}"
    except Exception:  # a damaged file can fail in any way
        return "it is a TIFF that Pillow cannot read; save it again as PNG, or as a TIFF of 8 bits"
    return (
        f"it is a TIFF of {what} a pixel, which Pillow cannot read; save it with 8 bits a channel, "
        f"or each channel as 16-bit grey"
    )
