"""Every kind of side stands on either side."""

import zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from gansmith.errors import DataError
from gansmith.metrics import Labelled, evaluate

COUNT, SIDE = 12, 10
KINDS = ("folder", "zip", "npz", "npy", "run", "tensor", "bytes", "labelled")


def pictures(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (COUNT, SIDE, SIDE, 3), dtype=np.uint8)


def unit(seed: int) -> torch.Tensor:
    return torch.from_numpy(pictures(seed)).permute(0, 3, 1, 2).float() / 127.5 - 1


@pytest.fixture
def make(tmp_path):
    """A side of that kind, with the pictures of that seed."""

    def made(kind, seed):
        place = tmp_path / f"{kind}-{seed}"
        if kind in ("folder", "zip"):
            place.mkdir(exist_ok=True)
            for i, picture in enumerate(pictures(seed)):
                Image.fromarray(picture).save(place / f"{i:02d}.png")
        if kind == "zip":
            with zipfile.ZipFile(place.with_suffix(".zip"), "w") as archive:
                for path in sorted(place.iterdir()):
                    archive.write(path, path.name)
            return place.with_suffix(".zip")
        if kind == "npz":
            np.savez(place.with_suffix(".npz"), samples=unit(seed).numpy())
            return place.with_suffix(".npz")
        if kind == "npy":
            np.save(place.with_suffix(".npy"), pictures(seed))
            return place.with_suffix(".npy")
        if kind == "run":
            place.mkdir(exist_ok=True)
            (place / "recipe.toml").write_text("")
        if kind == "labelled":
            return Labelled(unit(seed), torch.arange(COUNT) % 2, ("a", "b"))
        return {"tensor": unit(seed), "bytes": pictures(seed)}.get(kind, place)

    return made


def of_run(path, count, seed):
    return unit(int(path.name.split("-")[1]))


OPTIONS = {"features": "pixels", "metrics": ["frechet_distance"], "open_run": of_run}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_stands_on_either_side_and_gives_the_same_number(kind, make):
    expected = evaluate(unit(0), unit(1), **OPTIONS)["metrics"]["frechet_distance"]
    for real, fake in ((kind, "tensor"), ("tensor", kind), (kind, "npz"), ("folder", kind)):
        found = evaluate(make(real, 0), make(fake, 1), **OPTIONS)
        assert found["metrics"]["frechet_distance"] == pytest.approx(expected, rel=1e-4)


def test_reals_in_files_take_the_size_of_the_fakes(make):
    small = torch.rand(COUNT, 1, 8, 8) * 2 - 1
    found = evaluate(make("folder", 0), small, **OPTIONS)
    assert found["protocol"]["sources"]["size"] == "1 x 8 x 8"


def test_fakes_in_files_keep_their_own_size_and_odd_ones_are_told(make):
    folder = make("folder", 1)
    Image.fromarray(pictures(1)[0]).resize((20, 14)).save(folder / "odd.png")
    found = evaluate(unit(0), folder, **OPTIONS)["protocol"]
    assert found["sources"]["size"] == f"3 x {SIDE} x {SIDE}"
    assert any("1 of 13 files" in caveat for caveat in found["caveats"])


def test_a_named_set_is_compared_with_an_array_file(make, tmp_path):
    fakes = torch.rand(40, 1, 28, 28) * 2 - 1
    np.savez(tmp_path / "x.npz", samples=fakes.numpy())
    found = evaluate("mnist", str(tmp_path / "x.npz"), samples=40, **OPTIONS)
    assert found["protocol"]["real"] == found["protocol"]["fake"] == 40
    assert set(found["conditions"]["classes"]) == set("0123456789")


@pytest.mark.parametrize(
    ("samples", "says"),
    [
        (torch.empty(0, 3, 8, 8), "must hold samples"),
        (torch.zeros(5), "must hold samples"),
        (torch.full((5, 3, 8, 8), 200.0), "values up to 200"),
    ],
)
def test_what_is_no_set_of_samples_is_refused_in_one_sentence(samples, says):
    with pytest.raises(DataError, match=says):
        evaluate(unit(0), samples, **OPTIONS)


def test_an_empty_folder_and_a_missing_one_are_named(tmp_path):
    with pytest.raises(DataError, match=str(tmp_path.name)):
        evaluate(tmp_path, unit(0), **OPTIONS)
    with pytest.raises(DataError, match="there is no file or folder"):
        evaluate(tmp_path / "nothing", unit(0), **OPTIONS)


def test_one_sample_and_nan_samples_are_refused_in_one_sentence():
    with pytest.raises(ValueError, match="needs at least 2 samples"):
        evaluate(unit(0), unit(1)[:1], **OPTIONS)
    with pytest.raises(ValueError, match="NaN"):
        evaluate(unit(0), unit(1) * torch.nan, **OPTIONS)


def test_collapsed_fakes_have_a_finite_distance_and_no_diversity():
    reals = torch.randn(200, 4, generator=torch.Generator().manual_seed(0))
    found = evaluate(reals, torch.zeros(200, 4))["metrics"]
    assert all(np.isfinite(value) for value in found.values())
    assert found["diversity_ratio"] == 0
    assert found["recall"] == 0
