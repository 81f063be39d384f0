"""Random numbers that are a function of (seed, step, turn, stream), not of history.

Each draw fills the whole batch of all processes and keeps its own rows, so one process and two
see the same numbers, and a resumed run sees those that the uninterrupted run would have seen.
"""

import hashlib
from collections.abc import Callable

import torch
from torch import Tensor


def mix(*words: object) -> int:
    """Return a 63-bit seed that is a hash of the words."""
    digest = hashlib.blake2b("/".join(map(str, words)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


class CounterDraws:
    """Random numbers for one turn of one step.

    Args:
        key: what the numbers depend on, such as (seed, step, turn).
        total: samples in the batch over all processes.
        rows: which of them are ours.
        like: a tensor whose device and number format the numbers get.
    """

    def __init__(self, key: tuple[int, ...], total: int, rows: slice, like: Tensor) -> None:
        self._key, self._total, self._rows = key, total, rows
        self._device, self._dtype = like.device, like.dtype

    def normal(self, stream: str, *shape: int) -> Tensor:
        """Return standard normal numbers [batch, *shape]."""
        return self._draw(torch.randn, stream, shape)

    def uniform(self, stream: str, *shape: int) -> Tensor:
        """Return uniform numbers in [0, 1), [batch, *shape]."""
        return self._draw(torch.rand, stream, shape)

    def _draw(self, sample: Callable[..., Tensor], stream: str, shape: tuple[int, ...]) -> Tensor:
        generator = torch.Generator(self._device).manual_seed(mix(*self._key, stream))
        kind = {"device": self._device, "dtype": self._dtype}
        return sample(self._total, *shape, generator=generator, **kind)[self._rows]
