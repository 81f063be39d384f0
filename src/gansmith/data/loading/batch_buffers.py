"""Memory for batches that is used again once nobody holds the batch any more."""

import weakref
from collections.abc import Sequence
from math import prod

import numpy as np
import torch
from torch import Tensor

SPARE = 2  # blocks kept for the next batches


class Buffers:
    """Lends float32 tensors; what is given back, by being forgotten, is lent again.

    A fresh block from the system costs a page fault for every 4 kB, which for a batch of large
    images takes longer than filling it. A block is lent again only when no tensor and no view
    shares it, so what was read stays as it is for as long as it is held.
    """

    def __init__(self) -> None:
        self._spare: list[np.ndarray] = []

    def __reduce__(self) -> tuple[type["Buffers"], tuple[()]]:
        return Buffers, ()  # a copy for another process starts with nothing

    def lend(self, shape: Sequence[int]) -> Tensor:
        """Return a tensor of this shape with anything in it."""
        block = self._block(prod(shape))
        lent = block.reshape(tuple(shape))  # the tensor's storage holds this array, and no other
        weakref.finalize(lent, self._take_back, block).atexit = False
        return torch.from_numpy(lent)

    def _block(self, count: int) -> np.ndarray:
        while self._spare:
            block = self._spare.pop()
            if block.size == count:
                return block
        return np.empty(count, np.float32)

    def _take_back(self, block: np.ndarray) -> None:
        if len(self._spare) < SPARE:
            self._spare.append(block)
