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
    inputs: Tensor,
    condition: Condition | None = None,
    batch_size: int = 128,
    bounds: tuple[float, float] | None = None,
) -> Tensor:
    """Return samples on the processor, float32.

    The generator is in evaluation mode meanwhile.

    Args:
        generator: takes inputs, and the condition where there is one.
        inputs: latents [N, latent], or images [N, C, H, W].
        condition: with a row for each.
        batch_size: of one pass through the generator.
        bounds: that values are held to, those of their kind, where it has such.
    """
    was_training = generator.training
    generator.eval()
    try:
        pieces = list(_pieces(generator, inputs, condition, batch_size))
    finally:
        generator.train(was_training)
    whole = torch.cat(pieces)
    return whole.clamp_(*bounds) if bounds else whole


def _pieces(
    generator: nn.Module, inputs: Tensor, condition: Condition | None, batch_size: int
) -> Iterator[Tensor]:
    weight = next(generator.parameters())
    for start in range(0, len(inputs), batch_size):
        rows = slice(start, start + batch_size)
        given = inputs[rows].to(weight.device, weight.dtype)
        told = () if condition is None else (condition.rows(rows).to(weight.device),)
        yield generator(given, *told).float().cpu()


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
