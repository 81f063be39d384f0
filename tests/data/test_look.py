import numpy as np
import pytest
from PIL import Image

from gansmith.data import audit, open_data
from gansmith.data.audit.quick import look_over
from gansmith.data.audit.thumbnails import glance, glances_at
from tests.data.pictures import colours, fill, save


def found(data, **options) -> dict:
    return {finding.rule: finding for finding in look_over(data, **options)}


@pytest.mark.parametrize("size", [(8, 8), (20, 28), (32, 32), (64, 128)])
def test_many_at_once_are_seen_as_one_by_one(size):
    pictures = np.stack([colours(seed, *size).transpose(2, 0, 1) for seed in range(5)])
    for picture, seen in zip(pictures, glances_at(pictures), strict=True):
        alone = glance(Image.fromarray(picture.transpose(1, 2, 0)), 0)
        assert np.abs(seen.thumbnail.astype(int) - alone.thumbnail).max() <= 1
        assert np.abs(seen.colour - alone.colour).max() < 0.006
        assert seen.spread == pytest.approx(alone.spread)


def test_grey_pictures_are_seen_as_colour_without_colour():
    (seen,) = glances_at(np.full((1, 1, 32, 32), 51, np.uint8))
    assert seen.spread == 0
    assert seen.colour == pytest.approx([0.2] * 3)
    assert (seen.thumbnail == 51).all()


def test_the_look_before_training_finds_what_only_pictures_tell(tmp_path):
    fill(tmp_path / "many", 40, 32, 32)
    fill(tmp_path / "one", 1, 32, 32, first=100)
    for grey in (40, 41):
        save(tmp_path / "many" / f"blank{grey}.png", np.full((32, 32, 3), grey, np.uint8))
    for seed in range(20):
        near = Image.fromarray(colours(seed, 32, 32)).resize((30, 30), Image.Resampling.LANCZOS)
        near.save(tmp_path / "many" / f"near{seed}.jpg", quality=90)
    data = open_data(tmp_path, size=32, held_out=0.3)
    seen = found(data)
    assert seen["blank"].count == 2
    assert seen["single"].files == ("one",)
    assert seen["near_duplicates"].count >= 15
    assert seen["leakage"].count >= 1
    for pair in seen["leakage"].files:
        assert "train" in pair
        assert "held out" in pair
    assert "corrupt_files" not in seen  # the rules say so, of all files


def test_few_kinds_of_pictures_are_little_variety(tmp_path):
    for seed in range(60):
        noise = np.random.default_rng(seed).integers(0, 9, (32, 32, 3), dtype=np.uint8)
        save(tmp_path / f"{seed:02}.png", colours(1, 32, 32) // 2 + noise)
    assert "about 1 different" in found(open_data(tmp_path))["variety"].says


def test_good_data_have_nothing_grave_and_points_nothing_at_all():
    assert {finding.severity for finding in look_over(open_data("mnist"))} <= {"note"}
    assert look_over(open_data("ring")) == look_over(open_data("photos")) == ()


class Counting:
    """Samples of a huge set that count how often they are requested."""

    def __init__(self, count: int) -> None:
        self.count, self.asked = count, list[int]()
        self.beside = {}

    def __len__(self) -> int:
        return self.count

    def take(self, indices: np.ndarray, draw: int = 0) -> np.ndarray:
        self.asked += indices.tolist()
        draws = np.random.default_rng(int(indices[0]))
        return draws.integers(0, 256, (len(indices), 3, 32, 32), dtype=np.uint8)


def huge(count: int = 10**8):
    from dataclasses import replace

    data = open_data("emoji", size=32)
    return replace(data, train=Counting(9 * count // 10), held_out=Counting(count // 10), facts={})


def test_of_a_huge_set_an_even_choice_of_both_parts_is_looked_at():
    data = huge()
    look_over(data, most=300)
    assert len(data.train.asked) + len(data.held_out.asked) == pytest.approx(300, abs=2)
    assert len(data.held_out.asked) == pytest.approx(30, abs=2)
    assert max(data.train.asked) > 0.99 * len(data.train)


def test_the_look_stops_when_its_time_is_over():
    data = huge()
    look_over(data, most=5000, seconds=0.0)
    assert len(data.train.asked) <= 64


def test_floating_point_and_transparent_samples_are_looked_at_too(tmp_path):
    draws = np.random.default_rng(0)
    np.savez(tmp_path / "f.npz", samples=draws.uniform(-1, 1, (9, 2, 8, 8)).astype(np.float32))
    np.savez(tmp_path / "b.npz", samples=np.zeros((9, 4, 8, 8), np.uint8))
    look_over(open_data(tmp_path / "f.npz"))
    assert found(open_data(tmp_path / "b.npz"))["blank"].count == 9


def test_a_whole_audit_finds_at_least_as_much(tmp_path):
    fill(tmp_path, 20, 32, 32)
    save(tmp_path / "blank.png", np.zeros((32, 32, 3), np.uint8))
    data = open_data(tmp_path)
    assert set(found(data)) <= {finding.rule for finding in audit(tmp_path).findings}
