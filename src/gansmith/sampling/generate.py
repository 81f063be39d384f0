"""Samples from a generator: a function of (seed, number), whatever the batch."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from gansmith.records import Condition
from gansmith.sampling.draws import CounterDraws


@torch.no_grad()
def make_samples(
    generator: nn.Module,
    latents: Tensor,
    labels: Tensor | None = None,
    batch_size: int = 128,
    bounds: tuple[float, float] | None = None,
) -> Tensor:
    """Return samples on the processor, float32, for latents [N, latent] and their labels [N].

    Values are held to ``bounds``, those of their kind, where it has such. The generator is in
    evaluation mode meanwhile.
    """
    was_training = generator.training
    generator.eval()
    try:
        pieces = list(_pieces(generator, latents, labels, batch_size))
    finally:
        generator.train(was_training)
    whole = torch.cat(pieces)
    return whole.clamp_(*bounds) if bounds else whole


def _pieces(
    generator: nn.Module, latents: Tensor, labels: Tensor | None, batch_size: int
) -> Iterator[Tensor]:
    weight = next(generator.parameters())
    for start in range(0, len(latents), batch_size):
        z = latents[start : start + batch_size].to(weight.device, weight.dtype)
        if labels is None:
            yield generator(z).float().cpu()
        else:
            condition = Condition(labels[start : start + batch_size].to(weight.device))
            yield generator(z, condition).float().cpu()


def draw_latents(seed: int, count: int, latent: int) -> Tensor:
    """Return latents [count, latent]; the first k are the same for any count of at least k."""
    like = torch.empty(0)
    rows = [
        CounterDraws((seed, block), 256, slice(0, 256), like).normal("sample", latent)
        for block in range(-(-count // 256))
    ]
    return torch.cat(rows)[:count]


def spread_labels(labels: np.ndarray, count: int, seed: int) -> Tensor:
    """Return ``count`` labels drawn from those of the data, so that their shares agree."""
    chosen = np.random.default_rng(seed).choice(labels, size=count)
    return torch.from_numpy(chosen.astype(np.int64))
