import resource
import tarfile
import tempfile
import zipfile

import numpy as np
import pytest

from gansmith.data import open_data, read_samples
from gansmith.errors import DataError
from tests.data.pictures import fill


@pytest.fixture
def folder(tmp_path):
    for number, name in enumerate(("cat", "dog")):
        fill(tmp_path / "pets" / name, 5, first=10 * number)
    (tmp_path / "pets" / "._cat.png").write_bytes(b"resource fork")
    return tmp_path / "pets"


def packed(folder, suffix):
    path = folder.parent / f"pets{suffix}"
    if suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.rglob("*")):
                archive.write(file, file.relative_to(folder.parent))
    else:
        with tarfile.open(path, f"w:{suffix[5:]}") as archive:
            archive.add(folder, folder.name)
    return path


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz", ".tar.bz2", ".tar.xz"])
def test_an_archive_is_the_same_as_its_folder(folder, suffix):
    data, unpacked = open_data(packed(folder, suffix)), open_data(folder)
    assert data.classes == unpacked.classes == ("cat", "dog")
    assert data.digest == unpacked.digest
    assert (data.train.rows == unpacked.train.rows).all()


def test_an_archive_without_a_telling_name_is_recognised(folder):
    path = packed(folder, ".tar.gz").rename(folder.parent / "download")
    assert len(read_samples(path)) == 10


def test_a_damaged_member_is_skipped_and_named(folder):
    path = packed(folder, ".zip")
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        member = archive.infolist()[4]
    content[member.header_offset + 60 : member.header_offset + 90] = bytes(30)
    path.write_bytes(content)
    data = open_data(path, allow_corrupt=0.2)
    assert [name for name, _ in data.facts["skipped"]] == [member.filename]
    assert "damaged" in data.facts["skipped"][0][1]


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tar.gz", ".tar.xz"])
def test_a_cut_archive_is_refused(folder, suffix):
    path = packed(folder, suffix)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match=r"not a usable archive|not a kind of file"):
        open_data(path)


def test_an_archive_without_pictures_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(DataError, match=r"holds 1 files \(1 .txt\) and no pictures"):
        open_data(tmp_path / "a.zip")


def test_a_disk_without_room_is_named_and_nothing_is_left_behind(folder, monkeypatch):
    path = packed(folder, ".tar.gz")
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))  # no file may grow beyond this
    try:
        with pytest.raises(DataError, match=r"there is no room to unpack .* TMPDIR"):
            open_data(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sorted(entry.name for entry in folder.iterdir()) == ["._cat.png", "cat", "dog"]


def test_names_that_lead_outside_are_only_names(tmp_path):
    pictures = fill(tmp_path / "in", 3)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for file in pictures.iterdir():
            archive.write(file, f"../../{file.name}")
    assert len(read_samples(tmp_path / "a.zip")) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "in"]


def test_a_limit_reads_some_of_an_archive(folder):
    some = read_samples(packed(folder, ".tar"), limit=3)
    whole = {sample.tobytes() for sample in read_samples(folder)}
    assert len(some) == 3
    assert {np.ascontiguousarray(sample).tobytes() for sample in some} <= whole
