"""Bad files and bad sets: one sentence that names file and cause, and nothing half-made is kept."""

import os
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from gansmith.data import audit, open_data
from gansmith.data.source import Pictures
from gansmith.errors import DataError
from tests.data.pictures import colours, fill, save


@pytest.fixture(autouse=True)
def small_sets_are_kept_too(tmp_path, monkeypatch):
    monkeypatch.setenv("GANSMITH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("gansmith.data.prepare.store.FEW", 0)


def said(folder: Path, **options) -> str:
    with pytest.raises(DataError) as refused:
        open_data(folder, **options)
    assert "\n" not in str(refused.value)
    assert not list((folder.parent / "cache").glob("*.cache"))
    return str(refused.value)


def bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that claims to be side x side."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return len(body).to_bytes(4, "big") + kind + body + check.to_bytes(4, "big")

    size = side.to_bytes(4, "big") * 2
    body = zlib.compress(bytes(1 << 16))
    head = chunk(b"IHDR", size + bytes((8, 0, 0, 0, 0)))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"\x89", "not an image that Pillow can read"),
        (b"", "the file is empty"),
        (bomb(100_000), "trap"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "not an image|damaged"),
    ],
)
def test_a_file_that_is_no_picture_is_named_with_the_cause(tmp_path, content, cause):
    folder = fill(tmp_path / "a", 5)
    (folder / "bad.png").write_bytes(content)
    for options in ({}, {"size": 8, "channels": 3}):
        assert "bad.png" in said(folder, **options)
        with pytest.raises(DataError, match=cause):
            open_data(folder, **options)
    data = open_data(folder, allow_corrupt=0.5)
    assert data.facts["skipped"][0][0] == "bad.png"
    assert audit(folder).findings[0].offenders == ("bad.png",)


def test_a_picture_cut_off_at_the_end_is_named(tmp_path):
    folder = fill(tmp_path / "a", 5)
    (folder / "cut.png").write_bytes((folder / "000.png").read_bytes()[:-900])
    assert "cut.png: it is damaged" in said(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights")
def test_a_loop_of_links_ends(tmp_path):
    folder = fill(tmp_path / "a", 5)
    (folder / "deeper").mkdir()
    (folder / "deeper" / "back").symlink_to(folder)
    (folder / "self.png").symlink_to(folder / "self.png")
    data = open_data(folder, allow_corrupt=0.5)
    reasons = dict(data.facts["skipped"])
    assert "a loop" in reasons["deeper/back"]
    assert "self.png" in reasons
    assert len(data.train) + len(data.held_out) == 5


@pytest.mark.parametrize("name", ["with space", "Übung ñ", "写真", "صور", "😀", "a'b\"c", "-x"])
def test_any_name_of_a_folder_works_and_is_kept(tmp_path, name):
    folder = fill(tmp_path / name, 5)
    save(folder / f"{name}.png", colours(50))
    first, again = open_data(folder), open_data(folder)
    assert len(first.train) + len(first.held_out) == 6
    assert first.digest == again.digest
    assert len(list((tmp_path / "cache").glob("*.cache"))) == 1


def test_a_file_that_vanishes_while_reading_is_named_and_the_rest_not_kept_for_later(tmp_path):
    folder = fill(tmp_path / "a", 6)
    listed = open_pictures(folder)
    (folder / "003.png").unlink()
    from gansmith.data.prepare.image_files import Wanted, prepare_pictures

    with pytest.raises(DataError, match=r"003\.png: it cannot be read \(No such file"):
        prepare_pictures(listed, Wanted(8, 3, share=0.5), None)
    prepared = prepare_pictures(listed, Wanted(8, 3, allow_corrupt=0.5, share=0.5), None)
    assert len(prepared.values) == 5
    assert not list((tmp_path / "cache").glob("*.cache"))


def open_pictures(folder: Path) -> Pictures:
    from gansmith.data.sources.lookup import find_source

    found = find_source(folder, strict=True, seed=0, labels=True)
    assert isinstance(found, Pictures)
    return found


def test_no_pictures_and_one_picture_are_refused(tmp_path):
    (tmp_path / "none").mkdir()
    assert "is empty" in said(tmp_path / "none")
    fill(tmp_path / "one", 1)
    with pytest.raises(DataError, match="holds 1 sample, and a GAN needs at least 2"):
        open_data(tmp_path / "one")


def test_a_class_with_one_picture_trains_and_the_audit_says_so(tmp_path):
    fill(tmp_path / "a" / "many", 9)
    fill(tmp_path / "a" / "one", 1, first=50)
    data = open_data(tmp_path / "a")
    assert data.facts["classes"] == {"many": 9, "one": 1}
    assert "single image" in audit(tmp_path / "a").text()


KILLED = """
import os, sys, signal
import gansmith.data.prepare.store as store
import gansmith.data.prepare.cache as cache
store.FEW, store.BLOCK = 0, 1
real, count = cache.Writer.add, []
def add(self, pixels):
    real(self, pixels)
    count.append(1)
    if len(count) == 20:
        self._file.flush()
        os.kill(os.getpid(), signal.SIGKILL)
cache.Writer.add = add
from gansmith.data import open_data
open_data(sys.argv[1])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_process_killed_while_caching_leaves_nothing_to_trust(tmp_path):
    folder = fill(tmp_path / "a", 40)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(folder)], timeout=120)
    assert killed.returncode == -9
    assert not list((tmp_path / "cache").glob("*.cache"))
    data = open_data(folder)
    assert len(data.train) == 36
    assert (
        data.train.take(np.arange(36)) == open_data(folder, cache=0).train.take(np.arange(36))
    ).all()
    assert not [name for name in os.listdir(tmp_path / "cache") if name.endswith(".tmp")]
