"""A trained generator for other programs, checked against the original after writing."""

import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save
from torch import Tensor, nn

from gansmith.conditions.conditioning import Prompts
from gansmith.conditions.of_run import prompts_for
from gansmith.deploy.facts import facts_of
from gansmith.deploy.loaded import LoadedGenerator
from gansmith.errors import GansmithError, suggest
from gansmith.records import Condition
from gansmith.runs.disk import told
from gansmith.runs.folder import write_bytes
from gansmith.sampling.generate import draw_latents

FACTS = "gansmith.json"  # extra file of TorchScript
TOLERANCE = 1e-3  # of values in [-1, 1]; other engines order sums differently


@dataclass(frozen=True)
class Exported:
    """A file written, and the largest difference between its samples and the original's."""

    path: Path
    difference: float


class _Plain(nn.Module):
    """The generator as a function of tensors only: latent or images, and each of its condition."""

    def __init__(self, loaded: LoadedGenerator) -> None:
        super().__init__()
        self.network, self.facts = loaded.network, facts_of(loaded)
        prompts = _prompts(loaded, 1)
        self.condition = tuple(prompts.condition or ())
        self.names = (prompts.called, *self.condition)
        kind, self.data = loaded.kind, loaded.facts
        self.from_unit = kind.from_unit if kind.self_contained and not kind.given else _as_made

    def forward(self, *tensors: Tensor) -> Tensor:
        first, *rest = tensors
        told = [Condition(**dict(zip(self.condition, rest, strict=True)))] if rest else []
        return self.from_unit(self.network(first, *told), self.data)


def _as_made(samples: Tensor, facts: Mapping[str, Any]) -> Tensor:
    """Return samples as the network makes them: other programs make spectrograms into sound."""
    return samples


def export(loaded: LoadedGenerator, form: str, out: Path) -> Exported:
    """Write the generator as ``onnx``, ``safetensors`` or ``torchscript`` and check the file.

    ONNX and TorchScript take latents [batch, latent] of any batch, or images [batch, C, H, W] if it
    translates, and beside them what its conditions add (labels [batch], int64); safetensors holds
    the weights, for networks built from the recipe. Each carries the facts of ``facts_of``: ONNX
    and safetensors as metadata, TorchScript as the extra file ``gansmith.json``.

    Raises:
        GansmithError: unknown form, a package is missing, the file cannot be written, or its
            samples differ.
    """
    if form not in FORMS:
        raise GansmithError(f"unknown export format '{form}'{suggest(form, FORMS)}")
    if loaded.kind.discrete and form != "safetensors":
        raise GansmithError(
            f"{loaded.kind.plural} are written token by token until they end, which {form} cannot "
            f"hold; use safetensors, or write samples with `gansmith sample`"
        )
    model = _Plain(loaded).cpu().eval()
    inputs = _inputs(loaded, 3)
    with torch.no_grad(), _quiet():
        content = FORMS[form](model, inputs)
        with told(out, kind=GansmithError):
            out.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(out, content)
        other = _inputs(loaded, 5)  # another batch size than the one it was traced with
        wanted, got = model(*other), READERS[form](model, other, out)
    scale = max(1.0, wanted.abs().max().item())  # of samples in the units of their data
    difference = (wanted - got).abs().max().item() / scale
    if not difference <= TOLERANCE:
        raise GansmithError(
            f"{out} was written, but its samples differ from the original's by {difference:.2g} "
            f"(at most {TOLERANCE:g} is rounding); use another format"
        )
    return Exported(out, difference)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep torch's remarks on tracing away: whether the file is right is checked afterwards."""
    logger = logging.getLogger("torch.onnx")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)


def _inputs(loaded: LoadedGenerator, count: int) -> tuple[Tensor, ...]:
    prompts = _prompts(loaded, count)
    return prompts.inputs, *(prompts.condition or {}).values()


def _prompts(loaded: LoadedGenerator, count: int) -> Prompts:
    examples = {one.name: one.example(count) for one in loaded.conditionings}
    return prompts_for(draw_latents(7, count, loaded.latent), loaded.conditionings, examples)


def _to_safetensors(model: _Plain, inputs: tuple[Tensor, ...]) -> bytes:
    weights = {name: value.contiguous() for name, value in model.network.state_dict().items()}
    return save(weights, metadata={"format": "gansmith generator 1", **model.facts})


def _from_safetensors(model: _Plain, inputs: tuple[Tensor, ...], path: Path) -> Tensor:
    model.network.load_state_dict(load_file(path))
    samples: Tensor = model(*inputs)
    return samples


def _to_torchscript(model: _Plain, inputs: tuple[Tensor, ...]) -> bytes:
    traced = torch.jit.trace(model, inputs, check_trace=False)  # type: ignore[no-untyped-call]
    packed = io.BytesIO()  # torch's own writer ends the process on a full disk
    torch.jit.save(traced, packed, _extra_files={FACTS: json.dumps(model.facts)})
    return packed.getvalue()


def _from_torchscript(model: _Plain, inputs: tuple[Tensor, ...], path: Path) -> Tensor:
    samples: Tensor = torch.jit.load(str(path))(*inputs)  # type: ignore[no-untyped-call]
    return samples


def _to_onnx(model: _Plain, inputs: tuple[Tensor, ...]) -> bytes:
    try:
        import onnx
        import onnxscript  # noqa: F401
    except ImportError as error:
        raise _missing() from error
    batch = torch.export.Dim("batch", min=1)
    shapes = {"tensors": tuple({0: batch} for _ in inputs)}
    program = torch.onnx.export(
        model,
        inputs,
        dynamo=True,
        dynamic_shapes=shapes,
        input_names=list(model.names),
        output_names=["samples"],
        verbose=False,
    )
    assert program is not None
    proto = program.model_proto
    onnx.helper.set_model_props(proto, model.facts)
    content: bytes = proto.SerializeToString()
    return content


def _from_onnx(model: _Plain, inputs: tuple[Tensor, ...], path: Path) -> Tensor:
    try:
        import onnxruntime
    except ImportError as error:
        raise _missing() from error
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [entry.name for entry in session.get_inputs()]
    feed = {name: tensor.numpy() for name, tensor in zip(names, inputs, strict=True)}
    return torch.from_numpy(session.run(None, feed)[0])


def _missing() -> GansmithError:
    return GansmithError(
        "ONNX export needs onnx, onnxscript and onnxruntime; "
        "install them with `pip install 'gansmith[export]'`"
    )


Writer = Callable[[_Plain, tuple[Tensor, ...]], bytes]
FORMS: dict[str, Writer] = {
    "onnx": _to_onnx,
    "safetensors": _to_safetensors,
    "torchscript": _to_torchscript,
}
READERS: dict[str, Callable[[_Plain, tuple[Tensor, ...], Path], Tensor]] = {
    "onnx": _from_onnx,
    "safetensors": _from_safetensors,
    "torchscript": _from_torchscript,
}
