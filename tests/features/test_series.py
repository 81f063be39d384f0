"""Features of series: the same for the same reals, blind to units, and awake to what differs."""

import numpy as np
import pytest
import torch

from gansmith.data import read_samples
from gansmith.metrics import frechet_distance
from gansmith.registry import extractors


@pytest.fixture(scope="module")
def waves() -> torch.Tensor:
    return torch.from_numpy(read_samples("waves", limit=1200))


def distance(reals: torch.Tensor, fakes: torch.Tensor) -> float:
    extractor = extractors.series(reference=(reals, None))
    return float(frechet_distance(extractor(reals), extractor(fakes)))


def test_units_of_a_channel_do_not_count(waves):
    first, second = waves[:600], waves[600:]
    scale, shift = torch.tensor([1000.0, 0.01]), torch.tensor([5.0, -3.0])
    plain = distance(first, second)
    assert distance(first * scale + shift, second * scale + shift) == pytest.approx(plain, rel=1e-3)


@pytest.mark.parametrize(
    "change",
    [
        lambda waves: waves.flip(1),  # the second channel is then behind, not ahead
        lambda waves: waves[torch.randperm(len(waves))[:, None], torch.arange(64), :] * 1.3,
        lambda waves: torch.nn.functional.avg_pool1d(waves.mT, 5, 1, 2).mT,  # smoother
        lambda waves: (
            waves[:, :, :1].expand(-1, -1, 2) * torch.tensor([1.0, 10.0])
            + torch.tensor([0.0, 50.0])
        ),  # one channel copied
    ],
)
def test_what_is_wrong_with_series_shows_in_the_distance(waves, change):
    torch.manual_seed(0)
    reals, others = waves[:600], waves[600:]
    assert distance(reals, change(others)) > 2 * distance(reals, others)


@pytest.mark.parametrize("shape", [(8, 1), (20, 3), (300, 40)])
def test_series_of_any_shape_have_a_bounded_number_of_finite_features(shape):
    reals = torch.from_numpy(np.random.default_rng(0).normal(size=(20, *shape)).astype(np.float32))
    reals[..., 0] = 1.0  # a channel that never changes
    extractor = extractors.series(reference=(reals, None))
    found = extractor(reals)
    assert found.shape == (20, extractor.width)
    assert extractor.width < 600
    assert torch.isfinite(found).all()
    assert extractor.digest == extractors.series(reference=(reals, None)).digest
    assert extractors.series()(reals).shape == found.shape
