import os
import subprocess
import sys

import numpy as np
import pytest

from gansmith.data import Stream, open_data
from gansmith.data.prepare.cache import cache_folder
from gansmith.errors import DataError
from tests.data.pictures import colours, fill, save


@pytest.fixture(autouse=True)
def small_sets_are_kept_too(tmp_path, monkeypatch):
    monkeypatch.setenv("GANSMITH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("gansmith.data.prepare.store.FEW", 0)


def kept(tmp_path) -> list:
    return sorted((tmp_path / "cache").glob("*.cache"))


def taken(data) -> np.ndarray:
    return np.concatenate([part.take(np.arange(len(part))) for part in (data.train, data.held_out)])


def same(one, other) -> bool:
    equal = (taken(one) == taken(other)).all() and one.digest == other.digest
    return equal and one.facts == other.facts


@pytest.mark.parametrize(
    "options", [{}, {"size": 16}, {"size": 16, "channels": 1}, {"channels": 3}]
)
def test_the_kept_pictures_are_those_that_decoding_gives(tmp_path, options):
    fill(tmp_path / "a" / "one")
    fill(tmp_path / "a" / "two", first=40)
    decoded = open_data(tmp_path / "a", cache=0, **options)
    assert not kept(tmp_path)
    first = open_data(tmp_path / "a", **options)
    again = open_data(tmp_path / "a", **options)
    assert len(kept(tmp_path)) == 1
    assert same(decoded, first)
    assert same(first, again)


def test_grey_pictures_in_colour_files_are_kept_as_grey(tmp_path):
    for seed in range(5):
        save(tmp_path / "a" / f"{seed}.png", colours(seed)[..., :1].repeat(3, 2))
    open_data(tmp_path / "a")
    again = open_data(tmp_path / "a")
    assert again.shape[0] == 1
    assert same(open_data(tmp_path / "a", cache=0), again)


def test_a_second_run_reads_no_picture_and_a_changed_one_reads_them_anew(tmp_path, monkeypatch):
    folder = fill(tmp_path / "a")
    open_data(folder, size=8)
    looked = []
    decode = "gansmith.data.prepare.image_files.decode"
    from gansmith.data.prepare.decode import decode as real

    monkeypatch.setattr(decode, lambda encoded, span=None: looked.append(1) or real(encoded))
    open_data(folder, size=8)
    assert not looked
    before = os.stat(folder / "000.png")
    save(folder / "000.png", colours(77))
    os.utime(folder / "000.png", ns=(before.st_atime_ns, before.st_mtime_ns))
    open_data(folder, size=8)
    assert len(looked) == 12
    open_data(folder, size=16)
    assert len(looked) == 24


@pytest.mark.parametrize("place", [20, 5000, -3, -200])
def test_a_damaged_file_is_noticed_and_made_again(tmp_path, place):
    folder = fill(tmp_path / "a")
    sound = open_data(folder, cache=0)
    open_data(folder)
    (file,) = kept(tmp_path)
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(bytes(content) if place != 20 else content[:9000])
    assert same(sound, open_data(folder))
    assert same(sound, open_data(folder))


def test_what_a_killed_process_left_is_not_trusted_and_goes_away(tmp_path):
    folder = fill(tmp_path / "a")
    open_data(folder)
    (file,) = kept(tmp_path)
    left = file.with_name(f".{file.name}.999.tmp")
    file.rename(left)
    assert len(open_data(folder).train) == 11
    assert not left.exists()


def test_where_there_is_no_room_pictures_are_decoded_when_wanted(tmp_path):
    folder = fill(tmp_path / "a")
    streamed = open_data(folder, cache=1e-12)
    assert same(open_data(folder, cache=0), streamed)
    assert kept(tmp_path)[0].stat().st_size < 8192  # hashes and facts, no pixels
    (folder / "003.png").unlink()
    with pytest.raises(DataError, match=r"003\.png .* could be read when training began"):
        taken(streamed)


def test_a_batch_from_the_cache_is_the_batch_from_memory(tmp_path):
    folder = fill(tmp_path / "a", 30)
    one, other = (Stream(open_data(folder, cache=share).train, 5) for share in (0, 0.5))
    assert (one.read(20, 40)[0] == other.read(20, 40)[0]).all()


FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
import gansmith.data.prepare.store
gansmith.data.prepare.store.FEW = 0
from gansmith.data import open_data
from gansmith.errors import DataError
try:
    open_data(sys.argv[1])
except DataError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_a_full_disk_gives_one_sentence_and_leaves_nothing(tmp_path):
    folder = fill(tmp_path / "a", 60)
    command = [sys.executable, "-c", FULL, str(folder)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert "cannot be kept" in told.stdout, told.stderr
    assert told.stdout.count("\n") == 1
    assert "data.cache = 0" in told.stdout
    assert not [file for file in (tmp_path / "cache").iterdir() if file.suffix != ".lock"]


def test_two_processes_prepare_a_set_once(tmp_path):
    folder = fill(tmp_path / "a", 40)
    program = (
        "import sys, gansmith.data.prepare.store as store\n"
        "import gansmith.data.prepare.image_files as pictures\n"
        "store.FEW = 0\n"
        "real = pictures.decode\n"
        "count = []\n"
        "pictures.decode = lambda encoded, span=None: count.append(1) or real(encoded)\n"
        "from gansmith.data import open_data\n"
        "open_data(sys.argv[1]); print(len(count))\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert sorted(int(process.communicate(timeout=120)[0]) for process in started) == [0, 40]


def test_a_folder_that_cannot_be_written_is_no_hindrance(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GANSMITH_CACHE", str(tmp_path / "file" / "below"))
    assert len(open_data(fill(tmp_path / "a")).train) == 11


def test_the_place_is_the_users_cache_folder_unless_another_is_named(monkeypatch):
    monkeypatch.delenv("GANSMITH_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache_folder().name == "gansmith" or sys.platform in ("win32",)
