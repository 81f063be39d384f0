"""Halves that do not belong together are told; what else is wrong is not blamed on them."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from gansmith.data import open_data, to_unit
from gansmith.metrics import evaluate
from gansmith.metrics.consistency import consistency


@pytest.fixture(scope="module", params=["photos", "emoji", "mnist"])
def pictures(request: pytest.FixtureRequest) -> tuple[torch.Tensor, ...]:
    """Three disjoint sets of reals."""
    data = open_data(request.param, size=32).train
    chosen = np.random.default_rng(0).permutation(len(data))[:1200]
    samples = to_unit(data.take(chosen))
    return tuple(samples[n::3][: len(samples) // 3] for n in range(3))


def blurred(images: torch.Tensor) -> torch.Tensor:
    line = torch.tensor([1.0, 4, 6, 4, 1]) / 16
    kernel = (line[:, None] * line).expand(images.shape[1], 1, 5, 5)
    return F.conv2d(F.pad(images, (2,) * 4, mode="reflect"), kernel, groups=images.shape[1])


def joined(first: torch.Tensor, second: torch.Tensor, side: str) -> torch.Tensor:
    """The first pictures, with the right half, the lower half or a quarter of the second."""
    made = first.clone()
    rows = slice(None) if side == "right" else slice(16, None)
    columns = slice(None) if side == "lower" else slice(16, None)
    made[:, :, rows, columns] = second[:, :, rows, columns]
    return made


def test_reals_are_at_one(pictures) -> None:
    assert consistency(*pictures[:2])["consistency"] == pytest.approx(1, abs=0.12)


@pytest.mark.parametrize("side", ["right", "lower"])
def test_halves_of_different_pictures_are_told(pictures, side: str) -> None:
    reals, *others = pictures
    assert consistency(reals, joined(*others, side))["consistency"] < 0.4


def test_a_quarter_of_another_picture_is_told(pictures) -> None:
    reals, *others = pictures
    assert consistency(reals, joined(*others, "quarter"))["consistency"] < 0.75


def test_blur_noise_and_few_different_pictures_are_not_blamed(pictures) -> None:
    reals, others, _ = pictures
    noise = 0.25 * torch.randn(others.shape, generator=torch.Generator().manual_seed(0))
    for fakes in (blurred(others), (others + noise).clamp(-1, 1)):
        assert consistency(reals, fakes)["consistency"] > 0.8


def test_what_cannot_be_compared_is_refused(draw) -> None:
    images = draw(20, 1, 8, 8).float()
    with pytest.raises(ValueError, match="one size"):
        consistency(images, draw(20, 1, 16, 16).float())
    with pytest.raises(ValueError, match="8 images or more"):
        consistency(images[:7], images)


def test_flat_reals_say_nothing_about_halves() -> None:
    flat = torch.zeros(20, 1, 8, 8)
    assert consistency(flat, flat)["consistency"] == 1


def test_an_evaluation_has_it_beside_its_floor(pictures) -> None:
    reals, *others = pictures
    both = torch.cat([reals, others[0]])
    fakes = joined(others[1], reals, "right")
    found = evaluate(both, fakes, metrics=["consistency"], features="pixels", intervals=False)
    assert found["metrics"]["consistency"] < 0.5 < 0.8 < found["floor"]["consistency"]
