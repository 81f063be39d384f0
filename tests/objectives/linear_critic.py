"""Turns with a linear discriminator, for which every slope is known by hand."""

import torch
from torch import nn

from gansmith.records import Critique, View
from gansmith.sampling.draws import CounterDraws


class Linear(nn.Module):
    """D(x) = <w, x>, with patches of two equal halves on request."""

    def __init__(self, weight, patches=False):
        super().__init__()
        self.weight, self.patches = nn.Parameter(weight.double()), patches

    def forward(self, samples, condition=None):
        scores = (samples * self.weight).flatten(1).sum(1)
        if self.patches:
            scores = torch.stack([scores / 2, scores / 2], 1)
        return Critique(scores)


def of_length(length, *shape):
    weight = torch.arange(1.0, 1.0 + torch.Size(shape).numel(), dtype=torch.float64).view(shape)
    return length * weight / weight.norm()


def turn(discriminator, shape, batch=5, scale=1.0, sides=("real", "fake")):
    """Return D's turn on `batch` samples a side, those in `sides` marked for their slopes."""
    draws = CounterDraws((7,), batch, slice(0, batch), torch.zeros((), dtype=torch.float64))
    real = (draws.uniform("real", *shape) * 2 - 1).mul_(scale).requires_grad_("real" in sides)
    fake = (draws.uniform("fake", *shape) * 2 - 1).requires_grad_("fake" in sides)
    return View(
        real=real,
        fake=fake,
        latent=draws.normal("latent", 2),
        discriminator=discriminator,
        generator=lambda latent, condition=None: fake,
        draws=draws,
        critiques={"real": discriminator(real), "fake": discriminator(fake)},
    )


def added(term, view):
    """Return what a term adds to the loss."""
    return (term.weight.value * term.value(view).mean()).item()
