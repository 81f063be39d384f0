import pytest
import torch

from gansmith.registry import discriminators


def net(shape, **options):
    torch.manual_seed(0)
    return discriminators.build("autoencoder", {"width": 4, "code": 5, **options}, shape=shape)


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 12, 36), (4, 30, 18), (3, 64, 64)])
def test_every_size_is_reconstructed_at_its_own_size(shape):
    samples = torch.rand(3, *shape) * 2 - 1
    critique = net(shape)(samples)
    assert critique.scores.shape == (3,)
    assert critique.features.shape == (3, 5)


@pytest.mark.parametrize("error", ["l1", "l2"])
def test_the_score_is_minus_the_mean_error_of_the_reconstruction(error):
    judge, samples = net((2, 8, 10), error=error), torch.rand(3, 2, 8, 10)
    wrong = (judge.decoder(judge.encoder(samples)) - samples).flatten(1)
    expected = wrong.abs().mean(1) if error == "l1" else wrong.square().mean(1)
    assert torch.allclose(judge(samples).scores, -expected)


def test_a_sample_is_judged_alone():
    judge, samples = net((1, 8, 8)), torch.rand(4, 1, 8, 8)
    assert torch.allclose(judge(samples).scores[:1], judge(samples[:1]).scores)
    assert judge.couples_batch is False


def test_it_learns_to_reconstruct():
    judge, samples = net((1, 8, 8), width=8, code=16), torch.rand(8, 1, 8, 8) * 2 - 1
    optimizer = torch.optim.Adam(judge.parameters(), lr=0.01)
    first = judge(samples).scores.mean().item()
    for _ in range(150):
        optimizer.zero_grad()
        (-judge(samples).scores.mean()).backward()
        optimizer.step()
    assert judge(samples).scores.mean().item() > 0.5 * first  # scores are below 0


def test_a_shape_or_option_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="autoencoder is for images"):
        net((7,))
    with pytest.raises(ValueError, match="code must be at least 1"):
        net((1, 8, 8), code=0)
