"""The network against values worked out apart: one block by plain torch, and stored features."""

import pytest
import torch
import torch.nn.functional as F

from gansmith.features.efficientnet_lite import FoldedConv, InvertedBlock, efficientnet_lite
from gansmith.registry import extractors

pytestmark = pytest.mark.weights

NORMS = torch.tensor([31.92319, 41.48561, 47.36834, 50.20769])
COLUMNS = [512, 403, 327]
PICKED = torch.tensor(
    [
        [5.3774, 5.4988, 4.692],
        [6.0, 6.0, 6.0],
        [6.0, 5.7394, 6.0],
        [6.0, 5.2906, 5.9595],
    ]
)


def waves(count: int = 4, side: int = 32) -> torch.Tensor:
    """Smooth colour patterns, the same on every machine."""
    place = torch.linspace(0, 1, side)
    rows, columns = torch.meshgrid(place, place, indexing="ij")
    angle = torch.arange(1, count * 3 + 1).view(count, 3, 1, 1)
    return torch.sin(angle * (rows + 2 * columns))


def weights_of_a_block(draws: torch.Generator) -> dict[str, torch.Tensor]:
    shapes = {
        "_expand_conv": (12, 2, 1),
        "_depthwise_conv": (12, 1, 3),
        "_project_conv": (2, 12, 1),
    }
    weights = {}
    for number, (name, (wide, narrow, side)) in enumerate(shapes.items()):
        weights[f"b.{name}.weight"] = torch.randn(wide, narrow, side, side, generator=draws)
        norm = f"b._bn{number}"
        weights[f"{norm}.weight"] = torch.rand(wide, generator=draws) + 0.5
        weights[f"{norm}.bias"] = torch.randn(wide, generator=draws)
        weights[f"{norm}.running_mean"] = torch.randn(wide, generator=draws)
        weights[f"{norm}.running_var"] = torch.rand(wide, generator=draws) + 0.5
    return weights


def test_a_folded_block_equals_convolutions_with_batch_norm():
    weights = weights_of_a_block(torch.Generator().manual_seed(0))
    images = torch.randn(2, 2, 6, 6, generator=torch.Generator().manual_seed(1))
    x = images
    for number, name in enumerate(("_expand_conv", "_depthwise_conv", "_project_conv")):
        kernel, norm = weights[f"b.{name}.weight"], f"b._bn{number}"
        groups, padding = (12, 1) if name == "_depthwise_conv" else (1, 0)
        x = F.conv2d(x, kernel, padding=padding, groups=groups)
        statistics = weights[f"{norm}.running_mean"], weights[f"{norm}.running_var"]
        x = F.batch_norm(
            x, *statistics, weights[f"{norm}.weight"], weights[f"{norm}.bias"], eps=1e-3
        )
        x = F.relu6(x) if number < 2 else x
    block = InvertedBlock(weights, "b", stride=1, expands=True).requires_grad_(False)
    torch.testing.assert_close(block(images.clone()), x + images, rtol=1e-4, atol=1e-4)


def test_padding_is_that_of_tensorflow():
    """Even side, stride 2, kernel 3: the odd pixel goes right and below, so windows start at 0."""
    weights = weights_of_a_block(torch.Generator().manual_seed(0))
    conv = FoldedConv(weights, "b._depthwise_conv", "b._bn1", stride=2, active=False)
    conv.requires_grad_(False)
    images = torch.randn(1, 12, 6, 6, generator=torch.Generator().manual_seed(1))
    first = (images[:, :, :3, :3] * conv.kernel[:, 0]).sum((2, 3)) + conv.shift
    torch.testing.assert_close(conv(images)[:, :, 0, 0], first, rtol=1e-4, atol=1e-4)
    assert conv(images).shape == (1, 12, 3, 3)


def test_features_equal_the_stored_ones():
    """Stored from the reference module with the same float32 weights, batch norm not folded."""
    features = efficientnet_lite()(waves())
    assert features.shape == (4, 1280)
    torch.testing.assert_close(features.norm(dim=1), NORMS, rtol=1e-4, atol=0)
    torch.testing.assert_close(features[:, COLUMNS], PICKED, rtol=1e-3, atol=1e-4)


def test_the_digest_is_that_of_the_weights():
    assert efficientnet_lite().digest.startswith("c76a4973e69abcd1")
    assert efficientnet_lite(precision="bf16").digest == efficientnet_lite().digest


def test_bf16_is_off_by_default_named_and_close():
    exact, quick = efficientnet_lite(), efficientnet_lite(precision="bf16")
    assert "bf16" in quick.resize
    assert "bf16" not in exact.resize
    change = (quick(waves()) - exact(waves())).norm() / exact(waves()).norm()
    assert 0 < change < 0.1


def test_grey_and_tiny_and_wide_images_are_taken():
    built = extractors.build("efficientnet_lite", {"size": 64})
    for shape in ((2, 1, 8, 8), (2, 4, 16, 48), (2, 3, 100, 70)):
        assert torch.isfinite(built(torch.zeros(shape))).all()
