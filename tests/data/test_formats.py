"""Every kind of picture file works from the disk to a sample, or is refused by name."""

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gansmith.data import Stream, open_data
from gansmith.data.prepare.decode import read_header
from gansmith.errors import DataError
from tests.data.pictures import colours, fill

RED, GREY = (200, 40, 40), 90
SIZE = (12, 8)  # wider than high


def plain(mode: str) -> Image.Image:
    """A picture of one colour in this mode."""
    if mode in ("1", "L", "LA"):
        return Image.new("L", SIZE, 255 if mode == "1" else GREY).convert(mode)
    if mode.startswith("I;16"):
        return Image.fromarray(np.full(SIZE[::-1], GREY * 257, np.uint16)).convert(mode)
    return Image.new("RGB", SIZE, RED).convert(mode, palette=Image.Palette.ADAPTIVE)


KINDS: list[tuple[str, str, dict]] = [
    ("1", "png", {}),
    ("L", "png", {}),
    ("L", "jpg", {"quality": 95}),
    ("LA", "png", {}),
    ("I;16", "png", {}),
    ("I;16", "tiff", {}),
    ("P", "png", {}),
    ("P", "gif", {}),
    ("RGB", "png", {}),
    ("RGB", "bmp", {}),
    ("RGB", "tga", {}),
    ("RGB", "ppm", {}),
    ("RGB", "webp", {"lossless": True}),
    ("RGB", "jpg", {"quality": 95}),
    ("RGB", "jpg", {"quality": 95, "progressive": True}),
    ("RGBA", "png", {}),
    ("RGBA", "webp", {"lossless": True}),
    ("CMYK", "tiff", {}),
    ("CMYK", "jpg", {"quality": 95}),
    ("YCbCr", "tiff", {}),
    ("LAB", "tiff", {}),
]


@pytest.mark.parametrize(("mode", "suffix", "options"), KINDS)
def test_every_mode_comes_out_as_the_colour_that_went_in(tmp_path, mode, suffix, options):
    for number in range(3):
        plain(mode).save(tmp_path / f"{number}.{suffix}", **options)
    data = open_data(tmp_path, size=8, channels=3, held_out=0)
    expected = {"1": (255,) * 3, "L": (GREY,) * 3, "I": (GREY,) * 3}.get(mode[:1], RED)
    expected = RED if mode == "LAB" else expected
    taken = data.train.take(np.arange(3)).astype(int)
    assert np.abs(taken - np.reshape(expected, (1, 3, 1, 1))).max() <= 3
    grey = open_data(tmp_path, size=8, held_out=0)
    assert grey.shape[0] == (1 if expected[0] == expected[1] else 3)


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "tiff"])
def test_of_every_animated_format_the_first_frame_is_taken(tmp_path, suffix):
    frames = [Image.new("L", SIZE, value) for value in (10, 120, 230)]
    frames = [frame.convert("RGB") for frame in frames] if suffix == "webp" else frames
    lossless = {"lossless": True} if suffix == "webp" else {}
    for number in range(2):
        place = tmp_path / f"{number}.{suffix}"
        frames[0].save(place, save_all=True, append_images=frames[1:], **lossless)
    data = open_data(tmp_path, size=8, held_out=0)
    assert (data.train.take(np.arange(2)) == 10).all()
    says = "2 TIFFs of several pages" if suffix == "tiff" else "2 files animated"
    assert any(says in sentence for sentence in data.facts["warnings"])


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_every_orientation_is_turned_upright(tmp_path, suffix, turn):
    stored = np.zeros((16, 24), np.uint8)
    stored[:8, :12] = 250  # bright at the top left of what is stored
    exif = Image.Exif()
    exif[0x0112] = turn
    place = tmp_path / f"a.{suffix}"
    options = {"lossless": True} if suffix == "webp" else {}
    Image.fromarray(stored).convert("RGB").save(place, exif=exif, **options)
    header = read_header(place.read_bytes())
    assert (header.width, header.height) == ((24, 16) if turn < 5 else (16, 24))
    place.rename(tmp_path / f"b.{suffix}")
    Image.fromarray(stored).save(tmp_path / "c.png")
    data = open_data(tmp_path, size=(8, 8), channels=1, held_out=0)
    corners = data.train.take(np.array([0]))[0, 0, [0, 0, -1, -1], [0, -1, -1, 0]]
    upright = {1: 0, 2: 1, 3: 2, 4: 3, 5: 0, 6: 1, 7: 2, 8: 3}[turn]
    assert int(corners.argmax()) == upright
    assert corners.min() < 20


