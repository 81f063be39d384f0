"""An audit as one HTML page with the images concerned, and as a list of files to put aside."""

import base64
import csv
import io
import shlex
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from gansmith.data.audit.report import AuditReport
from gansmith.errors import DataError, counted
from gansmith.pages import render
from gansmith.runs.disk import told
from gansmith.runs.folder import write_text
from gansmith.wording import set_options

SIDE = 96  # pixels of a thumbnail

TEMPLATE = Path(__file__).with_name("page.html.jinja")
WORDS = {"refuse": "refusal", "warn": "warning", "note": "note"}


def write_page(report: AuditReport, path: Path) -> Path:
    """Write the audit as one self-contained page with a sheet of images for each finding.

    Raises:
        DataError: the file cannot be written.
    """
    facts = [line.strip().split(None, 1) for line in report.text().splitlines()[1:]]
    bars = _bars(report.shades)
    content = {
        "report": report,
        "verdict": _verdict(report),
        "first": _first(report),
        "samples": _sheet(report, report.shown),
        "facts": [fact for fact in facts[: len(report.facts)] if len(fact) == 2],
        "bars": bars,
        "spoken": _spoken(report.shades) if bars else "",
        "found": [(f, f.lines()[1:], _sheet(report, f.shown)) for f in report.findings],
    }
    return _written(path, render(TEMPLATE, content))


def _first(report: AuditReport) -> tuple[str, str]:
    """Return what to do first, and the command for it."""
    name = shlex.quote(report.name)
    serious = [one for one in report.findings if one.severity in ("refuse", "warn")]
    if not serious:
        return "Train on it.", f"gansmith train --data {name}"
    options = " ".join(set_options(serious[0].changes))
    command = f"gansmith train --data {name} {options}" if options and report.sound else ""
    says = f"{serious[0].says}; {serious[0].fix}."
    return says[:1].upper() + says[1:], command


def _verdict(report: AuditReport) -> str:
    """Return how many findings there are, by severity."""
    counts = Counter[str](finding.severity for finding in report.findings)
    told = [counted(counts[kind], word) for kind, word in WORDS.items() if counts[kind]]
    return ", ".join(told) or "nothing wrong was found"


def _bars(shades: np.ndarray | None) -> list[float]:
    """Return the height of each shade, 0 to 100, on a scale of roots, which shows rare ones too."""
    if shades is None or not shades.any():
        return []
    roots = np.sqrt(shades / shades.max())
    return [round(float(100 * root), 1) for root in roots]


def _spoken(shades: np.ndarray | None) -> str:
    used = np.flatnonzero(shades) if shades is not None else np.array([0])
    return f"{len(used)} of 256 shades are used, from {used.min()} to {used.max()}"


def write_offenders(report: AuditReport, folder: Path) -> Path:
    """Write the list of files that could be put aside, with the reason; no file is touched.

    Raises:
        DataError: the folder cannot be written.
    """
    target = io.StringIO()
    table = csv.writer(target, lineterminator="\n")
    table.writerow(["file", "finding", "severity", "says"])
    for finding in report.findings:
        told = dict(entry.partition(": ")[::2] for entry in finding.files)
        for name in finding.offenders:
            reason = told.get(name) or finding.says
            table.writerow([name, finding.rule, finding.severity, reason])
    return _written(folder / "offenders.csv", target.getvalue())


def _sheet(report: AuditReport, names: tuple[str, ...]) -> list[tuple[str, str]]:
    pictures = ((name, report.picture(name)) for name in names)
    return [(name, _small(picture)) for name, picture in pictures if picture is not None]


def _small(picture: Image.Image) -> str:
    """Return a thumbnail as PNG in base64; small images are enlarged by whole factors."""
    factor = max(1, SIDE // max(picture.size))
    enlarged = picture.resize((picture.width * factor, picture.height * factor), 0)
    enlarged.thumbnail((SIDE, SIDE))
    target = io.BytesIO()
    enlarged.save(target, "PNG")
    return base64.b64encode(target.getvalue()).decode()


def _written(path: Path, text: str) -> Path:
    with told(path, kind=DataError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
    return path
