"""What a run folder remembers of the kind of its samples; read without loading the kind."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

OTHER = "other"
BY_RANK = {1: ("vector", True), 2: ("series", True), 3: ("image", False)}


@dataclass(frozen=True)
class RecordedKind:
    """A kind as ``environment.json`` has it.

    Attributes:
        name: of the kind; "other" where it is not known.
        compares_raw: whether samples are their own features.
        legend: what an image of samples and reals shows.
    """

    name: str = OTHER
    compares_raw: bool = False
    legend: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def kind_of_record(data: object) -> RecordedKind:
    """Return the kind of a run's samples.

    Args:
        data: the table ``data`` of ``environment.json``. Runs before kinds were recorded tell it
            by the shape of a sample.
    """
    table = data if isinstance(data, Mapping) else {}
    known = table.get("kind")
    if isinstance(known, Mapping) and isinstance(known.get("name"), str):
        legend = str(known.get("legend") or "")
        return RecordedKind(known["name"], known.get("compares_raw") is True, legend)
    shape = table.get("shape")
    name, raw = BY_RANK.get(len(shape) if isinstance(shape, list | tuple) else 0, (OTHER, False))
    points = "Grey points are real, blue ones generated." if name == "vector" else ""
    return RecordedKind(name, raw, points)
