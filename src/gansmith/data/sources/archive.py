"""A .zip or .tar archive of pictures, read in place; nothing is unpacked into the file system."""

import bz2
import gzip
import lzma
import os
import tarfile
import tempfile
import weakref
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, cast

from gansmith.data.source import Pictures, stamp_files
from gansmith.data.sources.folder import classes_of, sort_names
from gansmith.errors import DataError
from gansmith.registry import sources

MAX_MEMBER = 2**30  # bytes of one unpacked picture file; more is a trap
PACKERS: tuple[Callable[[Path], Any], ...] = (gzip.open, bz2.open, lzma.open)
BLOCK = 2**20

Readers = Mapping[str, Callable[[], bytes]]


def is_archive(path: Path) -> bool:
    """True for a zip or tar; an .npz is a zip too, but holds arrays."""
    if path.suffix.lower() == ".npz" or not path.is_file():
        return False
    return zipfile.is_zipfile(path) or _is_tar(path)


@sources.add(accepts=is_archive)
def archive(path: Path, labels: bool = True) -> Pictures:
    """Find the pictures in a .zip or a .tar (plain, .gz, .bz2, .xz), sorted by path.

    Folders inside the archive are treated as in a folder of pictures. A packed tar is unpacked once
    into a temporary file that no other program sees.

    Args:
        path: the archive.
        labels: make classes of the folders inside.

    Raises:
        DataError: the archive is damaged or encrypted, holds no picture, or there is no room to
            unpack it.
    """
    readers = _zip_members(path) if zipfile.is_zipfile(path) else tar_members(path)
    files, skipped, facts = sort_names(sorted(readers), path.name)
    indices, classes, choice = classes_of(files, path.name) if labels else (None, (), {})
    return Pictures(
        name=path.name,
        files=files,
        read=lambda index: readers[files[index]](),
        labels=indices,
        classes=classes,
        skipped=tuple(skipped),
        facts={**facts, "choices": choice},
        stamp=lambda: stamp_files(path.parent, [path.name]),
    )


def _is_tar(path: Path) -> bool:
    name = path.name.lower()
    packed = name.endswith((".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz"))
    return packed or name.endswith(".tar") or tarfile.is_tarfile(path)


# --- zip --------------------------------------------------------------------------------------


def _zip_members(path: Path) -> Readers:
    try:
        opened = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise _damaged(path, error) from error
    members = [member for member in opened.infolist() if not member.is_dir()]
    if any(member.flag_bits & 1 for member in members):
        raise DataError(f"{path} is encrypted; unpack it and give the folder")
    return {member.filename: _zip_reader(opened, member) for member in members}


def _zip_reader(opened: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        _check_size(member.file_size)
        try:
            return opened.read(member)
        except Exception as error:  # a damaged member can fail in any way
            raise DataError(f"it is damaged in the archive ({error})") from error

    return read


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
            with tarfile.open(fileobj=file) as tar:
                members = [member for member in tar if member.isreg() and not member.issparse()]
        if plain.read(tar.offset, tarfile.BLOCKSIZE).strip(b"\0"):
            raise tarfile.ReadError("it has no end mark")
    except (OSError, tarfile.TarError, EOFError, DataError) as error:
        raise _damaged(path, error) from error
    return {member.name: _tar_reader(plain, member) for member in members}


def _tar_reader(plain: "_PlainFile", member: tarfile.TarInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        _check_size(member.size)
        return plain.read(member.offset_data, member.size)

    return read


class _PlainFile:
    """An uncompressed file, or the unpacked copy of a compressed one, read at any place.

    Several threads may read at once. The copy has no name and is gone with the object.
    """

    def __init__(self, path: Path) -> None:
        unpack = next((packer for packer in PACKERS if _opens(packer, path)), None)
        try:
            with open(path, "rb") as plain:
                self.descriptor = os.dup(plain.fileno()) if unpack is None else _copy(unpack, path)
        except OSError as error:
            raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
        weakref.finalize(self, os.close, self.descriptor)

    def read(self, start: int, count: int) -> bytes:
        content = os.pread(self.descriptor, count, start)
        if len(content) < count:
            raise DataError("it is cut off by the end of the archive")
        return content


def _opens(packer: Callable[[Path], Any], path: Path) -> bool:
    try:
        with packer(path) as packed:
            packed.read(1)
    except (OSError, EOFError, lzma.LZMAError):
        return False
    return True


def _copy(packer: Callable[[Path], Any], path: Path) -> int:
    """Unpack into a temporary file without a name; return its descriptor."""
    try:
        with packer(path) as packed, tempfile.TemporaryFile(buffering=0) as target:
            while block := cast("IO[bytes]", packed).read(BLOCK):
                _write(target, block, path)
            return os.dup(target.fileno())
    except (EOFError, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise _damaged(path, error) from error


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


def _check_size(size: int) -> None:
    if size > MAX_MEMBER:
        raise DataError(f"it would unpack to {size:,} bytes: a trap?")


def _damaged(path: Path, error: Exception) -> DataError:
    said = str(error) or type(error).__name__
    return DataError(f"{path} is not a usable archive ({said}); make or fetch it again")
