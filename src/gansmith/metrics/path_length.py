"""Perceptual path length: how smoothly the samples change with the latent."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from gansmith.features import Extractor, extract

Latents = Float[Tensor, " count latent"]


def perceptual_path_length(
    generate: Callable[[Tensor], Tensor],
    latents: Latents,
    extractor: Extractor,
    epsilon: float = 1e-2,
) -> float:
    """Mean squared change of features per squared step along paths between latents.

    Smaller is smoother; a generator that jumps between memorised samples has long paths, a
    collapsed one has none, so read it beside diversity. It is about the generator alone.

    Formula: E [ |f(G(z_t)) - f(G(z_{t+e}))|^2 / e^2 ], z_t on the great circle between two latents
    (spherical interpolation, for normal latents), t uniform in [0, 1).

    Args:
        generate: makes samples [count, ...] of latents [count, latent].
        latents: normal latents; the first half are starts, the second half are ends.
        extractor: turns samples into features.
        epsilon: length of a step, as a share of the path; too small drowns in rounding.

    Raises:
        ValueError: there are fewer than two latents.

    Reference: Karras et al. 2018, arXiv:1812.04948 (there with VGG features, which are not here).
    """
    pairs = len(latents) // 2
    if pairs < 1:
        raise ValueError(f"a path needs at least 2 latents but there are {len(latents)}")
    starts, ends = latents[:pairs], latents[pairs : 2 * pairs]
    places = (torch.arange(pairs, dtype=latents.dtype) + 0.5) / pairs * (1 - epsilon)
    with torch.no_grad():
        here, there = (
            extract(extractor, generate(slerp(starts, ends, places + step)))
            for step in (0.0, epsilon)
        )
    return float((here - there).double().square().sum(1).mean() / epsilon**2)


def slerp(start: Latents, end: Latents, place: Float[Tensor, " count"]) -> Latents:
    """Return latents on the great circle from start (place 0) to end (place 1), lengths blended."""
    cosine = torch.cosine_similarity(start, end).clamp(-1 + 1e-6, 1 - 1e-6)
    angle = cosine.acos()[:, None]
    t = place[:, None]
    return (((1 - t) * angle).sin() * start + (t * angle).sin() * end) / angle.sin()
