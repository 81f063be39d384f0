import numpy as np
import pytest
import torch
from PIL import Image

from gansmith.errors import DataError, GansmithError
from gansmith.metrics import evaluate


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


def test_fakes_unlike_the_reals_lie_above_the_noise_floor(draw):
    reals, fakes = draw(400, 3), draw(200, 3, seed=1) + 1
    found = evaluate(reals, fakes)
    assert found["protocol"]["extractor"] == "identity"
    assert found["metrics"]["frechet_distance"] == pytest.approx(3, abs=0.7)
    assert found["floor"]["frechet_distance"] < 0.2
    assert found["protocol"]["floor"] == {"real": 200, "fake": 200}


def test_a_count_is_kept_on_all_sides_and_in_the_floor(draw):
    protocol = evaluate(draw(400, 3), draw(300, 3), samples=150)["protocol"]
    assert protocol["real"] == protocol["fake"] == 150
    assert protocol["floor"] == {"real": 150, "fake": 150}
    assert not any("floor compares" in caveat for caveat in protocol["caveats"])


def test_folders_are_read_and_measured_and_progress_is_told(folders):
    told = []
    found = evaluate(
        str(folders / "real"),
        folders / "fake",
        features="pixels",
        metrics=["kernel_distance"],
        progress=lambda what, done, total: told.append((what, done, total)),
    )
    assert found["metrics"]["kernel_distance"] > 10 * found["floor"]["kernel_distance"]
    assert ("features of fakes", 24, 24) in told
    assert told[-3:] == [(what, 1, 1) for what in ("metrics", "noise floor", "intervals")]
    assert found["protocol"]["sources"]["size"] == "3 x 16 x 16"
    assert any("singular" in caveat for caveat in found["protocol"]["caveats"])


def test_a_run_makes_its_samples_through_the_opener(draw, tmp_path):
    (tmp_path / "recipe.toml").write_text("")
    asked = []

    def open_run(path, count, seed):
        asked.append((path.name, count, seed))
        return draw(count, 3)

    found = evaluate(draw(300, 3), tmp_path, samples=100, seed=4, open_run=open_run)
    assert asked == [(tmp_path.name, 100, 4)]
    assert found["protocol"]["fake"] == 100
    with pytest.raises(DataError, match="is a run"):
        evaluate(draw(300, 3), tmp_path)


def test_images_of_other_size_are_measured_with_a_caveat_vectors_are_refused(draw):
    reals, fakes = torch.rand(40, 3, 8, 8) - 0.5, torch.rand(40, 1, 12, 12) - 0.5
    found = evaluate(reals, fakes, features="pixels", metrics=["frechet_distance"])
    assert "3 x 8 x 8" in found["protocol"]["caveats"][0]
    with pytest.raises(DataError, match="cannot be compared"):
        evaluate(draw(40, 3), draw(40, 2))
    with pytest.raises(DataError, match="values up to 255"):
        evaluate(255 * torch.ones(5, 3, 8, 8), reals)


def test_bad_input_is_one_sentence(draw, tmp_path):
    with pytest.raises(GansmithError):
        evaluate(draw(40, 2), str(tmp_path / "nothing"))
    with pytest.raises(GansmithError):
        evaluate(draw(40, 2), tmp_path)
    with pytest.raises(ValueError, match="needs at least 2 samples"):
        evaluate(draw(40, 2), draw(1, 2))
    with pytest.raises(ValueError, match="NaN"):
        evaluate(draw(40, 2), draw(40, 2) * torch.nan)
    with pytest.raises(ValueError, match="is for images"):
        evaluate(draw(40, 2), draw(40, 2), features="pixels")


def test_constant_reals_get_a_number_and_a_caveat(draw):
    found = evaluate(torch.zeros(40, 2), draw(40, 2), metrics=["frechet_distance"])
    assert found["metrics"]["frechet_distance"] == pytest.approx(2, abs=0.9)
    assert any("equal features" in caveat for caveat in found["protocol"]["caveats"])


def test_held_out_reals_and_intervals(draw):
    options = {"metrics": ["frechet_distance", "memorisation"]}
    train = draw(300, 3)
    found = evaluate(train, train[:100] + 1e-3, held_out=draw(100, 3, seed=1), **options)
    assert found["metrics"]["memorised_share"] > 0.9
    low, high = found["intervals"]["frechet_distance"]
    assert 0 <= low < found["metrics"]["frechet_distance"] < high
    assert "bootstrap" in found["protocol"]["intervals"]["method"]
    assert "intervals" not in evaluate(train, train, metrics=["prdc"], intervals=False)
    assert "memorised_share" not in found["floor"]
    with pytest.raises(ValueError, match="memorisation needs reals that were held out"):
        evaluate(train, train, metrics=["memorisation"])
