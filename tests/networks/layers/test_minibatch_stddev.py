import pytest
import torch

from gansmith.networks.layers.minibatch_stddev import MinibatchStddev


def test_a_group_of_two_values_has_half_their_distance_as_deviation():
    x = torch.tensor([1.0, 3.0], dtype=torch.float64).view(2, 1, 1, 1).expand(2, 3, 2, 2)
    appended = MinibatchStddev(2)(x)[:, 3]
    torch.testing.assert_close(appended, torch.ones_like(appended))


def test_equal_samples_have_no_deviation_and_a_finite_gradient():
    x = torch.ones(4, 2, 3, 3, requires_grad=True)
    y = MinibatchStddev()(x)
    y.sum().backward()
    assert y[:, 2].max() < 1e-3
    assert x.grad.isfinite().all()


@pytest.mark.parametrize("batch", [8, 12])
def test_parts_of_a_batch_give_what_the_whole_gives(batch):
    torch.manual_seed(0)
    layer, x = MinibatchStddev(4), torch.randn(batch, 2, 3, 3)
    parts = torch.cat([layer(x[:4]), layer(x[4:])])
    torch.testing.assert_close(layer(x), parts)


@pytest.mark.parametrize("batch", [1, 2, 6, 7])
def test_a_batch_that_four_does_not_divide_is_cut_into_smaller_groups(batch):
    assert MinibatchStddev(4)(torch.randn(batch, 2, 3, 3)).shape == (batch, 3, 3, 3)


def test_vectors_work_too():
    assert MinibatchStddev(4)(torch.randn(8, 5)).shape == (8, 6)
