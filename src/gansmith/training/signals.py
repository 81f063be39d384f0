"""Vital signs of a run: summed on the device, read once a tick."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor


class SignalSums:
    """Sums signals on the device; ``read`` is the only place where the processor waits for it."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._counts: dict[str, int] = {}

    def add(self, signals: Mapping[str, Tensor]) -> None:
        """Add one value of each signal."""
        for name, value in signals.items():
            value = value.detach()
            self._sums[name] = self._sums[name] + value if name in self._sums else value
            self._counts[name] = self._counts.get(name, 0) + 1

    def read(self, average: Callable[[Tensor], Tensor]) -> dict[str, float]:
        """Return the mean of each signal since the last read, over processes, and start anew.

        Args:
            average: makes a tensor the mean of all processes' tensors.
        """
        if not self._sums:
            return {}
        names = sorted(self._sums)
        means = torch.stack([self._sums[n].double() / self._counts[n] for n in names])
        values = average(means).tolist()  # one sync a tick: the only one in the loop
        self._sums, self._counts = {}, {}
        return dict(zip(names, values, strict=True))

    def state_dict(self) -> dict[str, dict[str, Tensor] | dict[str, int]]:
        """Return the sums of an unfinished tick, for a checkpoint."""
        return {"sums": dict(self._sums), "counts": dict(self._counts)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up the sums that a checkpoint holds."""
        self._sums, self._counts = dict(state["sums"]), dict(state["counts"])
