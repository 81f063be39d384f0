"""One sound file: its header, and its values as one channel."""

import io
import os
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

from gansmith.errors import DataError, GansmithError
from gansmith.reading import MEGABYTE, open_regular

ENDINGS = frozenset(
    f".{word}" for word in ("wav", "wave", "flac", "ogg", "oga", "opus", "mp3", "aif", "aiff", "au")
)
LARGEST = 4096 * MEGABYTE
MISSING = "sound files need the extra audio: pip install 'gansmith[audio]'"
UNKNOWN = (0, 0xFFFFFFFF)  # sizes that programs write which do not know how much will follow


class Header(NamedTuple):
    """What a sound file says of itself: rate in hertz, values a channel, channels."""

    rate: int
    length: int
    channels: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.length / self.rate


def require_reader() -> None:
    """Refuse sound files where nothing that reads them is installed.

    Raises:
        GansmithError: says what to install.
    """
    if find_spec("soundfile") is None:
        raise GansmithError(MISSING)


def read_header(path: str) -> Header:
    """Return what a file says of itself.

    Raises:
        OSError: it cannot be opened, or is a pipe or a device.
        DataError: it is no sound file, holds nothing, or is shorter than it says.
    """
    with open_regular(path) as file:
        _check_whole(file)
        with _opened(file) as sound:
            found = Header(int(sound.samplerate), int(sound.frames), int(sound.channels))
    if found.length < 1 or found.rate < 1:
        raise DataError("it holds no sound: its length is 0")
    return found


def read_sound(path: str) -> tuple[Header, np.ndarray]:
    """Return the header and the mean of all channels, float32 [time].

    Raises:
        OSError: as ``read_header``.
        DataError: as ``read_header``, or a value is not finite.
    """
    header = read_header(path)
    with open_regular(path) as file, _opened(file) as sound:
        try:
            values = sound.read(dtype="float32", always_2d=True)
        except RuntimeError as error:
            raise DataError(f"it cannot be decoded ({_reason(error)})") from error
    if len(values) < header.length:
        had, said = len(values) / header.rate, header.seconds
        raise DataError(f"it is cut off: it lasts {had:.2f} s, but its header says {said:.2f} s")
    if not np.isfinite(values).all():
        raise DataError("it holds values that are not finite (NaN or infinite)")
    return header, values.mean(1)


def _opened(file: io.BufferedReader) -> Any:
    """Return an open sound file.

    Raises:
        DataError: it is none.
    """
    import soundfile

    try:
        return soundfile.SoundFile(file)
    except (RuntimeError, TypeError, ValueError) as error:
        raise DataError(f"it is no sound file that can be read ({_reason(error)})") from error


def _reason(error: Exception) -> str:
    """Return what the library says, without the name of the open file."""
    return str(error).rpartition(">: ")[2].strip(" .") or type(error).__name__


def _check_whole(file: io.BufferedReader) -> None:
    """Refuse an empty file, a huge one, and a WAV that is shorter than it says."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if size == 0:
        raise DataError("it is empty: 0 bytes")
    if size > LARGEST:
        raise DataError(f"it holds {size:,} bytes, more than can be read at once; cut it")
    told = int.from_bytes(head[4:8], "little")
    if head[:4] == b"RIFF" and told not in UNKNOWN and told + 8 > size + 1:
        raise DataError(f"it is cut off: it has {size:,} bytes, but its header says {told + 8:,}")
