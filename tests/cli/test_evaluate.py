import json

import numpy as np
import pytest
from PIL import Image

from gansmith.cli.evaluate import _show
from gansmith.cli.evaluate import evaluate as verb
from gansmith.errors import GansmithError


@pytest.fixture
def folders(tmp_path):
    """Two folders of 24 noise images each, the second darker."""
    draws = np.random.default_rng(0)
    for name, top in (("real", 256), ("fake", 128)):
        (tmp_path / name).mkdir()
        for i in range(24):
            noise = draws.integers(0, top, (16, 16, 3), dtype=np.uint8)
            Image.fromarray(noise).save(tmp_path / name / f"{i}.png")
    return tmp_path


def test_the_verb_prints_one_json_document_or_a_table(folders, capsys):
    options = {"real": str(folders / "real"), "fake": str(folders / "fake"), "features": "pixels"}
    verb(**options, metrics="frechet_distance,prdc", json=True)
    found = json.loads(capsys.readouterr().out)
    assert {"protocol", "metrics", "floor"} <= found.keys()
    assert {"frechet_distance", "precision"} <= found["metrics"].keys()
    verb(**options)
    table = capsys.readouterr().out
    assert "frechet_distance" in table
    assert "noise floor" in table
    assert "Features: pixels" in table


def test_the_verb_shows_intervals(folders, capsys):
    options = {"real": str(folders / "real"), "fake": str(folders / "fake"), "features": "pixels"}
    verb(**options, metrics="diversity")
    assert "95 % interval" in capsys.readouterr().out
    verb(**options, metrics="diversity", json=True)
    ends = json.loads(capsys.readouterr().out)["intervals"]["diversity_ratio"]
    assert 0 <= ends[0] < ends[1]


def test_the_verb_turns_bad_values_into_its_own_error(folders):
    with pytest.raises(GansmithError, match="prdc needs at least"):
        verb(real=str(folders / "real"), fake=str(folders / "fake"), metrics="prdc", samples=4)


def test_the_verb_writes_a_page_and_shows_classes(tmp_path, capsys):
    draws = np.random.default_rng(0)
    for side in ("real", "fake"):
        for name in ("cat", "dog"):
            (tmp_path / side / name).mkdir(parents=True)
            for i in range(12):
                noise = draws.integers(0, 256, (8, 8, 3), dtype=np.uint8)
                Image.fromarray(noise).save(tmp_path / side / name / f"{i}.png")
    options = {"real": str(tmp_path / "real"), "fake": str(tmp_path / "fake")}
    verb(**options, features="pixels:size=4", page=tmp_path / "page.html", keep=False)
    shown = capsys.readouterr().out
    assert "By class" in shown
    assert "dog" in shown
    assert "4 px" in shown
    assert "of the reals have no fake near them; of as many other reals" in shown
    assert (tmp_path / "page.html").read_text().count("<img") > 20


def test_a_metric_s_known_name_stands_beside_it(capsys):
    protocol = {
        "sources": {"real": "a", "fake": "b"},
        "names": {"frechet_distance": "FID"},
        "extractor": "inception",
        "digest": "",
        "resize": "none",
        "real": 2,
        "fake": 2,
        "seed": 0,
        "caveats": [],
    }
    _show({"protocol": protocol, "metrics": {"frechet_distance": 1.5}, "floor": {}})
    assert "frechet_distance (FID)" in capsys.readouterr().out


def test_the_table_has_a_column_of_intervals_only_with_intervals(folders, capsys):
    options = {"real": str(folders / "real"), "fake": str(folders / "fake"), "features": "pixels"}
    for wanted in (True, False):
        verb(**options, metrics="frechet_distance", intervals=wanted)
        assert ("95 % interval" in capsys.readouterr().out) == wanted
