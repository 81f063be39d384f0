"""Write docs/gallery.md and its picture from runs: ``python scripts/make_gallery.py RUN RUN...``.

Runs of embedded data only: the picture is in the repository.
"""

import json
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from gansmith.reporting.wording import MAIN, duration, number
from gansmith.runs.reader import read_run
from gansmith.values import value_of

DOCS = Path(__file__).parent.parent / "docs"
SIDE, LINE, GAP, COLUMNS = 265, 34, 16, 4  # pixels of a panel, of its caption; panels in a row
EMBEDDED = ("mnist", "emoji", "photos", "ring", "grid", "waves")
HEAD = """# Gallery

What the recipes make of the data inside the package, as `scripts/make_gallery.py` took it from the
run folders: one run each, seed 0, nothing picked by hand. The samples are those of the end of the
run.

![Samples of {count} runs: {names}](pictures/gallery.png)

| picture | command | time | machine | reached, other reals |
|---|---|---|---|---|
"""
TAIL = """
The time is that of training with its exams. Numbers compare only within one data set and its
[protocol](metrics.md); they are not FID. Other kinds of data have pictures on their own pages:
[series](kinds.md#series), [sound](kinds.md#sound), and [failures](failures.md) has those of runs
that went wrong.
"""


def shown(record):
    """Return the newest samples as a panel, enlarged by whole factors or made smaller."""
    with Image.open(record.samples[-1][1]) as opened:
        image = opened.convert("RGB")
    factor = SIDE // max(image.size)
    image = image.resize((image.width * max(1, factor), image.height * max(1, factor)), 0)
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    panel = Image.new("RGB", (SIDE, SIDE), "white")
    panel.paste(image, ((SIDE - image.width) // 2, (SIDE - image.height) // 2))
    return panel


def sheet(records, names):
    rows = -(-len(records) // COLUMNS)
    size = COLUMNS * (SIDE + GAP) + GAP, rows * (SIDE + LINE + GAP) + GAP
    picture, font = Image.new("RGB", size, "white"), ImageFont.load_default(17)
    draw = ImageDraw.Draw(picture)
    for place, (record, name) in enumerate(zip(records, names, strict=True)):
        x = GAP + place % COLUMNS * (SIDE + GAP)
        y = GAP + place // COLUMNS * (SIDE + LINE + GAP)
        picture.paste(shown(record), (x, y))
        told = f"{place + 1}  {name}, {duration(record.signals[-1]['seconds'])}"
        draw.text((x, y + SIDE + 6), told, "#1b1f24", font)
    return picture.quantize(128, dither=Image.Dither.NONE)


def row(place, record):
    environment, exam = record.environment, record.metrics[-1]
    command = environment["command"].split(" --run ")
    told = command[0] + "".join(f" {rest}" for rest in command[1].split()[1:])
    name = next(n for n in MAIN if n in exam["metrics"])
    floor = exam["floor"].get(name)
    reached = f"{value_of(name, {}).title} {number(exam['metrics'][name])}"
    reached += f", {number(floor)}" if floor else ""
    if "modes" in exam["metrics"]:
        reached = f"{exam['metrics']['modes']:.0f} modes, {reached}"
    seconds, kimg = record.signals[-1]["seconds"], number(round(record.signals[-1]["kimg"]))
    threads = environment["threads"]
    machine = f"{environment['processor']}, {threads} thread{'s' * (threads > 1)}"
    time = f"{duration(seconds)} ({kimg} kimg)"
    return f"| {place} | `{told}` | {time} | {machine} | {reached} |"


def main(paths):
    records = [read_run(path) for path in paths]
    sets = [record.environment["data"]["name"] for record in records]
    commands = [record.environment["command"].split() for record in records]
    names = [words[3] if words[2] == "--data" else words[2] for words in commands]
    strange = set(sets) - set(EMBEDDED)
    if strange:
        sys.exit(f"only embedded data may be shown, not {json.dumps(sorted(strange))}")
    sheet(records, names).save(DOCS / "pictures" / "gallery.png", optimize=True)
    head = HEAD.format(count=len(records), names=", ".join(names))
    rows = [row(place, record) for place, record in enumerate(records, 1)]
    (DOCS / "gallery.md").write_text(head + "\n".join(rows) + "\n" + TAIL, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
