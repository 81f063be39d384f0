"""Networks looked at from outside the loop, and put back as they were."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from gansmith.monitor.processes import alone
from gansmith.monitor.samples import undisturbed


@contextmanager
def looking(network: nn.Module | None = None) -> Iterator[None]:
    """Call networks without gradients, from random numbers of one's own, in this process alone.

    Args:
        network: to be in evaluation mode meanwhile; None leaves all networks in the loop's mode.
    """
    with undisturbed(), torch.no_grad(), alone(), evaluating(network):
        yield


class evaluating:  # noqa: N801
    """Puts a network into evaluation mode, and every part of it back as it was."""

    def __init__(self, network: nn.Module | None) -> None:
        self.modes = [(m, m.training) for m in network.modules()] if network is not None else []

    def __enter__(self) -> None:
        for module, _ in self.modes:
            module.training = False

    def __exit__(self, *error: object) -> None:
        for module, training in self.modes:
            module.training = training


@contextmanager
def buffers_kept(networks: Iterable[nn.Module | None]) -> Iterator[None]:
    """Keep running statistics as they are while networks are called in training mode."""
    modules = [m for network in networks if network is not None for m in network.modules()]
    kept = [
        (module, name, buffer, buffer.clone())
        for module in modules
        for name, buffer in module._buffers.items()
        if buffer is not None
    ]
    try:
        yield
    finally:
        with torch.no_grad():
            for module, name, buffer, value in kept:
                _put_back(module, name, buffer, value)


def has_batch_statistics(network: nn.Module | None) -> bool:
    """Say whether a network makes other samples in training mode: batch statistics, now in use."""
    modules = network.modules() if network is not None else iter(())
    return any(
        module.training and getattr(module, "running_mean", None) is not None for module in modules
    )


def network_of(given: Any) -> nn.Module | None:
    """Return one network of what a loop calls a player: a network, or several of them.

    Raises:
        TypeError: it is neither.
    """
    if given is None or isinstance(given, nn.Module):
        return given
    if isinstance(given, Mapping):
        given = list(given.values())
    if isinstance(given, list | tuple) and all(isinstance(net, nn.Module) for net in given):
        return nn.ModuleList(given)
    raise TypeError(f"a network (torch.nn.Module) is wanted, not a {type(given).__name__}")


def _put_back(module: nn.Module, name: str, buffer: Tensor, value: Tensor) -> None:
    buffer.copy_(value)
    module._buffers[name] = buffer
