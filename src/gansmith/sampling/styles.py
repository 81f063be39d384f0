"""Truncation and style mixing: samples of a generator that maps latents to styles first."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from gansmith.records import Condition
from gansmith.sampling.generate import make_samples


class Mapping(Protocol):
    """Latents to styles, of which it knows the mean."""

    mean: Tensor


class Synthesis(Protocol):
    """Styles, one for all layers or one for each, to samples."""

    layers: int


@runtime_checkable
class Styled(Protocol):
    """A generator of two parts, as ``stylegan2``."""

    mapping: Mapping
    synthesis: Synthesis


def styled(generator: nn.Module) -> Styled | None:
    """Return the part of a generator, or itself, that maps latents to styles; None without such."""
    return next((part for part in generator.modules() if isinstance(part, Styled)), None)


def truncated(styles: Tensor, mean: Tensor, truncation: float) -> Tensor:
    """Return styles [..., style] drawn towards their mean: 0 leaves the mean, 1 changes nothing.

    Formula: mean + truncation * (style - mean).

    Reference: Karras et al. 2018, arXiv:1812.04948.
    """
    return styles if truncation == 1 else mean + truncation * (styles - mean)


def mixed(coarse: Tensor, fine: Tensor, layers: int, crossover: int) -> Tensor:
    """Return styles for each layer, [batch, layers, style]: fine ones from a layer on.

    Args:
        coarse: styles [batch, style] of the layers below ``crossover``.
        fine: styles [batch, style] of the others.
        layers: of the synthesis.
        crossover: the first layer of the fine styles, from 0 (all are fine) to ``layers`` (none).

    Reference: Karras et al. 2018, arXiv:1812.04948.
    """
    below = torch.arange(layers) < crossover
    return torch.where(below[None, :, None], coarse[:, None], fine[:, None])


def find_styles(generator: nn.Module, inputs: Tensor, condition: Condition | None = None) -> Tensor:
    """Return the styles [N, style] that a generator's mapping makes of inputs, on the processor.

    Args:
        generator: of which a part is ``Styled``.
        inputs: latents [N, latent].
        condition: with a row for each.
    """
    with _mapping_alone(generator):
        return make_samples(generator, inputs, condition)


def synthesise(
    generator: nn.Module, styles: Tensor, bounds: tuple[float, float] | None = None
) -> Tensor:
    """Return the samples of styles, on the processor.

    Args:
        generator: of which a part is ``Styled``.
        styles: [N, style], or one for each layer, [N, layers, style].
        bounds: that values are held to.
    """
    part = styled(generator)
    assert part is not None
    assert isinstance(part.synthesis, nn.Module)
    return make_samples(part.synthesis, styles, bounds=bounds)


@contextmanager
def _mapping_alone(generator: nn.Module) -> Iterator[None]:
    """Have a generator return styles: whatever stands around it still prepares its latents."""
    part = styled(generator)
    assert part is not None
    kept, part.synthesis = part.synthesis, nn.Identity()  # type: ignore[assignment]
    try:
        yield
    finally:
        part.synthesis = kept
