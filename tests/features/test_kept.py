import pytest
import torch

from gansmith.features import FixedExtractor, build_team, extract, kept_features
from gansmith.features import cache as kept_part
from gansmith.features.devices import devices_of


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GANSMITH_CACHE", str(tmp_path))
    return tmp_path / "features"


@pytest.fixture
def counted():
    """An extractor that counts the samples it has seen."""
    seen = []

    def double(samples):
        seen.append(len(samples))
        return 2 * samples

    return seen, double


def points(seed: int = 0) -> torch.Tensor:
    return torch.randn(100, 3, generator=torch.Generator().manual_seed(seed))


def test_the_same_samples_are_looked_at_once_by_the_same_extractor(counted):
    seen, double = counted
    told = []
    for digest, samples in (("a", points()), ("a", points().clone()), ("b", points())):
        team = [FixedExtractor("double", 3, "none", double, digest)]
        found = kept_features(team, samples, lambda done, total: told.append((done, total)))
        torch.testing.assert_close(found, 2 * points())
    assert sum(seen) == 200
    assert told.count((100, 100)) == 3
    kept_features([FixedExtractor("double", 3, "none", double, "a")], points(1))
    assert sum(seen) == 300


def test_what_has_no_digest_is_not_kept(counted, cache):
    team = [FixedExtractor("double", 3, "none", counted[1])]
    kept_features(team, points())
    assert not cache.exists()


def test_a_damaged_file_is_computed_again_and_a_full_folder_makes_room(counted, cache, monkeypatch):
    team = [FixedExtractor("double", 3, "none", counted[1], "a")]
    kept_features(team, points())
    (place,) = cache.iterdir()
    place.write_bytes(b"cut")
    torch.testing.assert_close(kept_features(team, points()), 2 * points())
    monkeypatch.setattr(kept_part, "ROOM", 1500)
    kept_features(team, points(1))
    assert len(list(cache.iterdir())) == 1
    assert not place.exists()


def test_a_cache_that_cannot_be_written_is_done_without(counted, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GANSMITH_CACHE", str(tmp_path / "file"))
    team = [FixedExtractor("double", 3, "none", counted[1], "a")]
    torch.testing.assert_close(kept_features(team, points()), 2 * points())


def test_several_devices_share_the_batches_and_keep_the_order():
    samples = torch.rand(23, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1
    team = build_team("random", None, "cpu,cpu,cpu")
    assert len(team) == 3
    told = []
    alone = extract(team[0], samples, batch_size=4)
    shared = extract(team, samples, batch_size=4, progress=lambda *at: told.append(at))
    torch.testing.assert_close(shared, alone)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (23, 23)


def test_what_has_no_device_or_learns_from_reals_is_built_once():
    assert len(build_team("pixels:size=4", None, "cpu,cpu")) == 1
    assert devices_of("cuda:1, cuda:3") == ["cuda:1", "cuda:3"]
    assert devices_of("auto") == [f"cuda:{i}" for i in range(torch.cuda.device_count())] or ["cpu"]
