"""One process of many: which it is, and how it looks at networks without a word to the others."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import torch.distributed
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils._python_dispatch import TorchDispatchMode

COLLECTIVES = ("c10d", "_c10d_functional", "c10d_functional")  # namespaces of operators
WAITS = (
    "it waits for the other processes, which take no exam; let `sample` call the bare network, such"
    " as G.module, and give the monitor the network, so that it is put into evaluation mode"
)
SHARES = (
    "no process alone can call a network of which each process holds a share (FSDP); leave `sample`"
    " out, and evaluate what the loop saves"
)


def rank() -> int:
    """Return the number of this process among all of the loop; 0 is the one that writes."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return torch.distributed.get_rank()
    return int(os.environ.get("RANK") or os.environ.get("LOCAL_RANK") or 0)


def are_several() -> bool:
    """Say whether networks may wait for other processes."""
    known = torch.distributed.is_available() and torch.distributed.is_initialized()
    return known and torch.distributed.get_world_size() > 1


@contextmanager
def alone() -> Iterator[None]:
    """Let this process call networks while the others do not: they start no collective.

    DistributedDataParallel would broadcast buffers, and forget that it does; whatever else would
    wait for the other processes raises instead.

    Raises:
        RuntimeError: a network or a function in here would wait for other processes.
    """
    if not are_several():
        yield
        return
    kept: dict[DistributedDataParallel, bool] = {}

    def before(module: nn.Module, inputs: Any) -> None:
        if isinstance(module, DistributedDataParallel):
            kept.setdefault(module, module.require_forward_param_sync)
            module.require_forward_param_sync = False
        elif _is_shared(module):
            raise RuntimeError(SHARES)

    hook = nn.modules.module.register_module_forward_pre_hook(before)
    try:
        with _Refusing():  # type: ignore[no-untyped-call]
            yield
    finally:
        hook.remove()
        for module, value in kept.items():
            module.require_forward_param_sync = value


class _Refusing(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Raises where a collective would begin."""

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[Any],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        if func.namespace in COLLECTIVES:
            raise RuntimeError(WAITS)
        return func(*args, **(kwargs or {}))


def _is_shared(module: nn.Module) -> bool:
    from torch.distributed.fsdp import FSDPModule, FullyShardedDataParallel

    return isinstance(module, FullyShardedDataParallel | FSDPModule)
