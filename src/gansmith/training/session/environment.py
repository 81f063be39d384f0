"""What a run ran on: versions, machine, data; enough to do it again."""

import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import torch

from gansmith.data import Data
from gansmith.runs.networks import describe_network
from gansmith.training.parts.run_parts import Parts
from gansmith.version import __version__

PACKAGES = ("torch", "numpy", "pillow", "pydantic", "safetensors", "plotly")


def describe_environment(parts: Parts) -> dict[str, Any]:
    """Return the facts of environment.json."""
    runtime = parts.runtime
    return {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join(["gansmith", *sys.argv[1:]]),
        "gansmith": __version__,
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "platform": platform.platform(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "device": _device_name(runtime.device),
        "threads": torch.get_num_threads(),
        "processes": runtime.world,
        "data": describe_data(parts.data),
        "networks": {name: describe_network(net) for name, net in parts.game.players.items()},
    }


def describe_data(data: Data) -> dict[str, Any]:
    """Return what a run folder remembers of its data, and of the images they are made from."""
    inputs = {"inputs": describe_data(data.inputs)} if data.inputs else {}
    about = {
        "name": data.name,
        "digest": data.digest,
        "shape": list(data.shape),
        "kind": data.kind.recorded.as_dict(),
        "classes": list(data.classes),
        "train": len(data.train),
        "held_out": len(data.held_out),
        "facts": dict(data.facts),
    }
    return inputs | about | ({"beside": dict(data.beside)} if data.beside else {})


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else str(device)


def processor() -> str:
    """Return the name of the processor, as the system gives it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.partition(":")[2].strip() for line in file if "model name" in line]
        return names[0] if names else platform.processor()
    except OSError:
        return platform.processor()
