"""The seam to devices, number formats, seeds and torch.distributed; nothing else knows them.

Gradients are averaged by one flat all-reduce after the backward pass, not by wrapping modules: any
number of forward passes, double backward and lazy penalties stay exact.
"""

import logging
import multiprocessing
import os
import signal
import socket
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError

from gansmith.sampling.draws import mix
from gansmith.training.device import choose_device, set_up
from gansmith.training.fallen import told_by_child

FORMATS = {
    "fp32": torch.float32,
    "fp64": torch.float64,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
}

ELASTIC_LOGGERS = (
    "torch.distributed.elastic",
    "torch.distributed.elastic.agent.server.api",
    "torch.multiprocessing.spawn",
)


class Runtime:
    """One process's view of the machine.

    Args:
        device: ``auto``, ``cpu``, ``cuda`` or ``cuda:1``.
        precision: ``fp32``, ``bf16`` or ``fp16`` (autocast), ``fp64``.
        seed: what dropout and its like are seeded from, with the step and the process.
        threads: processor threads of this process; None leaves it to torch.
        deterministic: on CUDA, use only algorithms that give the same digits each time.

    Raises:
        GansmithError: there is no such device.
    """

    def __init__(
        self,
        device: str = "auto",
        precision: str = "fp32",
        seed: int = 0,
        threads: int | None = None,
        deterministic: bool = False,
    ) -> None:
        self.rank, self.world = (
            (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
        )
        self.device = choose_device(device)
        if self.device.type == "cuda" and self.world > 1:
            self.device = choose_device(f"cuda:{os.environ.get('LOCAL_RANK', self.rank)}")
        if self.device.type == "cuda":
            set_up(self.device, deterministic)
        self.precision, self.seed = precision, seed
        self.dtype = torch.float64 if precision == "fp64" else torch.float32
        self._scaler = torch.amp.GradScaler(self.device.type, enabled=precision == "fp16")
        if threads or self.world > 1:
            torch.set_num_threads(threads or max(1, (os.cpu_count() or 1) // self.world))

    def autocast(self) -> AbstractContextManager[Any]:
        """Return the context in which forward passes run."""
        if self.precision in ("bf16", "fp16"):
            return torch.autocast(self.device.type, FORMATS[self.precision])
        return nullcontext()

    def place(self, module: nn.Module) -> nn.Module:
        """Move a network to the device, in its number format and memory layout."""
        layout = torch.channels_last if getattr(module, "channels_last", False) else None
        placed: nn.Module = module.to(self.device, self.dtype, memory_format=layout)  # type: ignore
        return placed

    def put(self, samples: Tensor) -> Tensor:
        """Move samples to the device in its number format."""
        return samples.to(self.device, self.dtype, non_blocking=True)

    def rows(self, total: int, first: int = 0) -> slice:
        """Return which of ``total`` rows from ``first`` on are this process's."""
        start, stop = (rank * total // self.world for rank in (self.rank, self.rank + 1))
        return slice(first + start, first + stop)

    def seed_step(self, step: int) -> None:
        """Seed torch's own generators, so that dropout too is a function of seed and step."""
        seed = mix(self.seed, step, self.rank)
        torch.default_generator.manual_seed(seed)
        if self.device.type == "cuda":
            torch.cuda.manual_seed(seed)

    def backward(self, loss: Tensor) -> None:
        """Add the loss's gradients to the parameters that need them."""
        self._scaler.scale(loss).backward()  # type: ignore[no-untyped-call]

    def average_gradients(self, optimizer: torch.optim.Optimizer) -> None:
        """Make the optimizer's gradients the mean over processes, in true scale."""
        if self.world > 1:
            gradients = [p.grad for p in _parameters(optimizer) if p.grad is not None]
            flat = torch.cat([g.reshape(-1) for g in gradients])
            dist.all_reduce(flat)
            flat /= self.world
            parts = flat.split([g.numel() for g in gradients])  # type: ignore[no-untyped-call]
            for gradient, part in zip(gradients, parts, strict=True):
                gradient.copy_(part.view_as(gradient))
        self._scaler.unscale_(optimizer)

    def step(self, optimizer: torch.optim.Optimizer) -> None:
        """Step the optimizer on its averaged gradients, then clear them."""
        self._scaler.step(optimizer)
        self._scaler.update()
        optimizer.zero_grad(set_to_none=True)

    def mean(self, values: Tensor) -> Tensor:
        """Return the mean of all processes' tensors."""
        if self.world > 1:
            values = values.to(self.device)
            dist.all_reduce(values)
            values = values / self.world
        return values

    def any(self, flag: bool) -> bool:
        """Say whether any process raises the flag."""
        return flag if self.world == 1 else self.mean(torch.tensor(float(flag))).item() > 0

    def first(self, value: float) -> float:
        """Return the first process's value on every process."""
        if self.world == 1:
            return value
        held = torch.tensor(value, dtype=torch.float64, device=self.device)
        dist.broadcast(held, 0)
        return float(held.item())

    def shared(self, value: Any) -> Any:
        """Return the first process's plain value on every process."""
        held = [value]
        if self.world > 1:
            dist.broadcast_object_list(held, 0, device=self.device)
        return held[0]

    def same(self, modules: Iterable[nn.Module]) -> bool:
        """Say whether all processes hold the same weights (compared by their sums)."""
        if self.world == 1:
            return True
        sums = torch.stack([p.detach().double().sum() for m in modules for p in m.parameters()])
        low, high = sums.clone(), sums.clone()
        dist.all_reduce(low, dist.ReduceOp.MIN)
        dist.all_reduce(high, dist.ReduceOp.MAX)
        return bool(torch.equal(low.nan_to_num(), high.nan_to_num()))  # nan is not itself

    def wait(self) -> None:
        """Wait until every process has come here."""
        if self.world > 1:
            dist.barrier()

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint keeps: the loss scale of fp16."""
        return dict(self._scaler.state_dict())

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what a checkpoint kept."""
        if state:
            self._scaler.load_state_dict(state)

    def memory_mb(self) -> float:
        """Return the peak memory in megabytes: of the device, or of this process on a CPU."""
        if self.device.type == "cuda":
            return torch.cuda.max_memory_allocated(self.device) / 1e6
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def _parameters(optimizer: torch.optim.Optimizer) -> list[Tensor]:
    return [p for group in optimizer.param_groups for p in group["params"]]


def launch(entry: Callable[..., Any], processes: int, *arguments: Any, run: str = "RUN") -> Any:
    """Run ``entry(*arguments)`` in this process, in ``processes`` new ones, or under torchrun.

    Args:
        entry: a function of a module; it and its arguments travel to the processes by pickle.
        processes: how many; 1 starts none.
        arguments: what ``entry`` gets.
        run: the run folder, for the sentence on how to go on.

    Returns:
        What ``entry`` returns in the first process.

    Raises:
        GansmithError: the first that one of the new processes raised.
    """
    if "TORCHELASTIC_RUN_ID" in os.environ or "RANK" in os.environ:
        return _joined(entry, *arguments)
    if processes == 1:
        return entry(*arguments)
    from torch.distributed.launcher.api import LaunchConfig, elastic_launch

    config = LaunchConfig(
        min_nodes=1,
        max_nodes=1,
        nproc_per_node=processes,
        run_id=uuid.uuid4().hex,
        rdzv_backend="c10d",
        rdzv_endpoint=f"localhost:{_free_port()}",
        max_restarts=0,
        start_method="spawn",
    )
    config.signals_to_handle = ""  # the agent would kill what has not ended half a minute later
    for name in ELASTIC_LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what failed is reported once, below
    with _passing_on() as asked:
        try:
            return elastic_launch(config, _joined)(entry, *arguments)[0]
        except ChildFailedError as error:
            if asked:
                raise KeyboardInterrupt from error  # before there was anything to stop in order
            raise told_by_child(error, run) from error


@contextmanager
def _passing_on() -> Iterator[list[int]]:
    """Pass SIGTERM and Ctrl-C on to the new processes, as SIGTERM: a terminal sends Ctrl-C to all.

    Yields:
        The signals that came.
    """
    asked: list[int] = []

    def pass_on(number: int, frame: object) -> None:
        asked.append(number)
        for child in multiprocessing.active_children():
            child.terminate()

    try:
        before = {n: signal.signal(n, pass_on) for n in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not the main thread: whoever owns it decides
        before = {}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _joined(entry: Callable[..., Any], *arguments: Any) -> Any:
    dist.init_process_group("cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo")
    try:
        return entry(*arguments)
    finally:
        dist.destroy_process_group()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def is_worker() -> bool:
    """Say whether this process is one of several and not the first."""
    return dist.is_initialized() and dist.get_rank() > 0


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Make torch's random numbers inside a function of ``seed``, and leave them as they were."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield
