"""An endless shuffled order of samples that needs no memory: position in, samples out."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from gansmith.data.loading.batch_buffers import Buffers
from gansmith.data.loading.sending import sent
from gansmith.data.loading.weighted import Weighted
from gansmith.data.samples import Samples
from gansmith.errors import DataError
from gansmith.kinds.units import to_unit

CPU = torch.device("cpu")
LARGE = 1 << 17  # bytes of a batch from which fresh memory costs more than looking for used


class Stream:
    """Samples by position in an endless order, one permutation per epoch.

    Position p is sample ``permutation(seed, p // N)[p % N]``. Nothing is remembered but a cached
    permutation, so a resumed run reads on from its position, and each of several processes reads
    its own part of a batch, whatever their number.

    Args:
        samples: what to read from.
        seed: of the order; the epoch is the other half of the key.
        shuffle: False keeps the stored order in every epoch.

    Raises:
        DataError: there are no samples.
    """

    def __init__(self, samples: Samples, seed: int = 0, shuffle: bool = True) -> None:
        if len(samples) == 0:
            raise DataError("there are no samples to read: the part of the data requested is empty")
        self.samples, self.seed, self.shuffle = samples, seed, shuffle
        self._orders: dict[int, np.ndarray] = {}
        self._buffers = Buffers()

    def indices(self, start: int, count: int) -> np.ndarray:
        """Return the sample indices, int64 [count], at positions start .. start + count - 1."""
        return np.concatenate([part for _, part in self._parts(start, count)])

    def raw(self, start: int, count: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Return samples as stored (bytes for images), and what is beside them."""
        parts = list(self._parts(start, count))
        taken = [self.samples.take(indices, draw=epoch) for epoch, indices in parts]
        values = taken[0] if len(taken) == 1 else np.concatenate(taken)
        beside = self.samples.beside
        if not beside:
            return values, {}
        met = [self._standing_for(indices, epoch) for epoch, indices in parts]
        rows = met[0] if len(met) == 1 else np.concatenate(met)
        return values, {name: known[rows] for name, known in beside.items()}

    def read(
        self, start: int, count: int, device: torch.device = CPU
    ) -> tuple[Tensor, dict[str, np.ndarray]]:
        """Return samples as float32 in [-1, 1] (vectors as they are), and what is beside them.

        By name, arrays of one row a sample: ``labels`` are int64 [count], ``captions`` text. To
        another device images travel as bytes, a quarter of the way's cost.
        """
        values, beside = self.raw(start, count)
        if device.type != "cpu":
            return to_unit(sent(torch.from_numpy(values), device)), beside
        large = values.dtype == np.uint8 and values.nbytes >= LARGE
        out = self._buffers.lend(values.shape) if large else None
        return to_unit(values, out), beside

    def _standing_for(self, indices: np.ndarray, epoch: int) -> np.ndarray:
        """Return which samples indices stand for, where some are read more often than others."""
        if isinstance(self.samples, Weighted):
            return self.samples.stands_for(indices, epoch)
        return indices

    def _parts(self, start: int, count: int) -> Iterator[tuple[int, np.ndarray]]:
        """Yield (epoch, indices) for a range of positions, split where a new epoch begins."""
        if count == 0:
            yield start // len(self.samples), np.empty(0, np.int64)
        while count > 0:
            epoch, offset = divmod(start, len(self.samples))
            part = self._order(epoch)[offset : offset + count]
            yield epoch, part
            start, count = start + len(part), count - len(part)

    def _order(self, epoch: int) -> np.ndarray:
        """Return the permutation of an epoch; two are kept, for batches across a border."""
        if epoch not in self._orders:
            while len(self._orders) > 1:
                del self._orders[next(iter(self._orders))]
            self._orders[epoch] = self._permutation(epoch)
        return self._orders[epoch]

    def _permutation(self, epoch: int) -> np.ndarray:
        if not self.shuffle:
            return np.arange(len(self.samples))
        bits = np.random.Philox(key=np.array([self.seed, epoch], np.uint64))
        return np.random.Generator(bits).permutation(len(self.samples))
