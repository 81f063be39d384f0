"""Path length, class by class: what stands around the metrics."""

import pytest
import torch

from gansmith.metrics import by_class, frechet_distance, perceptual_path_length, prdc
from gansmith.metrics.path_length import slerp
from gansmith.registry import extractors


def test_the_path_of_a_rotation_has_the_length_of_its_arc(draw):
    """With G = identity and |z| = 1 at right angles the path is a quarter circle: (pi / 2)^2."""
    latents = torch.eye(2)[[0, 0, 1, 1]].float()
    found = perceptual_path_length(lambda z: z, latents, extractors.build("identity"))
    assert found == pytest.approx((torch.pi / 2) ** 2, rel=1e-3)


def test_a_generator_that_ignores_its_latent_has_no_path(draw):
    latents = draw(8, 3).float()
    identity = extractors.build("identity")
    assert perceptual_path_length(lambda z: torch.ones(len(z), 2), latents, identity) == 0


def test_slerp_starts_and_ends_where_it_should(draw):
    start, end = draw(4, 3), draw(4, 3, seed=1)
    torch.testing.assert_close(slerp(start, end, torch.zeros(4, dtype=torch.float64)), start)
    torch.testing.assert_close(slerp(start, end, torch.ones(4, dtype=torch.float64)), end)


def test_the_weak_class_is_found(draw):
    reals, fakes = draw(200, 3), draw(200, 3, seed=1)
    labels = torch.arange(200) % 2
    fakes[labels == 1] += 3
    found = by_class(frechet_distance, reals, fakes, labels, labels)
    assert found[1] > 10 * found[0]
    with pytest.raises(ValueError, match="class 0: prdc needs at least 6"):
        by_class(prdc, reals, fakes[:8], labels, labels[:8], k=5)
