"""Checkpoints: every stateful part by name, whole or not there at all."""

import io
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn

from gansmith.errors import RunError
from gansmith.runs import folder
from gansmith.runs.disk import refusal
from gansmith.runs.manifest import fault, segment_of, write_manifest
from gansmith.training.parts.carry import restore
from gansmith.training.parts.run_parts import Parts
from gansmith.training.parts.state import State, under

WEIGHTS, STATE = "weights.safetensors", "state.pt"
FILES = (WEIGHTS, STATE)


@dataclass(frozen=True)
class Checkpoint:
    """One checkpoint on disk."""

    path: Path
    step: int
    segment: int = 0


class DamagedError(RunError):
    """A checkpoint cannot be used; says why in a few words."""


def checkpoints(run: Path) -> list[Checkpoint]:
    """Return the checkpoints of a run's current line that have all their files, oldest first."""
    found = (_named(path) for path in (run / folder.CHECKPOINTS).glob("step-*"))
    complete = (c for c in found if c and all((c.path / name).is_file() for name in FILES))
    return sorted(complete, key=age)


def age(checkpoint: Checkpoint) -> tuple[int, int]:
    """Return what checkpoints are sorted by: the segment, and the step in it."""
    return checkpoint.segment, checkpoint.step


def incomplete(run: Path) -> list[Checkpoint]:
    """Return what stands where a checkpoint should but lacks files of one, oldest first."""
    whole = checkpoints(run)
    found = (_named(path) for path in (run / folder.CHECKPOINTS).glob("step-*"))
    return sorted((c for c in found if c and c not in whole), key=age)


def save_checkpoint(run: Path, state: State) -> Checkpoint:
    """Write a checkpoint under a temporary name, flush it, rename it.

    The list of its files with their digests is written last. What is there of that step already
    is put aside first, and removed when the new one is in its place.

    Args:
        run: the run folder.
        state: what to keep; its ``step`` is the checkpoint's name.

    Raises:
        RunError: there is no room for it.
    """
    step, segment = state.progress["step"], state.progress.get("segment", 0)
    target = run / folder.CHECKPOINTS / f"step-{step:08d}"
    temporary = target.with_name(f".{target.name}.tmp")
    size = sum(t.numel() * t.element_size() for t in state.networks.values())
    folder.require_space(run, 4 * size)
    try:
        _write(temporary, state, step, segment)
        _put(temporary, target)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        earlier = "the earlier ones are whole" if checkpoints(run) else "there is no earlier one"
        then = f"go on with `gansmith train --resume --run {run}`"
        raise RunError(f"the checkpoint {refusal(target, error, then)} ({earlier})") from error
    return Checkpoint(target, step, segment)


def _write(path: Path, state: State, step: int, segment: int) -> None:
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    # one entry of metadata: of several the order is random, and with it the file's bytes
    (path / WEIGHTS).write_bytes(
        safetensors.torch.save(dict(state.networks), {"format": "gansmith 1"})
    )
    packed = io.BytesIO()  # torch's own writer ends the process on a full disk
    torch.save({"progress": dict(state.progress), "parts": dict(state.parts)}, packed)
    (path / STATE).write_bytes(packed.getbuffer())
    write_manifest(path, step, FILES, segment)


def _put(path: Path, target: Path) -> None:
    """Rename a folder into its place; at each moment the old or the new one is whole."""
    aside = target.with_name(f".{target.name}.old.tmp")
    if target.exists():
        shutil.rmtree(aside, ignore_errors=True)
        target.replace(aside)
    path.replace(target)
    folder.flush_folder(target.parent)
    shutil.rmtree(aside, ignore_errors=True)


def read_state(checkpoint: Checkpoint) -> State:
    """Return the state that a checkpoint holds.

    Raises:
        DamagedError: the checkpoint is damaged, or not finite.
    """
    _require_whole(checkpoint, (STATE,))
    weights = load_weights(checkpoint)
    try:
        kept = torch.load(checkpoint.path / STATE, map_location="cpu", weights_only=True)
        return State(weights, dict(kept["parts"]), dict(kept["progress"]))
    except Exception as error:  # a damaged file can fail in any way
        raise DamagedError(reason(error)) from error


def load_checkpoint(checkpoint: Checkpoint, parts: Parts) -> dict[str, Any]:
    """Put every part back into the state that a checkpoint holds; return the plain values.

    Raises:
        DamagedError: the checkpoint is damaged, or of other networks, or not finite.
    """
    state = read_state(checkpoint)
    try:
        restore(state, parts)
        return dict(state.progress)
    except Exception as error:  # what was built is not what was kept
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
    kept = under(weights, "ema.generator") if average else {}
    try:
        generator.load_state_dict(kept or under(weights, "generator"))
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
    return Checkpoint(path, int(name.group(1)), segment_of(path)) if name else None
