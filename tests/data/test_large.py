"""Pictures beyond Pillow's limit are read where the user sets a larger one, and only up to it."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from gansmith.data import audit, open_data
from gansmith.data.options import Options
from gansmith.data.pairs import open_pairs, open_unmatched
from gansmith.data.prepare.bounded import read_picture
from gansmith.data.prepare.decode import read_header
from gansmith.data.prepare.pixel_limit import limit, up_to
from gansmith.errors import DataError
from tests.data.pictures import fill
from tests.hostile.command import gansmith

SIDE = 24
PIXELS = SIDE * SIDE


def claims(side):
    """A few bytes of a PNG that claims to be large."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk
    bomb += struct.pack(">I", zlib.crc32(chunk)) + struct.pack(">I", 0) + b"IDAT"
    return bomb + b"IEND"


@pytest.fixture
def low(monkeypatch):
    """Pillow's limit, lower than a third of our small pictures."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", PIXELS // 3)
    return PIXELS // 3


def test_a_header_is_let_by_up_to_the_limit_that_is_set():
    with up_to(200_000_000):
        assert read_header(claims(10_000)).width == 10_000
        with pytest.raises(DataError, match=r"200,000,000 pixels .* data\.largest"):
            read_header(claims(30_000))
    with pytest.raises(DataError, match=r"89,478,485 pixels .* a trap"):
        read_header(claims(10_000))


def test_pillows_own_limit_is_as_before_when_the_reading_is_over(low):
    with up_to(5 * low):
        with up_to(7 * low):
            assert limit() == Image.MAX_IMAGE_PIXELS == 7 * low
        assert limit() == Image.MAX_IMAGE_PIXELS == 5 * low
    assert limit() == Image.MAX_IMAGE_PIXELS == low


def test_large_pictures_are_skipped_by_default_and_the_option_is_named(tmp_path, low):
    folder = fill(tmp_path / "a", 4)
    with pytest.raises(DataError, match=r"data\.largest"):
        open_data(folder)
    assert "data.largest" in audit(folder).findings[0].files[0]


@pytest.mark.parametrize("cache", [0.0, 0.5])
def test_large_pictures_are_read_with_the_memory_said(tmp_path, low, cache):
    folder = fill(tmp_path / "a", 6)
    data = open_data(folder, size=8, largest=PIXELS, cache=cache)
    assert len(data.train.take(np.arange(len(data.train)))) == len(data.train)
    assert data.facts["skipped"] == []
    assert any("GB of memory each while they are decoded" in s for s in data.facts["warnings"])
    assert open_data(folder, size=8, largest=PIXELS, range="auto").facts["skipped"] == []
    report = audit(folder, options=Options(largest=PIXELS))
    assert "large_pictures" in {finding.rule for finding in report.findings}
    with pytest.raises(DataError, match="claims"):
        open_data(folder, size=8, largest=PIXELS - 1)


def test_what_was_skipped_for_its_size_is_read_with_a_higher_limit_later(tmp_path, low):
    folder = fill(tmp_path / "a", 6)
    fill(folder / "small", 6, 8, 8, first=20)
    few = open_data(folder, allow_corrupt=0.6)
    all_of_them = open_data(folder, allow_corrupt=0.6, largest=PIXELS)
    assert (few.facts["used"], all_of_them.facts["used"]) == (6, 12)


def test_inputs_of_pairs_may_be_as_large_as_the_data(tmp_path, low):
    a, b = fill(tmp_path / "a", 6), fill(tmp_path / "b", 6, first=9)
    assert open_pairs(str(a), str(b), size=8, largest=PIXELS).inputs is not None
    assert open_unmatched(str(a), str(b), size=8, largest=PIXELS).inputs is not None


def test_a_large_file_of_a_large_picture_is_read_only_with_the_option(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(claims(30_000))
    with path.open("ab") as file:
        file.truncate(65 << 20)
    with pytest.raises(DataError, match=r"data\.largest"):
        read_picture(path)
    with up_to(900_000_000):
        assert len(read_picture(path)) == 65 << 20


def test_the_command_line_takes_the_limit(tmp_path, capsys, low):
    folder = fill(tmp_path / "a", 4)
    assert gansmith(capsys, "check", str(folder)).code == 1
    assert gansmith(capsys, "check", str(folder), "--set", f"data.largest={PIXELS}").code == 0
    assert gansmith(capsys, "check", str(folder), "--set", "data.largest=0").code == 2
