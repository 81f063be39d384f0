"""What recipes with a condition reach, by judges that they never saw.

    OMP_NUM_THREADS=1 python benchmarks/conditional.py [ROW ...] --pack PACK   # train, judge
    OMP_NUM_THREADS=1 python benchmarks/conditional.py --report                # the page alone

Rows: digits, clothing, infogan, captions. A row that is named is trained anew; without a name those
that are missing are. PACK is a folder with clothing64/ (sheets of photographs by split and class)
and mnist/; rows that need it are left out without it. One thread each; CPU seconds are those of the
whole training. Results are kept in conditional.json, by row, and told in conditional.md.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from conditional_rows import ROWS, Row

from gansmith.recipe.recipe import load_recipe
from gansmith.training.session.environment import processor
from gansmith.training.start import Order, train

HERE = Path(__file__)
RESULT, PAGE = HERE.with_suffix(".json"), HERE.with_suffix(".md")


def measured(name: str, row: Row, pack: Path | None, keep: Path | None) -> dict[str, Any]:
    """Train a row and judge what it gives."""
    with tempfile.TemporaryDirectory() as folder:
        run = keep / name if keep else Path(folder) / "run"
        changes = {"runtime.threads": 1, "seed": 0, **row.changes(Path(folder), pack)}
        began = time.process_time()
        train(Order(load_recipe(row.recipe, changes), run=str(run)))
        seconds = time.process_time() - began
        found = row.judge(run, pack)
    return {"recipe": row.recipe, "cpu_seconds": round(seconds), **found}


def page(kept: dict[str, Any]) -> str:
    """Return conditional.md."""
    text = ["# Conditions: what recipes reach", "", (__doc__ or "").split("\n\n")[2], ""]
    text += [f"{kept['processor']}, one thread, torch {kept['torch']}, one seed.", ""]
    for name, row in ROWS.items():
        if name not in kept["rows"]:
            continue
        found = kept["rows"][name]
        text += [f"## {name.capitalize()}", "", row.about, ""]
        text += [f"Recipe `{found['recipe']}`{row.said()}: {found['cpu_seconds']} CPU seconds.", ""]
        text += ["| measured | here | bar or baseline |", "|---|---|---|"]
        text += [f"| {says} | {value} | {beside} |" for says, value, beside in row.cells(found)]
        text += [""]
    return "\n".join(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("rows", nargs="*", help=", ".join(ROWS))
    parser.add_argument("--pack", type=Path, help="folder of sets that do not ship")
    parser.add_argument("--keep", type=Path, help="folder for the runs; else they are deleted")
    parser.add_argument("--report", action="store_true", help="run nothing")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    empty = {"processor": processor(), "torch": torch.__version__, "rows": {}}
    kept = json.loads(RESULT.read_text()) if RESULT.exists() else empty
    for name in [] if asked.report else asked.rows or [n for n in ROWS if n not in kept["rows"]]:
        if name not in ROWS:
            sys.exit(f"there is no row {name}; there are: {', '.join(ROWS)}")
        if ROWS[name].needs_pack and asked.pack is None:
            print(f"{name}: left out, for it needs --pack")
            continue
        kept["rows"][name] = measured(name, ROWS[name], asked.pack, asked.keep)
        RESULT.write_text(json.dumps(kept, indent=1) + "\n")
        print(name, kept["rows"][name], flush=True)
    PAGE.write_text(page(kept))


if __name__ == "__main__":
    main()
