"""`gansmith check DATA --set ...` sees the data as training with these options would."""

import json

import numpy as np
import pytest
from PIL import Image

from tests.data.pictures import fill
from tests.hostile.command import gansmith

DEEP = np.random.default_rng(0).integers(0, 4096, (30, 16, 16)).astype(np.uint16)


def checked(capsys, path, *changes, code=0):
    words = [word for change in changes for word in ("--set", change)]
    answer = gansmith(capsys, "check", str(path), *words, "--json")
    assert answer.code == code, answer.err
    document = json.loads(answer.out)
    return document, {finding["rule"]: finding for finding in document["findings"]}


def deep(folder):
    folder.mkdir()
    for number, picture in enumerate(DEEP):
        Image.fromarray(picture).save(folder / f"{number}.png")
    return folder


def array(path, values=DEEP, **more):
    np.savez(path / "a.npz", samples=values, **more)
    return path / "a.npz"


@pytest.mark.parametrize("kind", [deep, array])
@pytest.mark.parametrize("ends", ["[0, 4095]", "auto"])
def test_the_range_that_is_set_is_the_one_that_is_judged(tmp_path, capsys, kind, ends):
    path = kind(tmp_path / "a") if kind is deep else kind(tmp_path)
    usual = gansmith(capsys, "check", str(path), "--json")
    assert "data_range" in {finding["rule"] for finding in json.loads(usual.out)["findings"]}
    _, found = checked(capsys, path, f"data.range={ends}")
    assert not {"data_range", "blank", "near_duplicates"} & set(found)


def test_a_range_that_is_too_wide_is_said_with_the_range(tmp_path, capsys):
    _, found = checked(capsys, deep(tmp_path / "a"), "data.range=[0, 1000000]")
    assert "1e+06 (white)" in found["data_range"]["says"]


def test_floats_of_0_to_1_are_sound_with_their_range(tmp_path, capsys):
    path = array(tmp_path, (DEEP / 4095).astype(np.float32))
    assert "data_range" in checked(capsys, path, code=1)[1]
    assert "data_range" not in checked(capsys, path, "data.range=[0,1]")[1]


def test_the_size_that_is_set_is_the_one_that_few_pictures_are_judged_at(tmp_path, capsys):
    path = fill(tmp_path / "a", 12, 70, 70)
    usual = checked(capsys, path)[1]["few_images"]["says"]
    assert "few for 64 px (the largest they can have; a short budget takes a smaller" in usual
    assert (
        "few for 16 px: below about 2,000"
        in (checked(capsys, path, "data.size=16")[1]["few_images"]["says"])
    )


def test_channels_that_are_set_leave_nothing_to_say_of_grey_pictures(tmp_path, capsys):
    for number in range(4):
        pixels = np.random.default_rng(number).integers(0, 256, (24, 24), dtype=np.uint8)
        path = tmp_path / "a" / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(pixels).convert("RGB").save(path)
    assert "grey_as_colour" in checked(capsys, tmp_path / "a")[1]
    assert "grey_as_colour" not in checked(capsys, tmp_path / "a", "data.channels=3")[1]


def test_labels_that_are_left_out_are_not_judged(tmp_path, capsys):
    path = array(tmp_path, DEEP.astype(np.uint8), labels=np.linspace(0, 1, 30))
    assert "labels" in checked(capsys, path, code=1)[1]
    document, found = checked(capsys, path, "data.labels=false")
    assert "labels" not in found
    assert document["facts"]["labels"] == "none: data.labels is false"


def test_the_share_of_bad_files_that_is_set_is_the_one_that_refuses(tmp_path, capsys):
    folder = fill(tmp_path / "a", 9)
    (folder / "bad.png").write_bytes(b"no picture")
    assert checked(capsys, folder, code=1)[1]["corrupt_files"]["severity"] == "refuse"
    mild = checked(capsys, folder, "data.allow_corrupt=0.2")[1]["corrupt_files"]
    assert mild["severity"] == "warn"
    assert "data.allow_corrupt, 20%" in mild["says"]


def test_copies_across_the_split_are_counted_by_the_part_held_out(tmp_path, capsys):
    folder = fill(tmp_path / "a", 20)
    for path in sorted(folder.glob("*.png")):
        Image.open(path).resize((30, 30)).save(path.with_suffix(".webp"), lossless=True)
    assert "leakage" not in checked(capsys, folder, "data.held_out=0")[1]
    assert checked(capsys, folder, "data.held_out=0.5")[1]["leakage"]["severity"] == "warn"


@pytest.mark.parametrize(
    ("data", "change", "says"),
    [
        ("ring:", "data.size=8", "no size"),
        ("ring:", "data.range=[0,1]", "vectors"),
        ("ring:", "data.flip=true", "flipped"),
        ("mnist", "data.crop=random", "image files"),
        ("mnist", "data.channels=2", "data.channels must be"),
        ("mnist", "data.size=4096", "data.size must be"),
        ("mnist", "data.size=[8,16]|data.turn=true", "square"),
        ("photos", "data.range=[0,1]", "photographs"),
    ],
)
def test_what_training_would_refuse_is_refused(tmp_path, capsys, data, change, says):
    document, _ = checked(capsys, data, *change.split("|"), code=1)
    assert not document["sound"]
    finding = document["findings"][0]
    assert says in f"{finding['says']} {finding['fix']}"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--data", "mnist"], "--data is for recipes"),
        (["--set", "data.batch=8"], "'data.batch' says nothing about data alone"),
        (["--set", "data.cache=0"], "'data.cache' says nothing about data alone"),
        (["--set", "data.source=x"], "'data.source' says nothing about data alone"),
        (["--set", "loss.name=hinge"], "gansmith check RECIPE --data ./a"),
        (["--set", "loss.name=os:system"], "says nothing about data alone"),
        (["--set", "data.sizes=8"], "did you mean 'size'"),
        (["--set", "data.crop=left"], "data.crop"),
        (["--set", "data.held_out=0.9"], "data.held_out"),
        (["--set", "data=3"], "data"),
        (["--set", "x"], "form path=value"),
    ],
)
def test_what_says_nothing_about_data_alone_is_wrong_usage(
    tmp_path, capsys, monkeypatch, words, says
):
    fill(tmp_path / "a", 3)
    monkeypatch.chdir(tmp_path)
    answer = gansmith(capsys, "check", "./a", *words)
    assert answer.code == 2
    assert says in answer.err
    assert answer.out == ""
