"""What must never be kept or measured: numbers that are infinite or not a number."""

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn


def broken_losses(record: Mapping[str, Any]) -> list[str]:
    """Return the names of the players' losses in a tick's record that are not finite."""
    losses = [name for name in record if re.fullmatch(r"loss/\w+", name)]
    return [name for name in losses if not math.isfinite(record[name])]


def broken_networks(networks: Mapping[str, nn.Module]) -> list[str]:
    """Return the names of the networks that hold a number which is not finite.

    The losses cannot tell: the weights may break in the very step after which they would be kept.
    """
    return [name for name, network in networks.items() if not _whole(network)]


def _whole(network: nn.Module) -> bool:
    return all(bool(torch.isfinite(value).all()) for value in network.state_dict().values())


def stopped(why: str, run: Path, kept: Path | None) -> str:
    """Say why training stopped, what is left of the run, and what to do."""
    good = f"the last good checkpoint is {kept}" if kept else "there is no checkpoint yet"
    return (
        f"training stopped: {why}; {good}; see `gansmith diagnose {run}`, "
        "then try a lower learning rate or a penalty such as r1"
    )
