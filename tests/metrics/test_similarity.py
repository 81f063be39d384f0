import pytest
import torch

from gansmith.metrics import ms_ssim, pair_similarity


def noise(count=20, side=32, seed=0):
    draws = torch.Generator().manual_seed(seed)
    return (0.4 * torch.randn(count, 3, side, side, generator=draws)).clamp(-1, 1)


@pytest.mark.parametrize("side", [11, 22, 180])
def test_an_image_is_wholly_similar_to_itself_and_noise_hardly_to_noise(side):
    first, second = noise(4, side), noise(4, side, seed=1)
    torch.testing.assert_close(ms_ssim(first, first), torch.ones(4))
    torch.testing.assert_close(ms_ssim(first, second), ms_ssim(second, first))
    assert float(ms_ssim(first, second).max()) < 0.3


def test_two_flat_images_by_hand():
    """Only the luminance term is left: (2ab + c) / (a^2 + b^2 + c), c = (0.01 * 2)^2."""
    first, second = torch.full((1, 1, 11, 11), 0.5), torch.full((1, 1, 11, 11), 0.25)
    expected = (2 * 0.125 + 4e-4) / (0.25 + 0.0625 + 4e-4)
    assert float(ms_ssim(first, second)) == pytest.approx(expected, 1e-4)


def test_a_collapsed_sample_is_one_image():
    reals = noise()
    found = pair_similarity(reals, reals[:1].expand(20, -1, -1, -1), pairs=30)
    assert found["pair_similarity"] == pytest.approx(1, abs=1e-4)
    assert found["pair_similarity_excess"] > 0.7
    assert abs(pair_similarity(reals, noise(seed=1), pairs=100)["pair_similarity_excess"]) < 0.05


def test_tiny_images_are_refused():
    with pytest.raises(ValueError, match="11 pixels"):
        pair_similarity(noise(side=8), noise(side=8))
