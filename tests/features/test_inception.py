import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from gansmith.errors import GansmithError
from gansmith.features import extract
from gansmith.features.inception import SIDE, like_clean, like_pytorch, like_tensorflow
from gansmith.features.inception_net import Inception
from gansmith.features.inception_shapes import check_weights, random_weights, shapes
from gansmith.registry import extractors
from tests.features.plain_inception import PlainInception


@pytest.fixture(scope="module")
def weights():
    return random_weights()


def images(count: int = 2, side: int = 40) -> torch.Tensor:
    draws = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (count, 3, side, side), generator=draws).float()


def test_the_folded_network_equals_the_plain_graph(weights):
    prepared = like_tensorflow(images())
    plain = PlainInception(weights)(prepared)
    net = Inception(weights).eval().requires_grad_(False)
    assert float((net(prepared) - plain).abs().max() / plain.abs().max()) < 1e-5
    net.to_bfloat16()
    assert float((net(prepared) - plain).abs().max() / plain.abs().max()) < 0.05


def test_the_extractor_has_the_features_a_head_and_no_claim_to_the_name_fid():
    built = extractors.build("inception", {"weights": "random"})
    features = extract(built, images(2).div(127.5).sub(1))
    assert features.shape == (2, built.width)
    torch.testing.assert_close(built.head(features).sum(1), torch.ones(2))
    assert built.name != "inception"
    assert built.names == {}
    grey = images(1)[:, :1].div(127.5).sub(1)
    torch.testing.assert_close(built(grey), built(grey.expand(-1, 3, -1, -1)))


def test_samples_and_the_bytes_made_of_them_have_the_same_features():
    built = extractors.build("inception", {"weights": "random"})
    stored = images(1)
    between = (stored + 0.4).clamp(max=255).div(127.5).sub(1)
    torch.testing.assert_close(built(between), built(stored.div(127.5).sub(1)))


@pytest.mark.parametrize("side", [32, 299, 400])
def test_tensorflow_s_resize_reads_at_whole_steps_from_the_corner(side):
    stored = images(1, side)
    found = like_tensorflow(stored) * 128 + 128
    y, x = 17, 290
    top, left = y * side / SIDE, x * side / SIDE
    rows, columns = ([int(place), min(int(place) + 1, side - 1)] for place in (top, left))
    (a, b), (c, d) = stored[0, 0][rows][:, columns]
    down, right = top - int(top), left - int(left)
    expected = (a * (1 - right) + b * right) * (1 - down) + (c * (1 - right) + d * right) * down
    assert found.shape == (1, 3, SIDE, SIDE)
    assert float(found[0, 0, y, x]) == pytest.approx(float(expected), abs=1e-3)
    torch.testing.assert_close(found[..., 0, 0], stored[..., 0, 0])


def test_the_clean_resize_is_pillow_s_and_pytorch_s_is_the_plain_one():
    stored = images(1, 350)
    channel = Image.fromarray(stored[0, 0].numpy()).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    found = like_clean(stored) * 128 + 128
    assert np.abs(found[0, 0].numpy() - np.asarray(channel).clip(0, 255)).max() < 0.01
    plain = F.interpolate(stored, (SIDE, SIDE), mode="bilinear")
    torch.testing.assert_close(like_pytorch(stored), plain / 127.5 - 1, atol=1e-5, rtol=0)


def test_weights_of_another_network_are_refused(weights):
    assert check_weights(weights, "here") is weights
    with pytest.raises(GansmithError, match=r"here does not hold.*fc.bias must be \[1008\]"):
        check_weights({**weights, "fc.bias": torch.zeros(1000)}, "here")
    assert len(shapes()) == 94 * 5 + 2
