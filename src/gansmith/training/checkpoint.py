"""Checkpoints: every stateful part by name, whole or not there at all."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from gansmith.errors import RunError
from gansmith.runs import folder
from gansmith.training.parts import Parts

WEIGHTS, STATE = "weights.safetensors", "state.pt"


@dataclass(frozen=True)
class Checkpoint:
    """One checkpoint on disk."""

    path: Path
    step: int


def checkpoints(run: Path) -> list[Checkpoint]:
    """Return the whole checkpoints of a run, oldest first."""
    found = []
    for path in (run / folder.CHECKPOINTS).glob("step-*"):
        name = re.fullmatch(r"step-(\d+)", path.name)
        if name and (path / WEIGHTS).is_file() and (path / STATE).is_file():
            found.append(Checkpoint(path, int(name.group(1))))
    return sorted(found, key=lambda checkpoint: checkpoint.step)


def save_checkpoint(run: Path, parts: Parts, step: int, progress: Mapping[str, Any]) -> Checkpoint:
    """Write a checkpoint under a temporary name, flush it, rename it.

    Args:
        run: the run folder.
        parts: what to keep.
        step: steps done; the checkpoint's name.
        progress: plain values to keep beside the parts (position, time, metrics so far).

    Raises:
        RunError: there is no room for it.
    """
    target = run / folder.CHECKPOINTS / f"step-{step:08d}"
    temporary = target.with_name(f".{target.name}.tmp")
    weights = _flat(parts.networks())
    size = sum(t.numel() * t.element_size() for t in weights.values())
    folder.require_space(run, 4 * size)
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    states = {name: part.state_dict() for name, part in parts.stateful().items()}
    try:
        save_file(
            weights, temporary / WEIGHTS, metadata={"format": "gansmith 1", "step": str(step)}
        )
        torch.save({"progress": dict(progress), "parts": states}, temporary / STATE)
    except (OSError, RuntimeError, SafetensorError) as error:
        shutil.rmtree(temporary, ignore_errors=True)
        raise RunError(
            f"the checkpoint {target} could not be written: {error}; earlier ones are whole: make "
            f"room and go on with `gansmith train --resume --run {run}`"
        ) from error
    for path in temporary.iterdir():
        folder.flush(path)
    shutil.rmtree(target, ignore_errors=True)
    temporary.replace(target)
    folder.flush(target.parent)
    return Checkpoint(target, step)


def load_checkpoint(checkpoint: Checkpoint, parts: Parts) -> dict[str, Any]:
    """Put every part back into the state that a checkpoint holds; return the plain values.

    Raises:
        RunError: the checkpoint is damaged or of other networks.
    """
    try:
        weights = load_file(checkpoint.path / WEIGHTS)
        state = torch.load(checkpoint.path / STATE, map_location="cpu", weights_only=True)
        for name, network in parts.networks().items():
            network.load_state_dict(_under(weights, name))
        for name, part in parts.stateful().items():
            part.load_state_dict(state["parts"][name])
    except Exception as error:
        raise RunError(
            f"the checkpoint {checkpoint.path} does not fit this run or is damaged: {error}"
        ) from error
    return dict(state["progress"])


def load_generator(checkpoint: Checkpoint, generator: nn.Module, average: bool = True) -> None:
    """Load only the generator's weights: the averaged ones where there are such."""
    weights = load_file(checkpoint.path / WEIGHTS)
    kept = _under(weights, "ema.generator") if average else {}
    generator.load_state_dict(kept or _under(weights, "generator"))


def tidy(run: Path, keep: int, best: int | None) -> None:
    """Remove all checkpoints but the last ``keep`` and the best (named by its step)."""
    for checkpoint in checkpoints(run)[:-keep]:
        if checkpoint.step != best:
            shutil.rmtree(checkpoint.path)


def _flat(networks: Mapping[str, nn.Module]) -> dict[str, Tensor]:
    return {
        f"{name}/{key}": value.detach().cpu().contiguous().clone()
        for name, network in networks.items()
        for key, value in network.state_dict().items()
    }


def _under(weights: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    start = f"{name}/"
    return {k.removeprefix(start): v for k, v in weights.items() if k.startswith(start)}
