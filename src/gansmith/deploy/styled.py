"""Samples of a run whose styles are drawn towards their mean, or mixed of two."""

import math

from torch import Tensor, nn

from gansmith.conditions.conditioning import Prompts
from gansmith.sampling.styles import find_styles, mixed, styled, synthesise, truncated


def styled_samples(
    generator: nn.Module,
    prompts: Prompts,
    second: Prompts,
    truncation: float,
    mix: int | None,
    bounds: tuple[float, float] | None,
    shift: Tensor | None = None,
) -> Tensor:
    """Return samples on the processor, [count, channels, height, width].

    Args:
        generator: of a run.
        prompts: for the samples, or for their first layers.
        second: for the layers from ``mix`` on.
        truncation: 0 leaves the mean style alone, 1 changes nothing.
        mix: the first layer of the second styles; None: they are not used.
        bounds: that values are held to.
        shift: added to the styles, [count, style].

    Raises:
        ValueError: the generator has no styles or no such layer, or truncation is not finite.
    """
    part = styled(generator)
    if part is None:
        raise ValueError(
            "truncation and mix are for generators that map latents to styles, which this run's "
            'does not; train one with networks.generator.name = "stylegan2"'
        )
    if not math.isfinite(truncation):
        raise ValueError(f"truncation is a number, 1 for none at all, but is {truncation}")
    layers, mean = part.synthesis.layers, part.mapping.mean.float().cpu()
    if mix is not None and not 0 <= mix <= layers:
        raise ValueError(
            f"this generator has {layers} layers, so that mix is a number from 0 to {layers}, not "
            f"{mix}: the first layer of the second styles"
        )
    styles = truncated(find_styles(generator, prompts.inputs, prompts.condition), mean, truncation)
    styles = styles if shift is None else styles + shift
    if mix is not None:
        fine = truncated(find_styles(generator, second.inputs, second.condition), mean, truncation)
        styles = mixed(styles, fine, layers, mix)
    return synthesise(generator, styles, bounds)
