"""Train the sick run of docs/guide/when-training-goes-wrong.md and draw its pictures.

    python -m scripts.make_guide            # about three minutes of one core

Trains digits with a generator that hardly moves against a discriminator that learns fast and that
nothing holds back: once alone, once with the autopilot. Writes docs/pictures/guide-*.png, and
prints what the page quotes.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from gansmith.doctor.diagnose import diagnose
from gansmith.doctor.history import History
from gansmith.recipe.recipe import make_recipe
from gansmith.runs.reader import RunRecord, read_run
from gansmith.training.start import Order, train

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
KIMG = 24.0
SICK: dict[str, Any] = {
    "seed": 1,
    "length": {"kimg": KIMG},
    "data": {"source": "mnist", "size": 16, "batch": 16},
    "game": {"latent": 32},
    "networks": {
        "generator": {"name": "lean", "width": 12},
        "discriminator": {"name": "lean", "width": 12},
    },
    "loss": {"name": "non_saturating"},
    "optimizers": {
        "generator": {"lr": 2e-5, "betas": [0.5, 0.999]},
        "discriminator": {"lr": 4e-3, "betas": [0.5, 0.999]},
    },
    "ema": {"half_life_kimg": 1.0},
    "evaluation": {
        "every_kimg": KIMG / 16,
        "samples": 256,
        "extractor": "random_convolution",
        "metrics": ["frechet_distance", "prdc", "diversity"],
    },
    "signals": {"tick": 12},
    "runtime": {"device": "cpu"},
}
BLUE, ORANGE, GREY, INK = "#2563b8", "#b8500f", "#9aa2ad", "#222222"


def main() -> None:
    """Train both runs and draw them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, help="where to keep the runs; absent: nowhere")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.runs or Path(temporary)
        alone, treated = (run(folder, name) for name in ("alone", "treated"))
        draw(alone, treated)
        tell(alone, treated)


def run(folder: Path, name: str) -> RunRecord:
    """Train one of the runs, unless it is there, and return its record."""
    path = folder / name
    if not path.is_dir():
        changes = {"doctor.autopilot": True} if name == "treated" else {}
        train(Order(make_recipe(SICK | {}, changes), run=str(path), quiet=True))
    return read_run(path)


def draw(alone: RunRecord, treated: RunRecord) -> None:
    """Write the samples at the end of both, those at the first treatment, and the distances."""
    PICTURES.mkdir(exist_ok=True)
    before = sorted((treated.path / "segments" / "0" / "samples").glob("*.png"))[-1]
    ends = {"before": before, "alone": alone.samples[-1][1], "after": treated.samples[-1][1]}
    for name, path in ends.items():
        with Image.open(path) as opened:
            large = opened.convert("L").resize((2 * opened.width, 2 * opened.height), 0)
            large.save(PICTURES / f"guide-{name}.png", optimize=True)
    curves(alone, treated).save(PICTURES / "guide-distance.png", optimize=True)


def curves(alone: RunRecord, treated: RunRecord) -> Image.Image:
    """Return the distance to the data of both runs over kimg, on a logarithmic axis."""
    import numpy as np

    picture = Image.new("RGB", (720, 300), "white")
    pen = ImageDraw.Draw(picture)
    series = [History.of(one).column("metrics/frechet_distance").known for one in (alone, treated)]
    values = np.concatenate([one.values for one in series])
    low, high = np.log10(values.min()) - 0.1, np.log10(values.max()) + 0.1

    def place(kimg: float, value: float) -> tuple[float, float]:
        down = (np.log10(value) - low) / (high - low)
        return 60 + 600 * kimg / KIMG, 260 - 230 * float(down)

    for one in treated.lineage.segments:
        x = place(one.kimg, 10**low)[0]
        pen.line([(x, 30), (x, 260)], fill=GREY)
        pen.text((x + 3, 30), f"segment {one.number}", fill=GREY)
    for curve, colour, name in zip(series, (ORANGE, BLUE), ("alone", "autopilot"), strict=True):
        points = [place(k, v) for k, v in zip(curve.kimg, curve.values, strict=True)]
        pen.line(points, fill=colour, width=3)
        pen.text((points[-1][0] - 55, points[-1][1] - 16), name, fill=colour)
    for kimg in range(0, int(KIMG) + 1, 4):
        pen.text((place(kimg, 10**low)[0] - 4, 264), str(kimg), fill=INK)
    decades = range(int(np.floor(low)), int(np.ceil(high)) + 1)
    ticks = [step * 10.0**n for n in decades for step in (1, 2, 5)]
    for value in [tick for tick in ticks if low < np.log10(tick) < high]:
        pen.text((8, place(0, value)[1] - 6), f"{value:g}", fill=INK)
    pen.line([(60, 30), (60, 260), (660, 260)], fill=INK)
    pen.text((290, 280), "thousands of real samples seen", fill=INK)
    pen.text((8, 8), "Frechet distance to the data", fill=INK)
    return picture


def tell(alone: RunRecord, treated: RunRecord) -> None:
    """Print what the page quotes."""
    for record in (alone, treated):
        last = record.metrics[-1]["metrics"]
        print(record.path.name, {name: round(value, 3) for name, value in last.items()})
        print(diagnose(record).says)
    for row in treated.journal:
        if row["event"] in ("diagnosis", "treatment", "segment"):
            print(f"{row['kimg']:6.1f}  {row['event']}: {row['says']}")


if __name__ == "__main__":
    main()
