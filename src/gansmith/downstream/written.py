"""The files of a study: the numbers, the page, and what can still be said where they fail."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gansmith.downstream.page import page_of
from gansmith.errors import GansmithError
from gansmith.runs.disk import told
from gansmith.runs.folder import write_text

NUMBERS, PAGE, PICTURE = "augment.json", "augment.md", "nearest.png"


def prepare_folder(out: Path) -> None:
    """Make the folder, before anything is computed.

    Raises:
        GansmithError: it cannot be made.
    """
    with told(out, kind=GansmithError):
        out.mkdir(parents=True, exist_ok=True)


def write_study(found: Mapping[str, Any], out: Path) -> None:
    """Write the numbers and the page of a study into a folder.

    Raises:
        GansmithError: they cannot be written.
    """
    with told(out, kind=GansmithError):
        write_text(out / NUMBERS, json.dumps(found, indent=1) + "\n")
        write_text(out / PAGE, page_of(found))
