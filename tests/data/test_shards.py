import io
import tarfile

import pytest
from PIL import Image

from gansmith.data import open_data
from gansmith.errors import DataError
from tests.data.pictures import colours


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
    assert data.train.labels.tolist() == [number % 3 for number in range(12)]
    assert data.train.captions[7] == "picture 7"
    assert data.facts["shards"] == 3


def test_a_class_that_is_no_number_is_refused(tmp_path):
    shard(tmp_path / "set.tar", range(4), mark=lambda number: "cat")
    with pytest.raises(DataError, match="no class number"):
        open_data(tmp_path)