def test_an_orientation_behind_the_pixels_of_a_png_is_seen(tmp_path):
    picture = np.zeros((8, 16), np.uint8)
    picture[:, :8] = 200
    Image.fromarray(picture).save(tmp_path / "a.png")
    content = (tmp_path / "a.png").read_bytes()
    exif = Image.Exif()
    exif[0x0112] = 3
    body = exif.tobytes().removeprefix(b"Exif\0\0")
    chunk = b"eXIf" + body
    chunk = struct.pack(">I", len(body)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    (tmp_path / "a.png").write_bytes(content[:-12] + chunk + content[-12:])
    Image.fromarray(picture).save(tmp_path / "b.png")
    data = open_data(tmp_path, size=(8, 16), held_out=0)
    turned, plain = data.train.take(np.arange(2))[:, 0]
    assert (turned == plain[::-1, ::-1]).all()


def sixteen_bit_colour() -> bytes:
    """A PNG with 16 bits a channel, which Pillow can read but not write."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = struct.pack(">IIBBBBB", *SIZE, 16, 2, 0, 0, 0)
    row = b"\0" + struct.pack(">HHH", *(value * 257 for value in RED)) * SIZE[0]
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row * SIZE[1]))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def test_sixteen_bit_colour_keeps_its_colour(tmp_path):
    for number in range(2):
        (tmp_path / f"{number}.png").write_bytes(sixteen_bit_colour())
    taken = open_data(tmp_path, size=8, held_out=0).train.take(np.arange(2))
    assert (taken == np.reshape(RED, (1, 3, 1, 1))).all()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.tiff", np.ones(SIZE, np.float32), "32-bit float"),
        ("a.tiff", np.full(SIZE, 1 << 20, np.int32), "grey values run from"),
        ("a.jxl", b"anything", r"\.jxl files cannot be read; convert it"),
        ("a.svg", b"<svg/>", r"\.svg files cannot be read; convert it"),
        ("a.cr2", b"raw", r"\.cr2 files cannot be read; convert it"),
    ],
)
def test_what_cannot_be_shown_in_bytes_is_refused_by_name(tmp_path, name, content, says):
    fill(tmp_path, 3)
    if isinstance(content, bytes):
        (tmp_path / name).write_bytes(content)
    else:
        Image.fromarray(content).save(tmp_path / name)
    with pytest.raises(DataError, match=f"{name}.*{says}"):
        open_data(tmp_path)


READ = """
import sys, hashlib, numpy as np
import gansmith.data.prepare.store as store
store.FEW = 0
from gansmith.data import Stream, open_data
data = open_data(sys.argv[1], size=16, crop="random", flip=True, seed=3)
start, count = map(int, sys.argv[2:])
sys.stdout.buffer.write(Stream(data.train, 5).read(start, count)[0].numpy().tobytes())
"""


def test_two_processes_read_together_what_one_reads_alone(tmp_path, monkeypatch):
    """Crops and flips are a function of (seed, epoch, index), in whatever process."""
    monkeypatch.setenv("GANSMITH_CACHE", str(tmp_path / "cache"))
    folder = fill(tmp_path / "a", 12, 32, 40)
    data = open_data(folder, size=16, crop="random", flip=True, seed=3, cache=0)
    alone = Stream(data.train, 5).read(6, 16)[0].numpy()  # across the end of an epoch
    command = [sys.executable, "-c", READ, str(folder)]
    halves = [
        subprocess.Popen([*command, str(start), "8"], stdout=subprocess.PIPE) for start in (6, 14)
    ]
    read = b"".join(half.communicate(timeout=120)[0] for half in halves)
    assert read == alone.tobytes()


def test_threads_read_what_one_thread_reads(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    data = open_data(fill(tmp_path, 30, 32, 32), size=16, crop="random", flip=True)
    stream = Stream(data.train, 1)
    alone = [stream.read(8 * turn, 8)[0] for turn in range(12)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda turn: stream.read(8 * turn, 8)[0], range(12)))
    assert all((a == b).all() for a, b in zip(alone, together, strict=True))


@pytest.mark.parametrize("crop", ["centre", "smart", "letterbox", "random"])
def test_every_way_to_crop_is_the_same_with_and_without_the_cache(tmp_path, crop, monkeypatch):
    monkeypatch.setenv("GANSMITH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("gansmith.data.prepare.store.FEW", 0)
    folder = Path(tmp_path / "a")
    for number in range(6):
        folder.mkdir(exist_ok=True)
        Image.fromarray(colours(number, 20 + number, 40)).save(folder / f"{number}.png")
    options = {"size": 16, "crop": crop, "held_out": 0}
    ways = [open_data(folder, cache=share, **options) for share in (0, 0.5, 0.5)]
    taken = [Stream(way.train, 2).raw(3, 9)[0] for way in ways]
    assert (taken[0] == taken[1]).all()
    assert (taken[0] == taken[2]).all()
