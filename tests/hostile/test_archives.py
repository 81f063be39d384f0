"""Archives that unpack to more than they hold: refused before their bytes are in memory."""

import io
import tarfile
import tempfile
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gansmith.data import open_data, read_samples
from gansmith.data.prepare import bounded
from gansmith.data.sources import archive as archives
from gansmith.errors import DataError
from tests.data.pictures import colours

MEGABYTE = 1 << 20


def encoded(number: int, side: int = 16, form: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(colours(number, side, side)).save(buffer, form, **options)
    return buffer.getvalue()


def as_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


def as_tar(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, f"w:{path.suffix[1:]}" if path.suffix != ".tar" else "w") as made:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    return path


SOUND = {f"{number}.png": encoded(number) for number in range(4)}
TRAPS = {
    "a picture and zeros": encoded(9) + bytes(80 * MEGABYTE),
    "zeros": bytes(80 * MEGABYTE),
    "a gif and zeros": encoded(9, form="GIF") + bytes(80 * MEGABYTE),
}


@pytest.mark.parametrize("trap", TRAPS)
@pytest.mark.parametrize("pack", ["zip", "tar", "shards"])
def test_what_no_picture_can_need_is_not_unpacked(trap: str, pack: str, tmp_path: Path) -> None:
    members = SOUND | {"trap.png": TRAPS[trap]}
    if pack == "shards":
        (tmp_path / "set").mkdir()
        as_tar(tmp_path / "set" / "a.tar", members)
        source = tmp_path / "set"
    else:
        source = (as_zip if pack == "zip" else as_tar)(tmp_path / f"x.{pack}", members)
    tracemalloc.start()
    data = open_data(source, allow_corrupt=0.5)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    [(name, reason)] = data.facts["skipped"]
    assert name.endswith("trap.png")
    assert "a trap?" in reason
    assert peak < 30 * MEGABYTE


def test_pictures_that_need_their_bytes_are_read(tmp_path: Path) -> None:
    """Plain formats pack hundreds of times smaller, and no fault of theirs."""
    blank = io.BytesIO()
    Image.new("RGB", (900, 900)).save(blank, "BMP")
    assert len(blank.getvalue()) > bounded.SMALL
    for make, name in ((as_zip, "x.zip"), (as_tar, "x.tar.gz"), (as_tar, "x.tar")):
        path = make(tmp_path / name, {f"{n}.bmp": blank.getvalue() for n in range(3)})
        assert len(read_samples(path, size=8)) == 3


def test_a_large_file_whose_size_is_told_at_its_end_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded, "LARGE", 1_000)
    tiff = io.BytesIO()
    Image.fromarray(colours(1, 300, 300)).save(tiff, "TIFF")
    (tmp_path / "a.tif").write_bytes(tiff.getvalue())
    (tmp_path / "b.tif").write_bytes(tiff.getvalue())
    assert len(read_samples(tmp_path, size=8)) == 2
    path = as_tar(tmp_path / "x.tar", {"a.tif": tiff.getvalue(), "b.tif": tiff.getvalue()})
    assert len(read_samples(path, size=8)) == 2


@pytest.mark.parametrize("packer", ["gz", "bz2", "xz"])
def test_a_packed_tar_is_unpacked_up_to_a_limit(
    packer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "UNPACKED", (2 * MEGABYTE, 100))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    path = as_tar(tmp_path / f"x.tar.{packer}", SOUND | {"trap.png": bytes(8 * MEGABYTE)})
    with pytest.raises(DataError, match=r"over 100 times its size.*; if it is none, unpack it"):
        open_data(path)
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_packed_tar_of_pictures_is_no_trap(tmp_path: Path) -> None:
    assert len(read_samples(as_tar(tmp_path / "x.tar.gz", SOUND))) == len(SOUND)


def test_an_array_is_unpacked_up_to_a_limit(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "x.npz", samples=np.zeros((1_100, 256, 256), np.uint8))
    tracemalloc.start()
    with pytest.raises(DataError, match=r"over 100 times its size.*numpy.savez"):
        open_data(tmp_path / "x.npz")
    assert tracemalloc.get_traced_memory()[1] < 30 * MEGABYTE
    tracemalloc.stop()
    np.savez_compressed(tmp_path / "y.npz", samples=np.zeros((100, 64, 64), np.uint8))
    assert len(read_samples(tmp_path / "y.npz")) == 100


@pytest.mark.parametrize("name", ["x.zip", "x.tar"])
def test_the_number_of_members_is_bounded(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 3)
    with pytest.raises(DataError, match="more than 3 files; divide it"):
        open_data((as_zip if name == "x.zip" else as_tar)(tmp_path / name, SOUND))


def test_links_and_devices_in_a_tar_are_no_files(tmp_path: Path) -> None:
    as_tar(tmp_path / "x.tar", SOUND)
    with tarfile.open(tmp_path / "x.tar", "a") as made:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            member = tarfile.TarInfo(f"odd{ord(kind)}.png")
            member.type, member.linkname = kind, "/etc/hostname"
            made.addfile(member)
    assert len(read_samples(tmp_path / "x.tar")) == len(SOUND)


def test_a_member_that_claims_more_than_it_holds_is_skipped(tmp_path: Path) -> None:
    path = as_zip(tmp_path / "x.zip", SOUND)
    content = bytearray(path.read_bytes())
    place = content.rindex(b"PK\x01\x02")  # the last entry of the directory: size at 24
    content[place + 24 : place + 28] = (900 * MEGABYTE).to_bytes(4, "little")
    path.write_bytes(content)
    data = open_data(path, allow_corrupt=0.5)
    assert [name for name, _ in data.facts["skipped"]] == ["3.png"]


@pytest.mark.parametrize("packer", ["gz", "bz2", "xz"])
def test_a_packed_tar_of_gaps_is_refused_before_they_are_read(packer: str, tmp_path: Path) -> None:
    path = as_tar(tmp_path / f"x.tar.{packer}", SOUND)
    with path.open("ab") as file:
        file.truncate(4 << 40)
    with pytest.raises(DataError, match=r"of which .* are on the disk"):
        open_data(path)


def test_a_lone_lzma_stream_of_gaps_is_refused_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "x.tar.xz"
    path.write_bytes(b"\x5d\0\0\x80\0" + b"\xff" * 8)
    with path.open("ab") as file:
        file.truncate(4 << 40)
    with pytest.raises(DataError, match=r"of which .* are on the disk"):
        open_data(path)
