"""Blood cells: do synthetic ones help to find the two rare kinds, and do they show a patient's?

python examples/blood_cells.py CELLS [OUT]

CELLS holds train/ and test/ with rbc.jpg, wbc.jpg and platelets.jpg each: sheets of 25 cells of 64
pixels a row, and counts.json beside them. The cells of train and test come from different pictures.
OUT (runs/blood-cells) gets the run folder and study/: augment.json, augment.md and nearest.png. All
takes about 5 minutes of one core; a run that is there already is not trained again.
"""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

import gansmith
from gansmith.data import look_over

SIDE, COLUMNS = 64, 25  # pixels of a cell, cells a row of a sheet
CLASSES = ("rbc", "wbc", "platelets")
RECIPE = {
    "data.size": 32,
    "condition.name": "labels",
    "condition.balanced": True,  # training meets the rare kinds as often as the common one
    "data.flip": True,  # a cell has no left and right, nor up and down
    "data.turn": True,
    "evaluation.extractor": "pixels",
    "evaluation.metrics": ["kernel_distance", "prdc", "diversity", "memorisation"],
    "evaluation.samples": 128,
    "evaluation.every_kimg": 10,
}
KIMG, SEEDS = 20, 5
AMOUNTS = (356, 1 << 20)  # a quarter, and all


def cells(folder: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the cells of a split as bytes [N, 3, 64, 64] and the kind of each."""
    counts = json.loads((folder / "counts.json").read_text())
    found = []
    for name in CLASSES:
        sheet = np.asarray(Image.open(folder / split / f"{name}.jpg").convert("RGB"))
        rows = sheet.reshape(-1, SIDE, COLUMNS, SIDE, 3).transpose(0, 2, 4, 1, 3)
        found.append(rows.reshape(-1, 3, SIDE, SIDE)[: counts[f"{split}/{name}"]])
    labels = np.repeat(np.arange(len(CLASSES)), [len(part) for part in found])
    return np.concatenate(found), labels


def save(folder: Path, split: str, out: Path) -> Path:
    """Write a split as an array with labels."""
    samples, labels = cells(folder, split)
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez(out, samples=samples, labels=labels, classes=np.array(CLASSES))
    return out


def audit(data: Path) -> None:
    """Say what is unusual about the data before anything is trained on them."""
    opened = gansmith.open_data(data, size=32)
    print(f"{data.name}: {len(opened.train)} to train on, {len(opened.held_out)} held out")
    for finding in look_over(opened):
        print(f"  {finding.severity}: {finding.sentence}")


def trained(data: Path, run: Path) -> Path:
    """Train a generator of the three kinds of cells; one that is there already is taken."""
    if not (run / "report.html").is_file():
        begun = (run / "recipe.toml").is_file()
        if begun:
            gansmith.train(run=run, resume=True)
        else:
            gansmith.train(data=data, run=run, set=RECIPE, kimg=KIMG)
    return run


def main() -> None:
    folder, out = Path(sys.argv[1]), Path(*sys.argv[2:3] or ["runs/blood-cells"])
    data = save(folder, "train", out / "train.npz")
    test = save(folder, "test", out / "test.npz")
    audit(data)
    run = trained(data, out / "run")
    found = gansmith.augmentation_study(
        data, run, test, AMOUNTS, SEEDS, features="pixels", out=out / "study"
    )
    print(found["says"])
    print(" ".join(found["privacy"]["says"]))


if __name__ == "__main__":
    main()
