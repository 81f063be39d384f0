import re

import pytest
import torch

from gansmith.errors import DataError
from gansmith.metrics import Labelled, evaluate


@pytest.fixture
def sides():
    draws = torch.Generator().manual_seed(0)
    reals = torch.rand(40, 3, 12, 12, generator=draws) * 2 - 1
    fakes = torch.cat([reals[:1], torch.rand(39, 3, 12, 12, generator=draws) - 1])
    labels = torch.arange(40) % 2
    return Labelled(reals, labels, ("cat", "<dog>")), Labelled(fakes, labels, ("cat", "<dog>"))


def test_the_page_shows_numbers_classes_and_examples_and_loads_nothing(sides, tmp_path):
    path = tmp_path / "made" / "page.html"
    found = evaluate(*sides, features="pixels", page=path)
    text = path.read_text()
    for word in ("Missed reals", "Worst fakes", "Best fakes", "Nearest neighbours", "&lt;dog&gt;"):
        assert word in text
    assert f"{found['metrics']['frechet_distance']:.4g}" in text
    assert "<dog>" not in text
    assert not re.search(r"(src|href)=\"(?!data:)", text)
    copy = re.search(
        r"Nearest neighbours.*?<figcaption>(.*?)</fig.*?<figcaption>(.*?)</fig", text, re.S
    )
    assert copy.groups() == ("fake 0, cat", "real 0, cat")


def test_vectors_get_a_page_without_pictures(tmp_path):
    points = torch.randn(40, 2, generator=torch.Generator().manual_seed(0))
    evaluate(points[:20], points[20:], page=tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text()
    assert "<img" not in text
    assert "frechet_distance" in text


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    points = torch.randn(40, 2, generator=torch.Generator().manual_seed(0))
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        evaluate(points[:20], points[20:], page=tmp_path / "file" / "page.html")
