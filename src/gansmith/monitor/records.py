"""The run folder of a loop that gansmith does not own."""

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import tomlkit
import torch
from torch import Tensor, nn

from gansmith.data.held_out import content_hashes
from gansmith.doctor.diagnose import Verdict
from gansmith.errors import RunError
from gansmith.runs import folder
from gansmith.runs.lock import Lock
from gansmith.runs.networks import describe_network
from gansmith.runs.writer import RunWriter
from gansmith.version import __version__


def open_folder(run: str | Path | None, recipe: Mapping[str, Any], silent: bool) -> RunWriter:
    """Make the run folder and write what is known of the recipe.

    Raises:
        RunError: the folder is taken, or cannot be written.
    """
    path = Path(run) if run else folder.new_run_path("monitored")
    if silent:
        return RunWriter(path, silent)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise RunError(f"the run folder {path} exists and is not empty; give the monitor another")
    folder.create_run(path)
    writer = RunWriter(path, lock=Lock(path), resumable=False)
    write_recipe(writer, recipe)
    return writer


def write_recipe(writer: RunWriter, recipe: Mapping[str, Any]) -> None:
    """Write recipe.toml: only what is known of a foreign loop."""
    document = tomlkit.document()
    document.add(
        tomlkit.comment("A training loop watched by gansmith.Monitor; what is known of it.")
    )
    for name, value in recipe.items():
        document.add(name, value)
    writer.text(folder.RECIPE, tomlkit.dumps(document))


def known_recipe(given: Mapping[str, Any], optimizers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of a loop as a recipe: what the user says, and the optimizers.

    Raises:
        ValueError: what the user says holds values that TOML has no words for.
    """
    found: dict[str, Any] = {name: _copied(value) for name, value in given.items()}
    for player, optimizer in optimizers.items():
        group = optimizer.param_groups[0]
        known = {"name": type(optimizer).__name__.lower(), "lr": float(group["lr"])}
        if "betas" in group:
            known["betas"] = [float(beta) for beta in group["betas"]]
        found.setdefault("optimizers", {}).setdefault(player, known)
    tomlkit.dumps(found)
    return found


def environment(
    players: Mapping[str, nn.Module | None],
    reals: Tensor,
    train: int | None,
    held_out: int,
    known: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the facts of environment.json.

    Args:
        players: the networks by name.
        reals: those that were looked at.
        train: how many the loop trains on, where that is known.
        held_out: how many it does not.
        known: what else is known of the data.
    """
    return {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "monitored": True,
        "gansmith": __version__,
        "python": platform.python_version(),
        "packages": {"torch": torch.__version__, "numpy": np.__version__},
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "device": str(
            next((_device(net) for net in players.values() if net is not None), "unknown")
        ),
        "data": {
            "name": "data of the loop",
            "shape": list(reals.shape[1:]),
            "seen": len(reals),
            **(known or {}),
            **({"train": train} if train is not None else {}),
            "facts": {
                "found": len(reals),
                "held_out": held_out,
                "split": {"distinct": _distinct(reals)},
            },
        },
        "networks": {
            name: describe_network(net) for name, net in players.items() if net is not None
        },
    }


def unknown(run: str, kimg: float, says: str) -> Verdict:
    """Return the verdict of who cannot know, with the reason."""
    return Verdict(run, kimg, "unknown", (), says)


def _distinct(reals: Tensor) -> int:
    return len(np.unique(content_hashes(reals.numpy()))) if len(reals) else 0


def _device(network: nn.Module) -> torch.device:
    return next((p.device for p in network.parameters()), torch.device("cpu"))


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _copied(inner) for name, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list | tuple) else value
