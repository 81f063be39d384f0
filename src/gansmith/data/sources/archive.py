"""A .zip or .tar archive of images, read in place; nothing is unpacked into the file system."""

import bz2
import gzip
import io
import lzma
import os
import tarfile
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, cast

from gansmith.data.labels.label_files import find_classes
from gansmith.data.prepare.bounded import read_bounded
from gansmith.data.source import Pictures, stamp_files
from gansmith.data.sources.folder import sort_names
from gansmith.errors import DataError
from gansmith.reading import open_regular
from gansmith.registry import sources

MOST_MEMBERS = 5_000_000  # a list of so many names takes gigabytes
PACKERS: dict[bytes, Callable[[Path], Any]] = {  # by the first bytes of what they packed
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\0": lzma.open,
    b"\x5d\0\0": lzma.open,
}
BLOCK = 2**20
UNPACKED = 64 * 2**20, 100  # bytes that a packed tar may unpack to, and how many times its own
NO_ARCHIVES = (".npz", ".pt", ".pth", ".ckpt", ".docx", ".xlsx", ".pptx", ".keras")

Readers = Mapping[str, Callable[[], bytes]]


def is_archive(path: Path) -> bool:
    """True for a zip or tar; files of numpy and torch are zips too, but hold no image files."""
    if path.suffix.lower() in NO_ARCHIVES or not path.is_file():
        return False
    return zipfile.is_zipfile(path) or _is_tar(path)


@sources.add(accepts=is_archive, kinds=("image",))
def archive(path: Path, labels: bool = True) -> Pictures:
    """Find the images in a .zip or a .tar (plain, .gz, .bz2, .xz), sorted by path.

    Folders inside the archive are treated as in a folder of images. A packed tar is unpacked once
    into a temporary file that no other program sees.

    Args:
        path: the archive.
        labels: find classes, as in a folder.

    Raises:
        DataError: the archive is damaged or encrypted, holds no image, or there is no room to
            unpack it.
    """
    readers = _zip_members(path) if zipfile.is_zipfile(path) else tar_members(path)
    names = sorted(readers)
    files, skipped, facts = sort_names(names, path.name)
    found = find_classes(files, names, lambda name: readers[name](), path.name, labels)
    return Pictures(
        name=path.name,
        files=files,
        read=lambda index: readers[files[index]](),
        labels=found.indices,
        classes=found.names,
        skipped=tuple(skipped),
        facts={**facts, **found.facts},
        stamp=lambda: stamp_files(path.parent, [path.name]),
    )


def slashed(readers: Readers) -> Readers:
    """Return readers by names with ``/``, which some tools of Windows write as a backslash.

    Where two names would become one, all stay as they are.
    """
    named = {name.replace("\\", "/"): read for name, read in readers.items()}
    return named if len(named) == len(readers) else readers


def _is_tar(path: Path) -> bool:
    name = path.name.lower()
    if name.endswith((".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")):
        return True
    try:
        with (_packer(path) or open_regular)(path) as file, tarfile.open(fileobj=file, mode="r:"):
            return True
    except Exception:  # a damaged file can fail in any way
        return False


def _packer(path: Path) -> Callable[[Path], Any] | None:
    """Return what unpacks a file; trying them all would read one of zeros to its end."""
    with open_regular(path) as file:
        head = file.read(6)
    return next((packer for start, packer in PACKERS.items() if head.startswith(start)), None)


# --- zip --------------------------------------------------------------------------------------


def _zip_members(path: Path) -> Readers:
    try:
        opened = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise _damaged(path, error) from error
    members = [member for member in opened.infolist() if not member.is_dir()]
    if len(members) > MOST_MEMBERS:
        raise _too_many(path)
    if any(member.flag_bits & 1 for member in members):
        raise DataError(f"{path} is encrypted; unpack it and give the folder")
    return slashed({member.filename: _zip_reader(opened, member) for member in members})


