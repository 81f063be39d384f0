"""Large photographs that ship inside the package, trained on as crops."""

import json

import numpy as np
from PIL import Image

from gansmith.data.source import Photographs
from gansmith.data.sources.embedded_files import FOLDER
from gansmith.registry import sources


@sources.add(kinds=("image",))
def photos() -> Photographs:
    """Six large photographs that are CC0 or in the public domain, trained on as random crops."""
    table = json.loads((FOLDER / "photos.json").read_text(encoding="utf8"))
    pictures = []
    for entry in table:
        with (FOLDER / entry["file"]).open("rb") as file:
            pictures.append(np.asarray(Image.open(file).convert("RGB")))
    titles = tuple(entry["title"] for entry in table)
    credits = [f"{entry['title']}: {entry['credit']}, {entry['terms']}" for entry in table]
    return Photographs("photos", tuple(pictures), titles, {"kind": "embedded", "credits": credits})
