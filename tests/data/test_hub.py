"""Hugging Face data sets, with the real library and small sets on the disk; no network."""

import io
import sys

import numpy as np
import pytest
from PIL import Image

from gansmith.data import open_data
from gansmith.errors import DataError
from tests.data.pictures import colours

datasets = pytest.importorskip("datasets")
pytestmark = pytest.mark.filterwarnings("ignore")  # of the library's own


def encoded(seed: int) -> dict:
    target = io.BytesIO()
    Image.fromarray(colours(seed)).save(target, "PNG")
    return {"bytes": target.getvalue(), "path": None}


@pytest.fixture
def small():
    features = datasets.Features(
        {
            "image": datasets.Image(),
            "label": datasets.ClassLabel(names=["cat", "dog"]),
            "text": datasets.Value("string"),
        }
    )
    rows = {
        "image": [encoded(seed) for seed in range(12)],
        "label": [seed % 2 for seed in range(12)],
        "text": [f"number {seed}" for seed in range(12)],
    }
    return datasets.Dataset.from_dict(rows, features=features)


@pytest.mark.parametrize("kind", ["folder", "parquet"])
def test_a_set_on_the_disk_gives_its_pictures_labels_and_captions(tmp_path, small, kind):
    place = tmp_path / ("set" if kind == "folder" else "set.parquet")
    small.save_to_disk(place) if kind == "folder" else small.to_parquet(place)
    data = open_data(place, held_out=0)
    assert data.classes == ("cat", "dog")
    assert data.train.beside["labels"].tolist() == [0, 1] * 6
    assert data.train.beside["captions"][3] == "number 3"
    expected = open_data_of(tmp_path, 12)
    assert (data.train.take(np.arange(12)) == expected).all()


def open_data_of(tmp_path, count: int) -> np.ndarray:
    for seed in range(count):
        (tmp_path / "png").mkdir(exist_ok=True)
        (tmp_path / "png" / f"{seed:02}.png").write_bytes(encoded(seed)["bytes"])
    return open_data(tmp_path / "png", held_out=0).train.take(np.arange(count))


def test_the_cache_knows_the_set_again(tmp_path, small, monkeypatch):
    monkeypatch.setenv("GANSMITH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("gansmith.data.prepare.store.FEW", 0)
    small.save_to_disk(tmp_path / "set")
    first, again = (open_data(tmp_path / "set") for _ in range(2))
    assert len(list((tmp_path / "cache").glob("*.cache"))) == 1
    assert first.digest == again.digest


def test_a_set_without_images_is_refused(tmp_path):
    datasets.Dataset.from_dict({"text": ["a", "b"]}).save_to_disk(tmp_path / "set")
    with pytest.raises(DataError, match="the columns text but none of images"):
        open_data(tmp_path / "set")


def test_a_name_goes_to_the_library_with_its_split(monkeypatch, small):
    asked = []
    monkeypatch.setattr(
        datasets, "load_dataset", lambda name, split: asked.append((name, split)) or small
    )
    assert len(open_data("hub:someone/cats,split=test", held_out=0).train) == 12
    assert asked == [("someone/cats", "test")]


def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(DataError, match=r"pip install 'gansmith\[data\]'"):
        open_data("hub:someone/cats")
