"""Generators on the Hugging Face hub: fetched by name, as ``hub:org/name`` or ``...@revision``."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from gansmith.errors import GansmithError, RunError

HUB = "hub:"
NAME = re.compile(r"[\w.-]+/[\w.-]+")
FILES = ("recipe.toml", "*.json", "*.jsonl", "checkpoints/*/*.safetensors", "checkpoints/*/*.json")


def located(run: str | Path) -> Path:
    """Return the folder of a run: of ``hub:org/name`` after fetching it, else the path itself.

    Only recipe, records and weights are fetched; none of them can run code.

    Raises:
        RunError: there is no such repository, it cannot be reached, or it is no run of gansmith.
        GansmithError: the package huggingface_hub is missing.
    """
    if not str(run).startswith(HUB):
        return Path(run)
    name, _, revision = str(run).removeprefix(HUB).partition("@")
    require_hub(name)
    from huggingface_hub import snapshot_download

    try:
        path = snapshot_download(name, revision=revision or None, allow_patterns=list(FILES))
    except Exception as error:  # of the network, the hub's answer or the disk: many kinds
        raise RunError(f"{run} could not be fetched: {said(error)}") from error
    return Path(path)


def require_hub(name: str) -> None:
    """Refuse a name that is none on the hub, or a hub without its client.

    Raises:
        GansmithError: so it is.
    """
    if not NAME.fullmatch(name):
        raise GansmithError(f"{name!r} is no repository on the hub; give it as org/name")
    if find_spec("huggingface_hub") is None:
        raise GansmithError(
            "the hub needs the package huggingface_hub; install it with "
            "`pip install 'gansmith[hub]'`, or share a folder: `gansmith push RUN ./folder`"
        )


def said(error: Exception) -> str:
    """Return what a library says of an error: its first line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(error).__name__


def client() -> Any:
    """Return the hub's client, which reads its own settings: token, address, cache."""
    from huggingface_hub import HfApi

    return HfApi()
