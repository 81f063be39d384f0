"""Codes: the first numbers of a normal latent, read by rank."""

import pytest
import torch

from gansmith.codes import Codes
from gansmith.networks.conditioning.codes import CodedGenerator

CODES = Codes((4, 3), 2)


def latents(count=4000, width=7):
    return torch.randn(count, width, generator=torch.Generator().manual_seed(0))


def test_normal_latents_carry_every_category_and_value_alike():
    (four, three), values = CODES.read(latents())
    assert (torch.bincount(four) / 4000 - 1 / 4).abs().max() < 0.02
    assert (torch.bincount(three) / 4000 - 1 / 3).abs().max() < 0.02
    assert values.shape == (4000, 2)
    assert values.abs().max() <= 1
    assert values.std(0) == pytest.approx(1 / 3**0.5, rel=0.03)  # that of the even distribution


def test_what_is_written_is_read():
    for wanted in ({0: 3, 1: 0, 2: -0.8, 3: 1.0}, {0: 0, 1: 2, 2: -1.0, 3: 0.25}):
        (four, three), values = CODES.read(CODES.write(latents(), wanted))
        assert torch.equal(four.unique(), torch.tensor([wanted[0]]))
        assert torch.equal(three.unique(), torch.tensor([wanted[1]]))
        assert values == pytest.approx(
            torch.tensor([wanted[2], wanted[3]]).expand(4000, 2), abs=1e-5
        )


def test_writing_a_code_leaves_the_rest_of_the_latent():
    written = CODES.write(latents(), {1: 2})
    rest = [0, 2, 3, 4, 5, 6]
    assert torch.equal(written[:, rest], latents()[:, rest])


def test_a_network_sees_ones_among_zeros_then_values_then_the_rest():
    latent = CODES.write(torch.zeros(1, 5), {0: 1, 1: 2, 2: 0.5, 3: -0.5})
    latent[:, 4] = 7.0
    spelled = CODES.spell(latent)
    assert spelled.shape == (1, CODES.width(5))
    expected = torch.tensor([[0, 1, 0, 0, 0, 0, 1, 0.5, -0.5, 7.0]])
    assert torch.allclose(spelled, expected, atol=1e-6)


def test_extreme_latents_stay_within_the_categories():
    (four, three), values = CODES.read(torch.tensor([[-40.0] * 4, [40.0] * 4]))
    assert four.tolist() == [0, 3]
    assert three.tolist() == [0, 2]
    assert values.tolist() == [[-1, -1], [1, 1]]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({4: 0}, "there is no code 4; there are codes 0 to 3"),
        ({0: 4}, "code 0 is a category from 0 to 3, not 4"),
        ({1: 0.5}, "code 1 is a category from 0 to 2, not 0.5"),
        ({2: 1.5}, "code 2 is a number from -1 to 1, not 1.5"),
    ],
)
def test_a_code_that_cannot_be_is_refused_with_those_that_can(wanted, says):
    with pytest.raises(ValueError, match=says):
        CODES.write(latents(3), wanted)


def test_a_coded_generator_takes_latents_like_any_other():
    net = torch.nn.Linear(CODES.width(7), 2)
    generator = CodedGenerator(net, CODES)
    latent = latents(5).requires_grad_()
    generator(latent).sum().backward()
    assert torch.equal(generator(latent), net(CODES.spell(latent)))
    assert bool(latent.grad[:, 2:].all())  # continuous codes and the rest have a slope
