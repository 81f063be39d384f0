import io
import tarfile

import numpy as np
import pytest
from PIL import Image

from gansmith.data import open_data
from gansmith.errors import DataError
from tests.data.pictures import colours, save


def shard(path, numbers, mark=str):
    with tarfile.open(path, "w") as archive:
        for number in numbers:
            picture = io.BytesIO()
            Image.fromarray(colours(number)).save(picture, "PNG")
            parts = {"png": picture.getvalue(), "cls": mark(number % 3).encode()}
            parts["txt"] = f"picture {number}".encode()
            for kind, content in parts.items():
                member = tarfile.TarInfo(f"{number:06}.{kind}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))


def test_shards_are_one_set_with_classes_and_captions(tmp_path):
    for part in range(3):
        shard(tmp_path / f"set-{part}.tar", range(4 * part, 4 * part + 4))
    data = open_data(tmp_path, held_out=0)
    assert len(data.train) == 12
    assert data.classes == ("0", "1", "2")
    assert data.train.beside["labels"].tolist() == [number % 3 for number in range(12)]
    assert data.train.beside["captions"][7] == "picture 7"
    assert data.facts["shards"] == 3


def test_a_class_that_is_no_number_is_refused(tmp_path):
    shard(tmp_path / "set.tar", range(4), mark=lambda number: "cat")
    with pytest.raises(DataError, match="no class number"):
        open_data(tmp_path)


def test_shards_written_by_webdataset_are_read(tmp_path):
    webdataset = pytest.importorskip("webdataset")
    folder = tmp_path / "shards"
    folder.mkdir()
    with webdataset.ShardWriter(f"{folder}/part-%03d.tar", maxcount=5, verbose=0) as writer:
        for seed in range(12):
            sample = {"__key__": f"{seed:04}", "png": colours(seed), "cls": seed % 3}
            writer.write(sample | {"txt": f"number {seed}"})
    data = open_data(folder, held_out=0)
    assert data.train.beside["labels"].tolist() == [0, 1, 2] * 4
    assert data.train.beside["captions"][7] == "number 7"
    assert (data.train.take(np.array([7]))[0] == open_one(tmp_path, colours(7))).all()


def open_one(tmp_path, pixels: np.ndarray) -> np.ndarray:
    for name in ("a", "b"):
        save(tmp_path / "one" / f"{name}.png", pixels)
    return open_data(tmp_path / "one", held_out=0).train.take(np.array([0]))[0]
