"""Encoded images of bounded size: no file may be much larger than its pixels can need.

A member of an archive may claim to unpack to gigabytes, and a sparse file to hold them. What is
large, or packed far better than images can be, is read only when the header of its image, in
the first bytes, states so many pixels.
"""

import io
from pathlib import Path
from typing import IO, Any, cast

from PIL import Image

from gansmith.data.prepare.pixel_limit import limit, too_large
from gansmith.errors import DataError
from gansmith.reading import MEGABYTE, open_regular

LARGEST = 1024 * MEGABYTE  # no image file is larger
SMALL = MEGABYTE  # whatever it holds, it does no harm
LARGE = 64 * MEGABYTE  # held in memory by several threads at once
PACKED = 100  # times smaller: images are packed already, but plain ones of few colours reach it
EACH = 64  # bytes that a pixel may need, with all its layers, previews and frames
HEAD = 1 << 16  # bytes in which most formats state their size


def read_picture(path: str | Path) -> bytes:
    """Return the content of an image file.

    Raises:
        OSError: it cannot be read, or is a pipe or a device.
        DataError: it is larger than its image can need, or its name is impossible.
    """
    if "\0" in str(path):
        raise DataError("no file has such a name")
    with open_regular(path) as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        return read_bounded(file, size)


def read_bounded(file: io.BufferedIOBase, size: int, packed: int | None = None) -> bytes:
    """Return the content of an open file from its beginning.

    Args:
        file: at its beginning.
        size: bytes that it says it holds.
        packed: bytes that it takes in an archive; ``size`` if absent.

    Raises:
        DataError: it is larger than its image can need, or cut off.
    """
    if size > LARGEST:
        raise DataError(f"it holds {size:,} bytes, more than any image: a trap?")
    tight = size > SMALL and size > PACKED * (size if packed is None else packed)
    if tight or size > LARGE:
        _check_need(io.BytesIO(file.read(HEAD)) if tight else file, size)
        file.seek(0)
    content = file.read(size)
    if len(content) < size:
        raise DataError("it is cut off by the end of the archive")
    return content


def _check_need(start: io.BufferedIOBase, size: int) -> None:
    """Compare the size of a file with what the pixels in its header can need."""
    try:
        with Image.open(cast("IO[bytes]", start)) as picture:
            pixels = picture.width * picture.height
    except Image.DecompressionBombError as error:
        raise DataError(too_large("more")) from error
    except Exception as error:  # no image, or one whose size stands at its end
        raise DataError(
            f"it holds {size:,} bytes, and its beginning is that of no image: a trap?"
        ) from error
    if size > SMALL + EACH * min(pixels, limit()):
        raise DataError(
            f"it holds {size:,} bytes, more than an image of {pixels:,} pixels can need: a trap?"
        )


def check_packing(archive: Any, name: str) -> None:
    """Refuse an archive that is packed far better than samples can be, before it is unpacked."""
    for member in archive.zip.infolist():
        if member.file_size > max(LARGE, PACKED * member.compress_size):
            raise DataError(
                f"{name} would unpack to {member.file_size:,} bytes, over {PACKED} times its size, "
                f"as traps do; if it is none, save it again with numpy.savez, which does not pack"
            )
