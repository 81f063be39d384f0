import pytest
import torch

from gansmith.networks.image.modern import Residual
from gansmith.registry import discriminators, generators


@pytest.mark.parametrize("groups", [1, 4])
def test_a_residual_block_starts_as_the_identity(groups):
    x = torch.randn(2, 8, 5, 5)
    block = Residual(8, 8, groups, blocks=3)
    assert torch.equal(block(x), x)


@pytest.mark.parametrize("patch", [1, 2, 4, 8])
@pytest.mark.parametrize("blocks", [0, 2])
@pytest.mark.parametrize("shape", [(3, 64, 32), (1, 34, 50)], ids=str)
def test_every_patch_and_depth_gives_the_image_its_shape(shape, blocks, patch):
    options = {"width": 4, "blocks": blocks, "patch": patch}
    generator = generators.build("modern", options, shape=shape, latent=5)
    discriminator = discriminators.build("modern", options, shape=shape)
    samples = generator(torch.randn(2, 5))
    assert samples.shape == (2, *shape)
    assert discriminator(samples).scores.shape == (2,)


def test_grouped_blocks_work_and_hold_fewer_weights():
    def count(groups):
        options = {"width": 16, "groups": groups, "expansion": 2.0}
        net = discriminators.build("modern", options, shape=(1, 16, 16))
        assert net(torch.randn(2, 1, 16, 16)).scores.isfinite().all()
        return sum(p.numel() for p in net.parameters())

    assert count(8) < count(1)


def test_signals_neither_vanish_nor_explode_with_depth_before_training():
    torch.manual_seed(0)
    for blocks in (0, 1, 8):
        options = {"width": 16, "blocks": blocks}
        generator = generators.build("modern", options, shape=(3, 64, 64), latent=64)
        samples = generator(torch.randn(16, 64))
        assert 0.2 < samples.std() < 0.9
        discriminator = discriminators.build("modern", options, shape=(3, 64, 64))
        assert 0.05 < discriminator(torch.randn(64, 3, 64, 64)).scores.std() < 5


def test_a_patch_larger_than_the_base_allows_is_refused():
    with pytest.raises(ValueError, match=r"one of \[1, 2\] for images of side 8"):
        generators.build("modern", {"patch": 4}, shape=(1, 8, 8), latent=5)
