"""Pictures that cannot be read are refused with what they are and what to do."""

import struct

import numpy as np
import pytest
from PIL import Image

from gansmith.data import audit, open_data
from gansmith.data.prepare.decode import decode, read_header
from gansmith.errors import DataError
from tests.data.pictures import colours, fill
from tests.data.test_bad_input import bomb


def tiff(channels: int, bits: int, side: int = 4, number: int = 1) -> bytes:
    """A plain TIFF of so many channels and bits, as scanners of the earth write them."""
    pixels = bytes(side * side * channels * bits // 8)
    wide = struct.pack(f"<{channels}H", *[bits] * channels)
    kinds = struct.pack(f"<{channels}H", *[number] * channels)
    tags, start = 11, 8
    after = start + 2 + 12 * tags + 4
    places = {"bits": after, "kinds": after + len(wide), "pixels": after + len(wide) + len(kinds)}

    def tag(code: int, kind: int, count: int, value: int) -> bytes:
        return struct.pack("<HHII", code, kind, count, value)

    entries = [
        tag(256, 3, 1, side),
        tag(257, 3, 1, side),
        tag(258, 3, channels, places["bits"]),
        tag(259, 3, 1, 1),
        tag(262, 3, 1, 1),
        tag(273, 4, 1, places["pixels"]),
        tag(277, 3, 1, channels),
        tag(278, 3, 1, side),
        tag(279, 4, 1, len(pixels)),
        tag(284, 3, 1, 1),
        tag(339, 3, channels, places["kinds"]),
    ]
    head = b"II*\0" + struct.pack("<I", start) + struct.pack("<H", tags)
    return head + b"".join(entries) + bytes(4) + wide + kinds + pixels


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (tiff(5, 16), r"a TIFF of 5 x 16 bits a pixel, which Pillow cannot read; save it with 8"),
        (tiff(3, 32, number=3), "3 x 32 bits of floating point"),
    ],
)
def test_a_tiff_that_cannot_be_read_is_called_what_it_is(content, says):
    for act in (decode, read_header):
        with pytest.raises(DataError, match=says):
            act(content)


@pytest.mark.parametrize("side", [10_980, 100_000])
def test_a_picture_that_is_too_large_is_to_be_cut_into_tiles(tmp_path, side):
    fill(tmp_path, 4)
    (tmp_path / "tile.png").write_bytes(bomb(side))
    for act in (open_data, lambda path: audit(path).text()):
        try:
            said = str(act(tmp_path))
        except DataError as error:
            said = str(error)
        assert "cut into tiles" in said


def test_where_no_file_at_all_can_be_used_no_share_of_bad_files_is_offered(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.png").write_bytes(b"x")
    with pytest.raises(DataError, match="give files that can be read") as refused:
        open_data(tmp_path)
    assert not refused.value.changes
    finding = audit(tmp_path).findings[0]
    assert finding.rule == "corrupt_files" or not finding.changes
    assert "allow_corrupt" not in audit(tmp_path).text()


def test_heic_names_its_extra_where_it_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr("gansmith.data.prepare.heif._library", lambda: None)
    fill(tmp_path, 3)
    for name in ("phone.HEIC", "phone.heif"):
        (tmp_path / name).write_bytes(b"\0\0\0\x18ftypheic")
    with pytest.raises(DataError, match=r"phone\.HEIC: .*pip install 'gansmith\[heic\]'"):
        open_data(tmp_path)


def test_heic_is_read_where_its_extra_is_there(tmp_path):
    library = pytest.importorskip("pillow_heif")
    for number in range(3):
        library.from_pillow(Image.fromarray(colours(number, 64, 64))).save(
            tmp_path / f"{number}.HEIC", quality=95
        )
    data = open_data(tmp_path, size=64, held_out=0)
    wanted = np.stack([colours(number, 64, 64) for number in range(3)]).transpose(0, 3, 1, 2)
    assert np.abs(data.train.take(np.arange(3)).astype(int) - wanted).mean() < 8


def test_the_previews_of_a_phone_s_picture_are_no_animation(tmp_path):
    pictures = [Image.fromarray(colours(seed)) for seed in range(2)]
    for number in range(3):
        pictures[0].save(tmp_path / f"{number}.jpg", "MPO", save_all=True, append_images=pictures)
    assert not any("animated" in line for line in open_data(tmp_path).facts["warnings"])
