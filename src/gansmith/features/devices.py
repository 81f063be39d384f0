"""Where features are computed: every accelerator that is there, or the CPU."""

import inspect
from collections.abc import Mapping
from typing import Any

import torch

from gansmith.features.extractor import Extractor, Reference
from gansmith.features.lookup import build_extractor
from gansmith.named import parse_named
from gansmith.registry import extractors


def devices_of(device: str) -> list[str]:
    """Return the devices meant: "auto" is every CUDA device, or the CPU if there is none.

    Args:
        device: "auto", a device ("cpu", "cuda:1"), or several with commas between.
    """
    if device != "auto":
        return [part.strip() for part in device.split(",")]
    return [f"cuda:{i}" for i in range(torch.cuda.device_count())] or ["cpu"]


def build_team(
    named: str, reference: Reference | None, device: str, facts: Mapping[str, Any] | None = None
) -> list[Extractor]:
    """Return the named extractor on each device.

    One that learns from the reference is built once, so that all samples meet the same network.

    Raises:
        UnknownPartError: there is no extractor of that name.
        ValueError: an option is unknown or has a wrong value.
        GansmithError: its weights are not there.
    """
    asked = inspect.signature(extractors.get(parse_named(named)[0]).builder).parameters
    places = devices_of(device)
    alone = "device" not in asked or "reference" in asked
    used = places[: 1 if alone else None]
    return [build_extractor(named, reference, place, facts) for place in used]
