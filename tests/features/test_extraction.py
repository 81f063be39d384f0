import numpy as np
import pytest
import torch

from gansmith.features import Extractor, FixedExtractor, as_unit, extract
from gansmith.registry import extractors


def images(count: int = 5, channels: int = 3, side: int = 20) -> torch.Tensor:
    draws = torch.Generator().manual_seed(0)
    return torch.rand(count, channels, side, side, generator=draws) * 2 - 1


@pytest.fixture(params=["pixels", "random", "identity"])
def extractor(request) -> Extractor:
    return extractors.build(request.param)


def test_the_size_of_a_batch_does_not_change_features(extractor):
    whole = extract(extractor, images(), batch_size=64)
    assert torch.allclose(whole, extract(extractor, images(), batch_size=2), atol=1e-5)


def test_features_are_as_wide_as_declared_and_plain_float32(extractor):
    features = extract(extractor, images())
    assert features.dtype == torch.float32
    assert features.shape == (5, extractor.width or 1200)
    assert not features.requires_grad


def test_every_extractor_is_of_one_shape_and_named_as_registered(extractor):
    assert isinstance(extractor, Extractor)
    assert extractor.name in extractors.names()


@pytest.mark.parametrize("name", ["pixels", "random"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("side", [8, 33])
def test_image_extractors_take_any_size_and_one_to_four_channels(name, channels, side):
    built = extractors.build(name)
    assert extract(built, images(2, channels, side)).shape == (2, built.width)


def test_bytes_in_either_order_equal_floats():
    bytes_first = np.random.default_rng(0).integers(0, 256, (4, 3, 20, 20), dtype=np.uint8)
    expected = torch.from_numpy(bytes_first).float() / 127.5 - 1
    for stored in (bytes_first, np.ascontiguousarray(bytes_first.transpose(0, 2, 3, 1))):
        torch.testing.assert_close(as_unit(stored), expected)


def test_a_wave_stands_in_its_ring_of_the_spectrum_and_flat_images_have_none():
    place = torch.arange(32) / 32
    wave = torch.cos(2 * torch.pi * 5 * place).expand(2, 3, 32, 32)
    found = extract(extractors.build("spectrum", {"bands": 16}), torch.cat([wave, 0 * wave]))
    assert found.shape == (4, 16)
    assert found[0].argmax() == 5
    torch.testing.assert_close(found[2], torch.full((16,), -80.0))


def test_progress_counts_samples():
    told = []
    extract(extractors.build("identity"), images(), 2, lambda done, all_: told.append((done, all_)))
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_grey_counts_as_three_equal_channels_and_alpha_is_laid_on_white():
    pixels = extractors.build("pixels", {"size": 8})
    grey = images(2, 1, 8)
    torch.testing.assert_close(pixels(grey), pixels(grey.expand(-1, 3, -1, -1)))
    clear = torch.cat([images(2, 3, 8), -torch.ones(2, 1, 8, 8)], 1)
    torch.testing.assert_close(pixels(clear), torch.ones(2, 192))


def test_random_features_depend_on_the_seed_alone():
    build = extractors.get("random").builder
    assert build().digest == build().digest != build(seed=1).digest
    state = torch.random.get_rng_state()
    build(seed=2)
    assert torch.equal(state, torch.random.get_rng_state())


def test_bad_input_is_one_sentence():
    with pytest.raises(ValueError, match="no samples"):
        extract(extractors.build("identity"), torch.empty(0, 3))
    for name in ("pixels", "random"):
        with pytest.raises(ValueError, match=r"is for images .* 'identity'"):
            extract(extractors.build(name), torch.zeros(4, 2))
    with pytest.raises(ValueError, match="size must be at least 16"):
        extractors.build("random", {"size": 8})


def test_your_own_function_is_an_extractor():
    mean = FixedExtractor("mean", 3, "none", lambda samples: samples.mean((2, 3)))
    torch.testing.assert_close(extract(mean, images()), images().mean((2, 3)))
