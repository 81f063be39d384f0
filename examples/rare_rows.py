"""Rare rows of a table: do synthetic ones help to find them better than SMOTE or oversampling?

python examples/rare_rows.py TABLE [TARGET] [OUT]

TABLE is a .csv, or one packed as .csv.xz, TARGET its column of classes (income, as in the census
table that is known as adult). OUT (runs/rare-rows) gets the run folder and study/: augment.json and
augment.md. About a minute of one core; a run that is there already is not trained again.
"""

import lzma
import sys
from pathlib import Path

import gansmith

KIMG, SEEDS, ROWS = 60, 5, 4000
AMOUNTS = (1 << 20,)  # all rows that are trained on


def unpacked(table: Path, out: Path) -> Path:
    """Return the table as a .csv."""
    if table.suffix != ".xz":
        return table
    out.mkdir(parents=True, exist_ok=True)
    (out / "table.csv").write_bytes(lzma.decompress(table.read_bytes()))
    return out / "table.csv"


def main() -> None:
    target = sys.argv[2] if len(sys.argv) > 2 else "income"
    out = Path(*sys.argv[3:4] or ["runs/rare-rows"])
    data, run = unpacked(Path(sys.argv[1]), out), out / "run"
    if not (run / "report.html").is_file():
        changes = {"data.target": target, "data.rows": ROWS, "evaluation.every_kimg": 30}
        gansmith.train("adult", data=data, run=run, set=changes, kimg=KIMG)
    found = gansmith.augmentation_study(data, run, amounts=AMOUNTS, seeds=SEEDS, out=out / "study")
    print(found["says"])
    if found["privacy"]:
        print(" ".join(found["privacy"]["says"]))


if __name__ == "__main__":
    main()
