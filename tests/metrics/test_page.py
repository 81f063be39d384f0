import base64
import html
import io
import re

import numpy as np
import pytest
import torch
from PIL import Image

from gansmith.errors import DataError
from gansmith.evaluation.verdict import verdict_of
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


@pytest.mark.parametrize("side", [10, 128, 400])
def test_pictures_from_files_are_shown_at_their_own_size_with_their_names(side, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (2, 16, side, side, 3), dtype=np.uint8)
    for folder, images in zip(("real", "fake"), pixels, strict=True):
        (tmp_path / folder).mkdir()
        for number, image in enumerate(images):
            Image.fromarray(image).resize((12, 12) if folder == "fake" else (side, side)).save(
                tmp_path / folder / f"leaf {number}.png"
            )
    page = tmp_path / "page.html"
    evaluate(tmp_path / "real", tmp_path / "fake", features="pixels", page=page, intervals=False)
    shown = re.findall(
        r'alt="(real|fake) leaf (\d+)\.png" src="data:image/png;base64,(.*?)"', page.read_text()
    )
    sizes = {kind: Image.open(io.BytesIO(base64.b64decode(data))).size for kind, _, data in shown}
    assert sizes == {"real": (min(side, 256),) * 2, "fake": (12, 12)}
    assert "<figcaption>real leaf" in page.read_text()


def test_the_column_of_intervals_is_there_only_with_intervals(sides, tmp_path):
    for wanted in (True, False):
        evaluate(*sides, features="pixels", page=tmp_path / "page.html", intervals=wanted)
        assert ("95 % interval" in (tmp_path / "page.html").read_text()) == wanted


def test_a_page_begins_with_what_the_numbers_come_to(sides, tmp_path):
    evaluate(*sides, features="pixels", page=tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text()
    first = re.search(r"</h1>\s*<p[^>]*>(.*?)</p>", text, re.S).group(1)
    assert re.match(
        r"The fakes are [\d.]+ times as far off as other reals: frechet distance", first
    )
    assert "of the reals have no fake near them" in first


@pytest.mark.parametrize(
    ("value", "floor", "ends", "says"),
    [
        (30.0, {"frechet_distance": 10.0}, None, "The fakes are 3 times as far off as other reals"),
        (10.5, {"frechet_distance": 10.0}, None, "The fakes are indistinguishable from"),
        (
            30.0,
            {"frechet_distance": 10.0},
            (9.0, 60.0),
            "The fakes are indistinguishable from other reals",
        ),
        (3.0, {"frechet_distance": 0.0}, None, "The fakes are distinguishable from reals"),
        (3.0, {}, None, "The frechet distance is 3; there are too few reals"),
    ],
)
def test_a_verdict_is_a_distance_beside_that_of_other_reals(value, floor, ends, says):
    intervals = {"intervals": {"frechet_distance": ends}} if ends else {}
    found = {"metrics": {"frechet_distance": value}, "floor": floor, **intervals}
    assert verdict_of(found).startswith(says)


def test_vectors_get_a_page_without_pictures(tmp_path):
    points = torch.randn(40, 2, generator=torch.Generator().manual_seed(0))
    evaluate(points[:20], points[20:], page=tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text()
    assert "<img" not in text
    assert "frechet_distance" in text


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    points = torch.randn(40, 2, generator=torch.Generator().manual_seed(0))
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="could not be written"):
        evaluate(points[:20], points[20:], page=tmp_path / "file" / "page.html")


def test_the_page_says_what_to_do_first_with_the_names_that_were_given(tmp_path):
    draws = np.random.default_rng(0)
    for name, most in (("real side", 256), ("fake", 40)):
        (tmp_path / name).mkdir()
        for number, pixels in enumerate(draws.integers(0, most, (20, 8, 8, 3), dtype=np.uint8)):
            Image.fromarray(pixels).save(tmp_path / name / f"{number}.png")
    page = tmp_path / "page.html"
    evaluate(tmp_path / "real side", tmp_path / "fake", features="pixels", page=page)
    told = html.unescape(page.read_text())
    assert f"gansmith diagnose {tmp_path}/fake --real '{tmp_path}/real side'" in told
