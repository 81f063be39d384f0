"""What an audit found: facts, findings, and the images concerned."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from gansmith.data.audit.findings import DataFinding
from gansmith.data.prepare.decode import Header
from gansmith.shown import one_line, path


@dataclass(frozen=True)
class AuditReport:
    """What a data set holds and what is wrong with it.

    Attributes:
        name: of the data set.
        facts: counts, sizes, shapes, modes, classes: JSON-able.
        findings: the most serious first.
        picture: gives the image of a name, None where it cannot be read.
        shown: names of an even choice of the samples, to show what the set is.
        shades: how many pixels have each of 256 shades, as they are trained on; None for vectors.
    """

    name: str
    facts: dict[str, Any]
    findings: tuple[DataFinding, ...] = field(default_factory=tuple)
    picture: Callable[[str], Image.Image | None] = field(default=lambda name: None, repr=False)
    shown: tuple[str, ...] = field(default=(), repr=False)
    shades: np.ndarray | None = field(default=None, repr=False)

    @property
    def sound(self) -> bool:
        """True if no finding prevents training."""
        return not any(finding.severity == "refuse" for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as one JSON-able document."""
        findings = [finding.as_dict() for finding in self.findings]
        return {"data": self.name, "sound": self.sound, "facts": self.facts, "findings": findings}

    def text(self) -> str:
        """Return the report for a person: facts, then findings, then the files concerned."""
        verdict = "is sound" if self.sound else "cannot be trained on as it is"
        lines = [f"{path(self.name)} {verdict}"]
        lines += (one_line(f"  {key:<12} {_words(value)}") for key, value in self.facts.items())
        for finding in self.findings:
            lines += finding.lines()
            lines += [one_line(f"      {file}") for file in finding.files[:5]]
            if finding.count > 5 and len(finding.files) > 5:
                lines.append(f"      and {finding.count - 5} more")
        return "\n".join(lines if self.findings else [*lines, "nothing wrong was found"])


def describe(headers: Sequence[Header]) -> dict[str, Any]:
    """Return sizes, shapes and modes of image files."""
    if not headers:
        return {}
    sizes = Counter(f"{header.width} x {header.height}" for header in headers)
    aspects = np.array([header.width / header.height for header in headers])
    short = np.array([min(header.width, header.height) for header in headers])
    return {
        "sizes": _most_common(sizes),
        "short_side": [int(short.min()), float(np.median(short)), int(short.max())],
        "aspect": [round(float(q), 3) for q in np.quantile(aspects, (0, 0.5, 1))],
        "modes": dict(Counter(header.mode for header in headers).most_common()),
    }


def _most_common(counts: "Counter[str]", most: int = 5) -> dict[str, int]:
    rest = sum(count for _, count in counts.most_common()[most:])
    return dict(counts.most_common(most)) | ({"others": rest} if rest else {})


def describe_values(count: int, shape: tuple[int, ...]) -> dict[str, Any]:
    """Return size and channels of images in an array."""
    channels, height, width = shape
    return {"sizes": {f"{width} x {height}": count}, "channels": channels}


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {count}" for key, count in value.items())
    if isinstance(value, list):
        return f"{value[0]:g} to {value[-1]:g}" + (f", median {value[1]:g}" if value[2:] else "")
    return str(value)
