"""L*a*b* under D65, and stages that keep what is known."""

import pytest
import torch

from gansmith.networks.conditioning.stages import Coloured, Filled, Residual
from gansmith.networks.layers.lightness import (
    chroma_of,
    coloured,
    encoded,
    in_bytes,
    lightness,
    linear,
    luminance,
    on_levels,
)

# sRGB -> L*, a*, b* under D65, as colour tables have them
KNOWN = {
    (1.0, 0.0, 0.0): (53.24, 80.09, 67.20),
    (0.0, 1.0, 0.0): (87.73, -86.18, 83.18),
    (0.0, 0.0, 1.0): (32.30, 79.19, -107.86),
    (1.0, 1.0, 1.0): (100.0, 0.0, 0.0),
}


def image(colour: tuple[float, ...]) -> torch.Tensor:
    return (2 * torch.tensor(colour) - 1).view(1, -1, 1, 1)


@pytest.mark.parametrize(("rgb", "lab"), KNOWN.items())
def test_colours_have_the_lightness_and_chroma_of_the_tables(rgb, lab):
    root = luminance(image(rgb)) ** (1 / 3)
    assert (116 * root - 16).item() == pytest.approx(lab[0], abs=0.02)
    assert chroma_of(image(rgb)).flatten().tolist() == pytest.approx(lab[1:], abs=0.05)


def test_there_and_back_is_the_colour():
    colours = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1
    back = coloured(encoded(luminance(colours)), chroma_of(colours))
    assert torch.allclose(back, colours, atol=1e-4)
    assert torch.allclose(encoded(linear(colours)), colours, atol=1e-6)


def test_the_lightness_stays_to_the_bit_for_colours_that_srgb_has_and_those_it_has_not():
    draws = torch.Generator().manual_seed(0)
    grey = (torch.arange(256.0).view(1, 1, 16, 16) / 127.5 - 1).repeat(20, 1, 1, 1)
    chroma = (2 * torch.rand(20, 2, 16, 16, generator=draws) - 1) * 110
    made = in_bytes(coloured(on_levels(grey), chroma), on_levels(grey))
    assert torch.equal(lightness(made), on_levels(grey))
    assert torch.equal(on_levels(made), made)


class Constant(torch.nn.Module):
    """Answers with one value, in as many channels as wanted."""

    def __init__(self, value: float, channels: int) -> None:
        super().__init__()
        self.value, self.channels = torch.nn.Parameter(torch.tensor(value)), channels

    def forward(self, images):
        return self.value.expand(len(images), self.channels, *images.shape[2:])


def test_holes_are_filled_and_all_else_is_the_input():
    inputs = torch.rand(2, 4, 4, 4)
    inputs[:, 3] = -1
    inputs[:, 3, 1, 2] = 1
    made = Filled(Constant(0.5, 3))(inputs)
    assert (made[:, :, 1, 2] == 0.5).all()
    made[:, :, 1, 2] = inputs[:, :3, 1, 2]
    assert torch.equal(made, inputs[:, :3])


def test_a_residual_is_added_within_the_range_and_gradients_pass_beyond_it():
    net = Constant(0.5, 1)
    stage = Residual(net)
    made = stage(torch.tensor([0.25, 0.75]).view(2, 1, 1, 1))
    assert made.flatten().tolist() == [0.75, 1.0]
    made.sum().backward()
    assert net.value.grad.item() == 2.0


def test_colour_learns_through_the_stage():
    net = Constant(0.3, 2)
    Coloured(net).train()(torch.zeros(1, 1, 2, 2)).square().sum().backward()
    assert net.value.grad.abs() > 0
