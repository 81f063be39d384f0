"""Folders of sound files: read as training has them, odd files handled or refused by name."""

import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from PIL import Image

from gansmith.cli.check import check
from gansmith.data import audit, open_data
from gansmith.data.clips.cut import loudest, pieces
from gansmith.data.options import Options
from gansmith.data.sources.lookup import find_source
from gansmith.errors import DataError
from gansmith.kinds.sounds.wav_files import wav_bytes

RATE = 8_000


def tone(seconds: float = 0.25, hertz: float = 440, rate: int = RATE, size: float = 0.5):
    times = np.arange(round(seconds * rate)) / rate
    return (size * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


def put(folder: Path, name: str, values: np.ndarray, rate: int = RATE) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, values, rate)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(6):
        put(tmp_path, f"low/{number}.wav", tone(hertz=200 + 10 * number))
        put(tmp_path, f"high/{number}.wav", tone(hertz=900 + 10 * number))
    return tmp_path


def warned(path: Path, **options: object) -> dict[str, object]:
    return {found.rule: found for found in audit(path, options=Options(**options)).findings}


# --- what is read -----------------------------------------------------------------------------


def test_a_folder_of_sounds_becomes_spectrograms_with_a_class_for_each_sub_folder(folder):
    data = open_data(folder)
    assert (data.kind.name, data.classes) == ("spectrogram", ("high", "low"))
    assert data.shape == (1, 64, 16)  # a quarter of a second in frames of 16 ms
    assert (data.facts["rate"], data.facts["seconds"]) == (RATE, 0.256)
    assert "spectrogram" not in data.facts["choices"]["rate"]
    assert len(data.train) + len(data.held_out) == 12
    values = data.train.take(np.arange(len(data.train)))
    assert (values.min(), values.max()) == (-1, pytest.approx(1))


def test_waves_are_read_at_the_same_length_and_padded_with_silence_at_the_end(folder):
    data = open_data(folder, kind="audio")
    values = data.train.take(np.arange(len(data.train)))
    assert values.shape[1:] == data.shape == (1, 2048)
    np.testing.assert_allclose(np.abs(values).max((1, 2)), 0.9, rtol=1e-5)
    assert not values[:, :, 2000:].any()
    kept = open_data(folder, kind="audio", loudness="kept", labels=False)
    assert np.abs(kept.train.take(np.arange(3))).max() == pytest.approx(0.5, abs=1e-3)
    assert kept.classes == ()


def test_other_rates_channels_and_formats_are_brought_to_one_form(folder, capsys):
    stereo = np.stack([tone(rate=44_100), 0 * tone(rate=44_100)], 1)
    put(folder, "low/stereo.flac", stereo, 44_100)
    put(folder, "high/other.ogg", tone(rate=16_000), 16_000)
    data = open_data(folder)
    assert data.facts["files"] == 14
    assert data.facts["rate"] == RATE  # of most files
    assert data.facts["warnings"] == ["channels mixed to one: 1 of 14 files"]
    found = warned(folder)["mixed_rates"]
    assert "8,000 Hz 12 times" in found.sentence
    assert found.severity == "note"  # none was raised to a higher rate
    low = warned(folder, rate=16_000)["mixed_rates"]
    assert low.severity == "warn"
    assert low.changes == {"data.rate": 8_000}


def test_a_long_file_is_cut_into_clips_that_stay_on_one_side_of_the_split(tmp_path):
    for number in range(8):
        put(tmp_path, f"{number}.wav", tone(2.2, 300 + 50 * number))
    data = open_data(tmp_path, seconds=0.5, kind="audio", held_out=0.25)
    assert data.facts["files"] == 8
    assert len(data.train) == 6 * len(data.held_out) / 2
    pitches = [
        {
            round(float(np.abs(np.fft.rfft(one[0])).argmax() * RATE / data.shape[1] / 50))
            for one in p
        }
        for p in (part.take(np.arange(len(part))) for part in (data.train, data.held_out))
    ]
    assert not pitches[0] & pitches[1]


def test_of_a_file_a_little_too_long_the_loudest_stretch_is_kept():
    values = np.concatenate([np.zeros(50), np.ones(100), np.zeros(20)]).astype(np.float32)
    np.testing.assert_array_equal(loudest(values, 100), np.ones(100))
    assert len(pieces(values, 100)) == 1
    assert len(pieces(np.ones(260, np.float32), 100)) == 3  # the rest is more than half a clip
    silent = np.concatenate([np.ones(100), np.zeros(100), np.ones(100)]).astype(np.float32)
    assert len(pieces(silent, 100)) == 2


