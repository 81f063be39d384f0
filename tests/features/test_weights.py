import hashlib

import pytest
import torch

from gansmith.errors import GansmithError
from gansmith.features import FixedExtractor
from gansmith.features.weights import WeightsFile, read_weights, weights_folder
from gansmith.metrics import evaluate
from gansmith.registry import extractors

NOWHERE = "http://127.0.0.1:9/net.pth"  # a port that nobody serves


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache folder of its own, and an empty one of torch."""
    monkeypatch.setenv("GANSMITH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return tmp_path


@pytest.fixture
def published(tmp_path):
    """A file of weights and what is published of it, at a file: address."""
    path = tmp_path / "served" / "net.pth"
    path.parent.mkdir()
    torch.save({"weight": torch.arange(3.0)}, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return WeightsFile("net.pth", path.as_uri(), digest, 1)


def test_weights_are_fetched_once_checked_and_kept(published, tmp_path):
    stored = read_weights(published)
    assert stored.genuine
    assert stored.tensors["weight"].tolist() == [0, 1, 2]
    (tmp_path / "served" / "net.pth").unlink()
    assert read_weights(published).sha256 == published.sha256
    assert [path.name for path in weights_folder().iterdir()] == ["net.pth"]


def test_without_network_the_error_says_which_file_to_put_where(published):
    away = WeightsFile(published.name, NOWHERE, published.sha256, 1)
    with pytest.raises(GansmithError) as raised:
        read_weights(away)
    for part in ("net.pth", "1 MB", NOWHERE, str(weights_folder()), "weights=PATH"):
        assert part in str(raised.value)
    assert list(weights_folder().iterdir()) == []


def test_what_is_not_the_published_file_is_not_kept_nor_used(published):
    other = WeightsFile(published.name, published.url, "0" * 64, 1)
    with pytest.raises(GansmithError, match="not the published file"):
        read_weights(other)
    assert list(weights_folder().iterdir()) == []
    (weights_folder() / "net.pth").write_bytes(b"cut off")
    with pytest.raises(GansmithError, match=r"is not the published net.pth.*delete it"):
        read_weights(published)


def test_a_path_of_one_s_own_is_used_as_it_is(published, tmp_path):
    own = tmp_path / "own.pth"
    torch.save({"weight": torch.ones(2)}, own)
    stored = read_weights(published, str(own))
    assert not stored.genuine
    assert stored.tensors["weight"].tolist() == [1, 1]
    assert read_weights(published, str(tmp_path / "served")).genuine
    with pytest.raises(GansmithError, match="there is no file of weights at"):
        read_weights(published, str(tmp_path / "nothing.pth"))
    own.write_bytes(b"no weights")
    with pytest.raises(GansmithError, match="cannot be read as weights"):
        read_weights(published, str(own))
    torch.save([torch.ones(2)], own)
    with pytest.raises(GansmithError, match="no tensors by name"):
        read_weights(published, str(own))


@pytest.mark.parametrize("name", ["inception", "dinov2", "clip"])
def test_extractors_without_weights_say_which_file_they_need(name, monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(GansmithError, match=r"could not be fetched .*; put .* MB.* into .*weights"):
        extractors.build(name)


def test_a_distance_is_called_fid_where_the_extractor_says_so():
    points = torch.randn(40, 2, generator=torch.Generator().manual_seed(0))
    known = {"frechet_distance": "FID", "kernel_distance": "KID"}
    named = FixedExtractor("network", 2, "none", lambda x: x, names=known)
    options = {"metrics": ["frechet_distance"]}
    found = evaluate(points[:20], points[20:], features=named, **options)
    assert found["protocol"]["names"] == {"frechet_distance": "FID"}
    other = evaluate(points[:20], points[20:], features="identity", **options)
    assert other["protocol"]["names"] == {}
