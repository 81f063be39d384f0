"""Values outside the range that is taken for granted are refused or said, never just measured."""

import numpy as np
import pytest
import torch
from PIL import Image

from gansmith.cli import main
from gansmith.errors import DataError
from gansmith.evaluation.value_ranges import Reach, range_caveats
from gansmith.metrics import evaluate
from tests.data.pictures import fill

BYTES = np.random.default_rng(0).integers(0, 256, (120, 3, 8, 8), dtype=np.uint8)
REALS, FAKES = BYTES[:60], BYTES[60:]
HALF = (FAKES / 255).astype(np.float32)


def measured(real, fake, **options):
    options = {"metrics": ["frechet_distance"], "features": "pixels", "intervals": False} | options
    found = evaluate(real, fake, **options)
    return found["metrics"]["frechet_distance"], found["protocol"]["caveats"]


def of_kind(kind, values, place):
    if kind == "array":
        return values
    if kind == "tensor":
        return torch.from_numpy(values)
    if kind == "list":
        return list(torch.from_numpy(values))
    np.savez(place, samples=values)
    return place


RIGHT = measured(REALS, FAKES)[0]


@pytest.mark.parametrize("kind", ["array", "tensor", "list", "npz"])
@pytest.mark.parametrize("side", ["real", "fake"])
def test_floats_in_0_to_1_against_others_are_refused_unless_told(tmp_path, kind, side):
    half = of_kind(kind, HALF, tmp_path / "half.npz")
    sides = {"real": REALS, "fake": REALS} | {side: half}
    with pytest.raises(DataError, match=rf"the {side}s are floats .* --range=0,1"):
        measured(**sides)
    assert measured(**sides, range=(0, 1))[0] == pytest.approx(RIGHT, rel=1e-3)
    meant = measured(**sides, range=(-1, 1))[0]
    assert meant > 1.5 * RIGHT


def test_floats_in_0_to_1_on_both_sides_get_a_caveat_or_are_told():
    reals = (REALS / 255).astype(np.float32)
    assert len([c for c in measured(reals, HALF)[1] if "say --range=0,1 if 0 is black" in c]) == 2
    value, caveats = measured(reals, HALF, range=(0, 1))
    assert value == pytest.approx(RIGHT, rel=1e-3)
    assert not any("--range" in caveat for caveat in caveats)


@pytest.mark.parametrize(
    "fakes",
    [
        FAKES.astype(np.float32),
        FAKES.astype(np.int16) * 16,
        FAKES.astype(np.int64) - 100,
    ],
)
def test_values_that_are_far_from_the_range_are_refused_unless_told(tmp_path, fakes):
    for kind in ("tensor", "npz"):
        source = of_kind(kind, fakes, tmp_path / "far.npz")
        with pytest.raises(DataError, match=r"--range=-?\d+,\d+"):
            measured(REALS, source)
        ends = float(fakes.min()), float(fakes.max())
        assert measured(REALS, source, range=ends)[0] == pytest.approx(RIGHT, rel=0.02)


def test_whole_numbers_of_bytes_are_bytes_whatever_their_type(tmp_path):
    for kind in ("tensor", "npz"):
        source = of_kind(kind, FAKES.astype(np.int64), tmp_path / "whole.npz")
        assert measured(REALS, source)[0] == pytest.approx(RIGHT)


@pytest.mark.parametrize(
    ("fakes", "says"),
    [
        ((FAKES / 255 - 0.5).astype(np.float32), "the fakes run from -0.5 to 0.5 only"),
        ((FAKES // 17).astype(np.uint8), "the fakes run from -1 to -0.882 only"),
        ((FAKES / 70 - 1.8).astype(np.float32), "beyond the range"),
        (np.zeros((60, 3, 8, 8), np.float32), "every value of the fakes is 0"),
        (np.full((60, 3, 8, 8), 9, np.uint8), "every value of the fakes is -0.929"),
    ],
)
def test_a_range_that_is_not_used_or_overstepped_is_said(fakes, says):
    assert any(says in caveat for caveat in measured(REALS, fakes)[1])


def test_usual_ranges_get_no_caveat():
    floats = (FAKES / 127.5 - 1).astype(np.float32)
    for fakes in (FAKES, floats):
        value, caveats = measured(REALS, fakes)
        assert value == pytest.approx(RIGHT, rel=1e-3)
        assert not any("range" in caveat for caveat in caveats)
    assert range_caveats(Reach(-1, 1, True), Reach(0.2, 0.9, False)) != []
    assert range_caveats(None, None) == []


def test_the_verb_takes_a_range(tmp_path, capsys):
    np.savez(tmp_path / "half.npz", samples=HALF)
    np.savez(tmp_path / "real.npz", samples=REALS)
    words = ["evaluate", "--real", str(tmp_path / "real.npz"), "--fake", str(tmp_path / "half.npz")]
    words += ["--features", "pixels", "--metrics", "frechet_distance", "--no-intervals", "--json"]
    for more, code, says in (
        ([], 1, "--range=0,1"),
        (["--range", "0,1"], 0, ""),
        (["--range=a"], 2, "LOW,HIGH"),
        (["--range=1,0"], 1, "two numbers"),
    ):
        with pytest.raises(SystemExit) as left:
            main([*words, *more])
        assert (left.value.code, says in capsys.readouterr().err) == (code, True)


def test_deep_pictures_are_read_in_the_range_that_was_told(tmp_path):
    for place, values in (("real", REALS), ("fake", FAKES)):
        (tmp_path / place).mkdir()
        for number, picture in enumerate(values[:, 0].astype(np.uint16) * 16):
            Image.fromarray(picture).save(tmp_path / place / f"{number}.png")
    folders = str(tmp_path / "real"), str(tmp_path / "fake")
    assert len([c for c in measured(*folders)[1] if "only, of [-1, 1]" in c]) == 2
    value, caveats = measured(*folders, range=(0, 4080))
    assert value == pytest.approx(measured(REALS[:, :1], FAKES[:, :1])[0], rel=1e-3)
    assert not any("--range" in caveat for caveat in caveats)


def test_unlike_formats_get_a_caveat(tmp_path):
    fill(tmp_path / "real", 12, 16, 16), fill(tmp_path / "fake", 12, 16, 16, first=20)
    folders = str(tmp_path / "real"), str(tmp_path / "fake")
    assert not any("format" in caveat for caveat in measured(*folders)[1])
    for file in (tmp_path / "fake").iterdir():
        Image.open(file).save(file.with_suffix(".JPG"), "JPEG")
        file.unlink()
    said = [caveat for caveat in measured(*folders)[1] if "format" in caveat]
    assert said[0].startswith(
        "0% of the reals and 100% of the fakes are files of a format that loses"
    )


def test_held_out_reals_are_measured_or_said_to_be_unused():
    found = evaluate(REALS, FAKES, features="pixels", held_out=BYTES[30:90], intervals=False)
    assert any(name.startswith("memoris") for name in found["metrics"])
    assert any("not used" in caveat for caveat in measured(REALS, FAKES, held_out=REALS)[1])
