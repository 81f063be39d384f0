"""A CUDA device that is not there: torch's fake tensors, and a watch over what a step does to it.

Nothing is computed. What is checked is what holds without values: on which device each tensor lies,
in which number format and memory layout, and whether the processor would wait for the device.
"""

import ctypes
import subprocess
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

import gansmith
from gansmith.features import random
from gansmith.objectives import feature_maps
from gansmith.registry import extractors
from gansmith.training import runtime
from gansmith.training.runtime import Runtime

PACKAGE = str(Path(gansmith.__file__).parent)  # frames of the package, wherever it lies
SOURCE = Path(__file__).with_name("fake_cuda.cpp")
WAITS = ("_linalg_check_errors", "bincount", "histc", "linalg_eigh", "linalg_svd", "multinomial")


def gru_cell(given: torch.Tensor, gates: torch.Tensor, held: torch.Tensor, *biases: Any) -> Any:
    """Return what a fused cell does: what is held now, and its workspace."""
    return torch.empty_like(held), held.new_empty(len(held), 5 * held.shape[1])


def gru_cell_backward(slope: torch.Tensor, workspace: torch.Tensor, has_bias: bool) -> Any:
    """Return the gradients of a fused cell."""
    count, width = slope.shape
    gates = [slope.new_empty(count, 3 * width) for _ in range(2)]
    return *gates, torch.empty_like(slope), *(slope.new_empty(3 * width) for _ in range(2))


STAND_INS: dict[str, Callable[..., Any]] = {  # for operations that fake tensors do not know
    "_fused_sgd_": lambda *given, **options: None,
    "_fused_adagrad_": lambda *given, **options: None,
    "_thnn_fused_gru_cell": gru_cell,
    "_thnn_fused_gru_cell_backward": gru_cell_backward,
}


def compile_guard(folder: Path) -> Path:
    """Compile the device guard for this torch; return the shared library."""
    home, made = Path(torch.__file__).parent, folder / "fake_cuda.so"
    places = [f"-I{home}/include", f"-L{home}/lib"]
    words = ["c++", "-O0", "-std=c++20", "-shared", "-fPIC", *places, str(SOURCE), "-o", str(made)]
    subprocess.run([*words, "-lc10", "-ltorch_cpu"], check=True, capture_output=True)
    return made


def pinned(tensor: torch.Tensor) -> bool:
    """Say whether a tensor is one that ``pin_memory`` returned."""
    return getattr(tensor, "in_pinned_memory", False)


class Watch(TorchDispatchMode):
    """Collects where a step would wait for the device, and what its operations are made of.

    A copy to the processor waits; so does a copy to the device unless it is of pinned memory and
    does not block, an index that lies on the processor, and an operation of ``WAITS``. Values that
    are read (``item``, ``tolist``, ``bool``, ``equal``, a mask as an index) raise by themselves:
    fake tensors have none.
    """

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[str] = []
        self.formats: dict[str, set[str]] = {}
        self.layouts: set[bool] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name, kwargs = func.__name__.split(".")[0], kwargs or {}
        if name == "_pin_memory":
            copy = args[0].clone()
            copy.in_pinned_memory = True
            return copy
        if name == "is_pinned":
            return pinned(args[0])
        if name == "_local_scalar_dense":
            return self._value(args[0])
        if name in STAND_INS:
            return STAND_INS[name](*args, **kwargs)
        found = func(*args, **kwargs)
        tensors = [t for t in tree_leaves((args, kwargs)) if isinstance(t, torch.Tensor)]
        made = [t for t in tree_leaves(found) if isinstance(t, torch.Tensor)]
        self._look(name, tensors, made, args, kwargs)
        return found

    def _value(self, tensor: torch.Tensor) -> float:
        """Return some value; that of a tensor on the processor costs no wait."""
        if tensor.device.type == "cuda":
            self._wait("a value is read")
        return 0.5 if tensor.is_floating_point() else 1

    def _wait(self, why: str) -> None:
        frames = [f for f in traceback.extract_stack() if f.filename.startswith(PACKAGE)]
        self.waits.append(f"{why}: {Path(frames[-1].filename).name}, {frames[-1].line}")

    def _look(self, name: str, given: Any, made: Any, args: Any, kwargs: Any) -> None:
        there = [t for t in (*given, *made) if t.device.type == "cuda"]
        if not there:
            return
        here = [t for t in given if t.device.type == "cpu"]
        if name in ("_to_copy", "copy_", "copy"):
            self._look_at_copy(name, args, kwargs, made)
        elif name in ("index", "index_put_", "index_put") and here:
            self._wait(f"{name} by an index on the processor")
        elif name in WAITS:
            self._wait(name)
        floats = [str(t.dtype)[6:] for t in made if t.is_floating_point()]
        self.formats.setdefault(name, set()).update(floats)
        if name == "convolution":
            self.layouts.add(made[0].is_contiguous(memory_format=torch.channels_last))

    def _look_at_copy(self, name: str, args: Any, kwargs: Any, made: Any) -> None:
        source = args[0] if name == "_to_copy" else args[1]
        to, of = made[0].device.type, source.device.type
        if (of, to) == ("cuda", "cpu"):
            self._wait("copy to the processor")
        elif (of, to) == ("cpu", "cuda"):
            quick = kwargs.get("non_blocking") or (name != "_to_copy" and args[2:3] == (True,))
            if not quick or not pinned(source):
                kind = "pageable memory" if quick else "a blocking copy"
                self._wait(f"copy to the device: {kind}, {list(source.shape)}")


@contextmanager
def pretended(library: Path) -> Iterator[FakeTensorMode]:
    """Pretend that there is a CUDA device: networks are placed as fake tensors.

    For a process of its own, before it goes through any backward pass; the pretence stays.
    """
    ctypes.CDLL(str(library)).pretend()
    mode = FakeTensorMode(allow_non_fake_inputs=True)
    place, generator = Runtime.place, torch.Generator
    seeing = extractors.build("random")  # for terms that compare what a fixed network sees
    with mode:
        random._network(0, "cpu").to("cuda:0")

    def placed(self: Runtime, module: torch.nn.Module) -> torch.nn.Module:
        with mode:
            return place(self, module)

    with ExitStack() as stack:
        for owner, name, stand_in in (
            (Runtime, "place", placed),
            (feature_maps, "_built", lambda name, device: seeing),
            (runtime, "choose_device", lambda name: torch.device("cuda:0")),
            (torch, "Generator", lambda device="cpu": generator()),
            (FakeTensorMode, "avoid_device_init", True),
            (torch.cuda, "is_available", lambda: True),
            (torch.cuda, "is_bf16_supported", lambda *_: True),
            (runtime, "set_up", lambda device, deterministic: None),
            (torch.cuda, "_lazy_init", lambda: None),
            (torch.cuda, "manual_seed", lambda seed: None),
        ):
            stack.enter_context(patch.object(owner, name, stand_in))
        yield mode
