"""An evaluation as one HTML page: the numbers, what they rest on, and samples that show them."""

import base64
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from torch import Tensor

from gansmith.data import to_bytes
from gansmith.data.prepare.decode import decode
from gansmith.errors import DataError
from gansmith.evaluation.loaded import Loaded
from gansmith.evaluation.pipeline import Answer
from gansmith.evaluation.sides import Side
from gansmith.evaluation.telling_examples import examples
from gansmith.evaluation.verdict import first_of, verdict_of
from gansmith.features import as_unit
from gansmith.pages import render
from gansmith.runs.disk import told
from gansmith.runs.folder import write_text
from gansmith.values import PARTS, known_values

SHOWN, NEIGHBOURS = 12, 5  # examples of each kind, of a ball
SIDE, LARGEST = 112, 256  # least width of an image on the page, largest side of one that is kept
TEMPLATE = Path(__file__).with_name("page.html.jinja")
MEANING = {
    "distance": "How far apart the two sets are, all in all.",
    "realism": "Do the fakes look like the reals?",
    "diversity": "Is everything there that the reals have?",
    "memorisation": "Are fakes copies of training samples?",
    "artefacts": "What gives the fakes away although their content is right?",
}


class Picture(NamedTuple):
    """An image of the page with what is said below it, and how many pixels wide it is shown."""

    source: str
    caption: str
    width: int


class Sheet(NamedTuple):
    """Pictures that show one thing."""

    title: str
    says: str
    pictures: list[Picture]


def write_page(answer: Answer, path: Path, asked: tuple[object, object] = ("", "")) -> Path:
    """Write the evaluation as one self-contained page.

    Args:
        answer: what was found.
        path: of the page.
        asked: reals and fakes as they were named, for the command of what to do first.

    Raises:
        DataError: the file cannot be written.
    """
    found = answer.found
    content = {
        "protocol": found["protocol"],
        "intervals": found["protocol"].get("intervals"),
        "parts": _parts(found),
        "conditions": found.get("conditions"),
        "sheets": _sheets(answer),
        "verdict": verdict_of(found),
        "first": first_of(found, *asked),
        "told": _told(found["protocol"]),
    }
    text = render(TEMPLATE, content)
    with told(path, kind=DataError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
    return path


def _told(protocol: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The protocol as names and values."""
    rows = [
        ("extractor", protocol["extractor"]),
        ("SHA-256 of its weights", protocol["digest"] or "it has none"),
        ("resize", protocol["resize"]),
        ("reals", protocol["real"]),
        ("fakes", protocol["fake"]),
        ("size", protocol["sources"]["size"]),
        ("split", protocol["split"]),
        ("seed", protocol["seed"]),
    ]
    ends = protocol.get("intervals")
    rows += [("intervals", f"{100 * ends['level']:.0f} %, {ends['method']}")] if ends else []
    return [(name, str(value)) for name, value in (*rows, ("gansmith", protocol["version"]))]


def _parts(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The numbers in the order of the report's parts."""
    known, names = known_values(), found["protocol"]["names"]
    parts = []
    for part in PARTS:
        rows = [
            {
                "name": name,
                "known": names.get(name, ""),
                "value": f"{value:.4g}",
                "interval": _interval(found, name),
                "floor": f"{found['floor'][name]:.4g}" if name in found["floor"] else "",
                "better": known[name].better,
            }
            for name, value in found["metrics"].items()
            if name in known and known[name].about == part != "error bar"
        ]
        if rows:
            parts.append({"title": part, "says": MEANING[part], "rows": rows})
    return parts


def _interval(found: Mapping[str, Any], name: str) -> str:
    ends = found.get("intervals", {}).get(name)
    return "" if ends is None else f"{ends[0]:.3g} to {ends[1]:.3g}"


def _sheets(answer: Answer) -> list[Sheet]:
    real, fake = answer.divided.real, answer.divided.fake
    if not answer.reals.kind.portrays or min(len(real), len(fake)) <= NEIGHBOURS:
        return []
    chosen = examples(real.features, fake.features, SHOWN, NEIGHBOURS)

    def shown(rows: Tensor, fakes: bool) -> list[Picture]:
        side, loaded = (fake, answer.fakes) if fakes else (real, answer.reals)
        return [_picture(side, loaded, int(row), fakes) for row in rows]

    pairs = [
        picture
        for row in chosen.closest
        for picture in (*shown(row[:1], True), *shown(row[1:], False))
    ]
    missed = f"{chosen.share_missed:.0%} of the reals have no fake near them; these are farthest."
    return [
        Sheet("Missed reals", missed, shown(chosen.missed, False)),
        Sheet("Worst fakes", "Farthest from any real.", shown(chosen.worst, True)),
        Sheet("Best fakes", "Deepest among the reals.", shown(chosen.best, True)),
        Sheet(
            "Nearest neighbours",
            "Fakes beside the real nearest to them, nearest pairs first: copies, if there are any.",
            pairs,
        ),
    ]


def _picture(side: Side, loaded: Loaded, row: int, fake: bool) -> Picture:
    assert side.places is not None
    place = int(side.places[row])
    image = _own(loaded, place)
    image.thumbnail((LARGEST, LARGEST))
    target = io.BytesIO()
    image.save(target, "PNG")
    data = base64.b64encode(target.getvalue()).decode()
    label = None if side.labels is None else int(side.labels[row])
    told = "" if label is None else f", {_name(label, loaded)}"
    kind = "fake" if fake else "real"
    file = f"{kind} {loaded.origin.files[place]}" if loaded.origin else f"{kind} {place}"
    return Picture(f"data:image/png;base64,{data}", f"{file}{told}", max(SIDE, image.width))


def _own(loaded: Loaded, place: int) -> Image.Image:
    """Return an image at its own size: the file's where there is one, else the sample's."""
    if loaded.origin:
        return decode(loaded.origin.read(place)).image.copy()
    if not loaded.kind.pixels:
        return loaded.kind.shown(loaded.samples[place : place + 1], None, loaded.facts)
    pixels = to_bytes(as_unit(loaded.samples[place : place + 1]))[0]
    return Image.fromarray(pixels[0] if len(pixels) < 3 else pixels[:3].transpose(1, 2, 0))


def _name(label: int, loaded: Loaded) -> str:
    return loaded.classes[label] if 0 <= label < len(loaded.classes) else str(label)
