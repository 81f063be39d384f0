import math

import pytest
import torch

from gansmith.metrics import artefacts
from gansmith.metrics.artefacts import Looks, radial_profile


def noise(seed=0, side=16, channels=3):
    draws = torch.Generator().manual_seed(seed)
    return 0.2 * torch.randn(64, channels, side, side, generator=draws)


WAVE = torch.cos(2 * math.pi * torch.arange(16) / 16).expand(1, 3, 16, 16)


def test_power_sums_to_the_mean_square_times_pixels():
    images = noise()
    expected = float(images.double().square().mean()) * 256
    assert float(Looks.of(images).mean_power.sum()) == pytest.approx(expected, 1e-6)


def test_a_wave_stands_at_its_own_radius():
    place = torch.arange(16) / 16
    wave = torch.cos(2 * math.pi * 3 * place).expand(1, 1, 16, 16)
    profile = radial_profile(Looks.of(wave).mean_power)
    assert int(profile.argmax()) == 3 - 1
    assert float(profile[[0, 1, 3, 4]].max()) < 1e-9


def test_equal_sets_have_no_artefacts():
    expected = {"spectral_discrepancy": 0, "high_frequency_ratio": 1, "checkerboard": 0, "grain": 0}
    found = artefacts(noise(), noise())
    del found["checkerboard_excess"]  # of noise among noise
    assert found == pytest.approx({**expected, "colour_shift": 0}, abs=1e-9)


def test_twice_the_amplitude_is_six_decibels_everywhere():
    found = artefacts(noise(), 2 * noise())
    assert found["spectral_discrepancy"] == pytest.approx(20 * math.log10(2), 1e-6)
    assert found["high_frequency_ratio"] == pytest.approx(4, 1e-6)


@pytest.mark.parametrize("rows", [0, 1])
@pytest.mark.parametrize("columns", [0, 1])
def test_the_finest_pattern_is_measured_by_its_amplitude(rows, columns):
    """A pattern of amplitude a has a variance of a^2, whichever way it runs."""
    signs = rows * torch.arange(16)[:, None] + columns * torch.arange(16)
    pattern = 0.3 * (-1.0) ** signs * (rows or columns)
    flat = noise() * 1e-3 + WAVE
    contrast = float(flat.var((2, 3), correction=0).mean().sqrt())
    found = artefacts(flat, noise(1) * 1e-3 + WAVE + pattern)
    assert found["checkerboard"] == pytest.approx(0.3 * (rows or columns) / contrast, abs=2e-3)
    assert (found["checkerboard_excess"] > 30) == bool(rows or columns)


def test_noise_is_no_checkerboard_and_blur_lacks_high_frequencies():
    loud = artefacts(0.1 * noise() + WAVE, noise(1) + WAVE)
    assert loud["high_frequency_ratio"] > 50
    assert loud["checkerboard_excess"] < 6
    blurred = torch.nn.functional.avg_pool2d(noise(1), 3, 1, 1)
    assert artefacts(noise(), blurred)["high_frequency_ratio"] < 0.3


@pytest.mark.parametrize("cycles", [3, 7])
def test_grain_is_the_amplitude_of_fine_detail_over_the_contrast(cycles):
    """A wave of amplitude a has half its square as variance; three cycles in 16 are not fine."""
    place = torch.arange(16) / 16
    fine = 0.4 * torch.cos(2 * math.pi * cycles * place).expand(1, 3, 16, 16)
    found = artefacts(WAVE, WAVE + fine)
    assert found["grain"] == pytest.approx(0.4 if cycles > 4 else 0, abs=1e-6)
    assert artefacts(WAVE + fine, WAVE)["grain"] == 0


def test_a_colour_shift_is_its_length():
    shift = torch.tensor([0.3, 0.0, -0.4])[:, None, None]
    assert artefacts(noise(), noise() + shift)["colour_shift"] == pytest.approx(0.5, 1e-5)


def test_sides_that_are_not_images_of_one_size_are_refused():
    for fake in (noise(side=12), noise(channels=1)):
        with pytest.raises(ValueError, match="images of one size"):
            artefacts(noise(), fake)