def test_a_single_long_file_is_a_data_set(tmp_path):
    path = put(tmp_path, "one.wav", np.concatenate([tone(0.5, 200 + 40 * n) for n in range(8)]))
    assert len(find_source(path, kind="audio", seconds=0.5).values) == 8


# --- what is wrong ----------------------------------------------------------------------------


def test_check_names_silent_clipped_copied_and_very_short_files(folder, capsys):
    put(folder, "low/silent.wav", np.zeros(2000, np.float32))
    put(folder, "low/loud.wav", np.sign(tone()))
    put(folder, "low/short.wav", tone(0.02))
    (folder / "low/again.wav").write_bytes((folder / "low/1.wav").read_bytes())
    found = warned(folder)
    for rule, name in {
        "silent_sounds": "low/silent.wav",
        "clipped_sounds": "low/loud.wav",
        "short_sounds": "low/short.wav",
        "duplicates": "low/again.wav",
    }.items():
        assert found[rule].severity == "warn"
        assert name in found[rule].files
    assert found["few_sounds"].severity == "note"
    check(str(folder))
    told = capsys.readouterr().out
    assert "1 file silent" in told
    assert "high: 6, low: 10" in told


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.wav", b"", r"empty.wav: it is empty: 0 bytes"),
        ("text.wav", b"not a sound at all" * 9, r"text.wav: it is no sound file that can be read"),
        ("none.wav", wav_bytes(torch.zeros(0), RATE), r"none.wav: it holds no sound: its length"),
        (
            "cut.wav",
            wav_bytes(torch.from_numpy(tone()), RATE)[:1500],
            r"cut.wav: it is cut off: it has 1,500 bytes, but its header says 4,044",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name_or_left_out(folder, name, content, says):
    (folder / "low" / name).write_bytes(content)
    with pytest.raises(DataError, match=says) as caught:
        open_data(folder)
    assert caught.value.changes == {"data.allow_corrupt": 0.08}
    data = open_data(folder, allow_corrupt=0.1)
    assert data.facts["files"] == 12
    assert data.facts["skipped"][0][0] == f"low/{name}"
    assert warned(folder, allow_corrupt=0.1)["corrupt_files"].severity == "warn"


def test_a_flac_that_was_cut_off_and_values_that_are_no_numbers_are_refused(folder):
    path = put(folder, "low/cut.flac", np.random.default_rng(0).normal(0, 0.1, 9000))
    path.write_bytes(path.read_bytes()[:6000])
    with pytest.raises(DataError, match=r"cut.flac: it (is cut off|cannot be decoded)"):
        open_data(folder)
    path.unlink()
    soundfile.write(folder / "low/nan.wav", np.full(2000, np.nan), RATE, subtype="FLOAT")
    with pytest.raises(DataError, match=r"nan.wav: it holds values that are not finite"):
        open_data(folder)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"rate": 500}, "data.rate must be 1,000 to 192,000 Hz but is 500"),
        ({"seconds": 9.0}, "data.seconds must be at most 4.1 at 8,000 Hz"),
        ({"size": 64}, "which have no size and no channels"),
        ({"kind": "image"}, "holds samples of the kind|no pictures"),
        ({"flip": True}, "cannot be flipped"),
    ],
)
def test_options_that_do_not_fit_sounds_are_refused(folder, options, says):
    with pytest.raises(DataError, match=says):
        open_data(folder, **options)


def test_a_folder_holds_what_most_of_its_files_are(folder):
    (folder / "cover.png").write_bytes(b"")
    assert open_data(folder).kind.name == "spectrogram"
    for number in range(20):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(folder / "low" / f"{number}.png")
    assert find_source(folder).name == folder.name
    with pytest.raises(DataError, match="samples of the kind 'image'"):
        open_data(folder, kind="audio")


def test_arrays_of_clips_need_to_be_said_to_be_such(tmp_path):
    path = tmp_path / "clips.npz"
    np.savez(path, samples=np.stack([tone(0.256, 200 + 20 * n) for n in range(12)]))
    assert open_data(path).kind.name == "vector"
    assert open_data(path, kind="audio").shape == (1, 2048)
    assert open_data(path, kind="spectrogram").shape == (1, 64, 8)  # at 16 kHz, as nobody says


def test_headers_of_unknown_length_are_no_sign_of_a_cut(tmp_path):
    for number in range(3):
        content = bytearray(wav_bytes(torch.from_numpy(tone(hertz=300 + number)), RATE))
        content[4:8] = b"\xff\xff\xff\xff"
        (tmp_path / f"{number}.wav").write_bytes(content)
    assert open_data(tmp_path).facts["files"] == 3
    with wave.open(str(tmp_path / "0.wav")) as file:
        assert file.getnframes() == 2000
