"""Checkpoints: every stateful part by name, whole or not there at all."""

import io
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn

from gansmith.errors import RunError
from gansmith.runs import folder
from gansmith.runs.disk import refusal
from gansmith.runs.manifest import fault, write_manifest
from gansmith.training.parts.run_parts import Parts

WEIGHTS, STATE = "weights.safetensors", "state.pt"
FILES = (WEIGHTS, STATE)


@dataclass(frozen=True)
class Checkpoint:
    """One checkpoint on disk."""

    path: Path
    step: int


class DamagedError(RunError):
    """A checkpoint cannot be used; says why in a few words."""


def checkpoints(run: Path) -> list[Checkpoint]:
    """Return the checkpoints of a run that have all their files, oldest first."""
    found = (_named(path) for path in (run / folder.CHECKPOINTS).glob("step-*"))
    complete = (c for c in found if c and all((c.path / name).is_file() for name in FILES))
    return sorted(complete, key=lambda checkpoint: checkpoint.step)


def incomplete(run: Path) -> list[Checkpoint]:
    """Return what stands where a checkpoint should but lacks files of one, oldest first."""
    whole = checkpoints(run)
    found = (_named(path) for path in (run / folder.CHECKPOINTS).glob("step-*"))
    return sorted(
        (c for c in found if c and c not in whole), key=lambda checkpoint: checkpoint.step
    )


def save_checkpoint(run: Path, parts: Parts, step: int, progress: Mapping[str, Any]) -> Checkpoint:
    """Write a checkpoint under a temporary name, flush it, rename it.

    The list of its files with their digests is written last. What is there of that step already
    is put aside first, and removed when the new one is in its place.

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
    states = {name: part.state_dict() for name, part in parts.stateful().items()}
    try:
        _write(temporary, step, weights, {"progress": dict(progress), "parts": states})
        _put(temporary, target)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        earlier = "the earlier ones are whole" if checkpoints(run) else "there is no earlier one"
        then = f"go on with `gansmith train --resume --run {run}`"
        raise RunError(f"the checkpoint {refusal(target, error, then)} ({earlier})") from error
    return Checkpoint(target, step)


def _write(path: Path, step: int, weights: dict[str, Tensor], state: Mapping[str, Any]) -> None:
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    # one entry of metadata: of several the order is random, and with it the file's bytes
    (path / WEIGHTS).write_bytes(safetensors.torch.save(weights, {"format": "gansmith 1"}))
    packed = io.BytesIO()  # torch's own writer ends the process on a full disk
    torch.save(state, packed)
    (path / STATE).write_bytes(packed.getbuffer())
    write_manifest(path, step, FILES)


def _put(path: Path, target: Path) -> None:
    """Rename a folder into its place; at each moment the old or the new one is whole."""
    aside = target.with_name(f".{target.name}.old.tmp")
    if target.exists():
        shutil.rmtree(aside, ignore_errors=True)
        target.replace(aside)
    path.replace(target)
    folder.flush_folder(target.parent)
    shutil.rmtree(aside, ignore_errors=True)


def load_checkpoint(checkpoint: Checkpoint, parts: Parts) -> dict[str, Any]:
    """Put every part back into the state that a checkpoint holds; return the plain values.

    Raises:
        DamagedError: the checkpoint is damaged, or of other networks, or not finite.
    """
    _require_whole(checkpoint, (STATE,))
    weights = load_weights(checkpoint)
    try:
        state = torch.load(checkpoint.path / STATE, map_location="cpu", weights_only=True)
        for name, network in parts.networks().items():
            network.load_state_dict(_under(weights, name))
        for name, part in parts.stateful().items():
            part.load_state_dict(state["parts"][name])
        return dict(state["progress"])
    except Exception as error:  # a damaged file can fail in any way
        raise DamagedError(reason(error)) from error


def load_weights(checkpoint: Checkpoint) -> dict[str, Tensor]:
    """Return all weights of a checkpoint by name, each ``network/parameter``.

    Raises:
        DamagedError: the file is not as it was written, or holds numbers that are not finite.
    """
    _require_whole(checkpoint, (WEIGHTS,))
    try:
        weights = safetensors.torch.load_file(checkpoint.path / WEIGHTS)
    except Exception as error:  # a damaged file can fail in any way
        raise DamagedError(reason(error)) from error
    if not all(bool(torch.isfinite(value).all()) for value in weights.values()):
        raise DamagedError(f"{WEIGHTS} holds numbers that are infinite or not a number")
    return weights


def load_generator(checkpoint: Checkpoint, generator: nn.Module, average: bool = True) -> None:
    """Load only the generator's weights: the averaged ones where there are such.

    Raises:
        DamagedError: the checkpoint is damaged or of another network.
    """
    weights = load_weights(checkpoint)
    kept = _under(weights, "ema.generator") if average else {}
    try:
        generator.load_state_dict(kept or _under(weights, "generator"))
    except RuntimeError as error:
        raise DamagedError("its networks are not those of the recipe") from error


def reason(error: Exception) -> str:
    """Return what a library says of a file, cut to its first line; never its advice."""
    first = next(iter(str(error).strip().splitlines()), "")
    if "load_state_dict" in first:
        return "its networks are not those of the recipe"
    if not first or "weights" in first.lower() or len(first) > 120:
        return "it cannot be read as a checkpoint"
    return f"it cannot be read as a checkpoint ({first})"


def tidy(run: Path, keep: int, best: int | None) -> None:
    """Remove all checkpoints but the last ``keep`` and the best (named by its step)."""
    for checkpoint in checkpoints(run)[:-keep]:
        if checkpoint.step != best:
            remove(checkpoint.path)


def remove(path: Path) -> None:
    """Remove a folder so that it is whole or not there, also if that is cut off."""
    aside = path.with_name(f".{path.name}.gone.tmp")
    shutil.rmtree(aside, ignore_errors=True)
    path.replace(aside)
    shutil.rmtree(aside, ignore_errors=True)


def _require_whole(checkpoint: Checkpoint, names: tuple[str, ...]) -> None:
    wrong = fault(checkpoint.path, checkpoint.step, names)
    if wrong:
        raise DamagedError(wrong)


def _named(path: Path) -> Checkpoint | None:
    name = re.fullmatch(r"step-(\d+)", path.name)
    return Checkpoint(path, int(name.group(1))) if name else None


def _flat(networks: Mapping[str, nn.Module]) -> dict[str, Tensor]:
    return {
        f"{name}/{key}": value.detach().cpu().contiguous().clone()
        for name, network in networks.items()
        for key, value in network.state_dict().items()
    }


def _under(weights: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    start = f"{name}/"
    return {k.removeprefix(start): v for k, v in weights.items() if k.startswith(start)}
