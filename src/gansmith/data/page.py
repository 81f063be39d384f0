"""An audit as one HTML page with the pictures concerned, and as a list of files to put aside."""

import base64
import csv
import io
from pathlib import Path

from jinja2 import Environment
from PIL import Image

from gansmith.data.report import AuditReport
from gansmith.errors import DataError
from gansmith.runs.disk import told
from gansmith.runs.folder import write_text
from gansmith.shown import in_page

SIDE = 96  # pixels of a thumbnail

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Audit of {{ report.name }}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
td { padding: 0 1rem 0 0; vertical-align: top } h2 { margin: 2rem 0 0; font-size: 1.1rem }
.refuse { color: #b00020 } .warn { color: #8a5a00 } .note { color: #444 }
figure { display: inline-block; margin: .5rem .5rem 0 0; width: 104px; vertical-align: top }
img { image-rendering: pixelated; border: 1px solid #ccc; max-width: 96px }
figcaption, li { font-size: .75rem; overflow-wrap: anywhere }
</style>
<h1>Audit of {{ report.name }}</h1>
<p>{{ "Nothing stands in the way of training." if report.sound else "There are problems." }}</p>
<table>{% for name, value in facts %}<tr><td>{{ name }}<td>{{ value }}{% endfor %}</table>
{% for finding, sheet in found %}
<h2 class="{{ finding.severity }}">{{ finding.severity }}: {{ finding.rule }}</h2>
<p>{{ finding.says }}; {{ finding.fix }} ({{ finding.reference }})
{% if sheet %}<div>{% for name, picture in sheet %}
<figure><img alt="{{ name }}" src="data:image/png;base64,{{ picture }}">
<figcaption>{{ name }}</figcaption></figure>{% endfor %}</div>
{% else %}<ul>{% for file in finding.files %}<li>{{ file }}{% endfor %}</ul>{% endif %}
{% else %}<p>Nothing wrong was found.{% endfor %}
</html>
"""


def write_page(report: AuditReport, path: Path) -> Path:
    """Write the audit as one self-contained page with a sheet of pictures for each finding.

    Raises:
        DataError: the file cannot be written.
    """
    found = [(finding, _sheet(report, finding.shown)) for finding in report.findings]
    facts = [line.strip().split(None, 1) for line in report.text().splitlines()[1:]]
    told = [fact for fact in facts[: len(report.facts)] if len(fact) == 2]
    template = Environment(autoescape=True, finalize=in_page).from_string(PAGE)
    return _written(path, template.render(report=report, found=found, facts=told))


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
    """Return a thumbnail as PNG in base64; small pictures are enlarged by whole factors."""
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
