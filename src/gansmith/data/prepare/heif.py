"""HEIC and HEIF, as phones write them, where the extra ``heic`` is installed."""

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

ENDINGS = frozenset((".heic", ".heif", ".hif"))
BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
LIBRARIES = ("pi_heif", "pillow_heif")
MISSING = "HEIC files need the extra heic: pip install 'gansmith[heic]', or convert it to JPEG"


def is_heif(encoded: bytes) -> bool:
    """Say whether a file begins as HEIC and HEIF do."""
    return encoded[4:8] == b"ftyp" and encoded[8:12] in BRANDS


def can_read_heif() -> bool:
    """Say whether a library for HEIC is installed; nothing is imported."""
    return _library() is not None


def _library() -> str | None:
    return next((name for name in LIBRARIES if find_spec(name)), None)


@lru_cache(maxsize=1)
def register_heif() -> None:
    """Teach Pillow to read HEIC, if a library for it is installed."""
    name = _library()
    if name:
        library: Any = import_module(name)
        library.register_heif_opener()