def _zip_reader(opened: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with cast("io.BufferedIOBase", opened.open(member)) as file:
                return read_bounded(file, member.file_size, member.compress_size)
        except DataError:
            raise
        except Exception as error:  # a damaged member can fail in any way
            raise DataError(f"it is damaged in the archive ({error})") from error

    return read


def _too_many(path: Path) -> DataError:
    return DataError(
        f"{path} holds more than {MOST_MEMBERS:,} files; divide it, or unpack it and give the "
        f"folder"
    )


# --- tar --------------------------------------------------------------------------------------


def tar_members(path: Path) -> Readers:
    """Return what reads each file of a tar, by name, at any time and from several threads.

    Raises:
        DataError: the tar is damaged, or there is no room to unpack it.
    """
    plain = _PlainFile(path)
    try:
        with os.fdopen(os.dup(plain.descriptor), "rb") as file:
            file.seek(0)
            with tarfile.open(fileobj=file, mode="r:") as tar:
                members = _tar_members(tar, path)
        if plain.read(tar.offset, tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
            raise tarfile.ReadError("it has no end mark")
    except DataError:
        raise
    except Exception as error:  # a damaged header can fail in any way
        raise _damaged(path, error) from error
    return slashed({member.name: _tar_reader(plain, member) for member in members})


def _tar_members(tar: tarfile.TarFile, path: Path) -> list[tarfile.TarInfo]:
    members = []
    for number, member in enumerate(tar):
        if number >= MOST_MEMBERS:
            raise _too_many(path)
        if member.isreg() and not member.issparse():
            members.append(member)
    return members


def _tar_reader(plain: "_PlainFile", member: tarfile.TarInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        with io.BufferedReader(_Part(plain, member.offset_data, member.size)) as file:
            return read_bounded(file, member.size)

    return read


class _Part(io.RawIOBase):
    """A part of a file as a file of its own."""

    def __init__(self, plain: "_PlainFile", start: int, size: int) -> None:
        self._plain, self._start, self._size, self._at = plain, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        content = self._plain.read(self._start + self._at, min(len(buffer), self._left()))
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)

    def _left(self) -> int:
        return max(0, self._size - self._at)


class _PlainFile:
    """An uncompressed file, or the unpacked copy of a compressed one, read at any place.

    Several threads may read at once. The copy has no name and is gone with the object.
    """

    def __init__(self, path: Path) -> None:
        try:
            unpack = _packer(path)
            with open_regular(path) as plain:
                self.descriptor = os.dup(plain.fileno()) if unpack is None else _copy(unpack, path)
        except OSError as error:
            raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
        weakref.finalize(self, os.close, self.descriptor)

    def read(self, start: int, count: int) -> bytes:
        """Return ``count`` bytes, or fewer at the end of the file."""
        return os.pread(self.descriptor, count, start)


def _copy(packer: Callable[[Path], Any], path: Path) -> int:
    """Unpack into a temporary file without a name; return its descriptor."""
    _refuse_gaps(path)
    most, unpacked = max(UNPACKED[0], UNPACKED[1] * path.stat().st_size), 0
    try:
        with packer(path) as packed, tempfile.TemporaryFile(buffering=0) as target:
            while block := cast("IO[bytes]", packed).read(BLOCK):
                unpacked += len(block)
                if unpacked > most:
                    raise DataError(
                        f"{path} unpacks to more than {most // 2**20:,} MB, over {UNPACKED[1]} "
                        f"times its size, as traps do; if it is none, unpack it and give the folder"
                    )
                _write(target, block, path)
            return os.dup(target.fileno())
    except (EOFError, lzma.LZMAError, gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(path, error) from error


def _refuse_gaps(path: Path) -> None:
    """Refuse a packed file that claims far more bytes than it has on the disk.

    Raises:
        DataError: more than half of it are gaps, which would be read as zeros, for days.
    """
    seen = path.stat()
    there = 512 * getattr(seen, "st_blocks", seen.st_size)  # Windows does not say
    if seen.st_size > max(UNPACKED[0], 2 * there):
        raise DataError(
            f"{path} claims {seen.st_size:,} bytes, of which {there:,} are on the disk: packed "
            f"files have no such gaps, but traps do; make or fetch it again"
        )


def _write(target: IO[bytes], block: bytes, path: Path) -> None:
    rest = memoryview(block)
    try:
        while rest:
            rest = rest[target.write(rest) :]
    except OSError as error:
        raise DataError(
            f"there is no room to unpack {path} in {tempfile.gettempdir()} ({error.strerror}); "
            f"make room, point TMPDIR to another disk, or unpack it and give the folder"
        ) from error


def _damaged(path: Path, error: Exception) -> DataError:
    said = str(error) or type(error).__name__
    return DataError(f"{path} is not a usable archive ({said}); make or fetch it again")
