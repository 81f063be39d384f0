"""What the recipes for tables and series reach, with the floor and a baseline beside it.

    python -m benchmarks.kinds tables --adult adult.csv --minutes 60    # goes on where it stopped
    python -m benchmarks.kinds series --stocks stocks.csv

The protocol stands on the page, ``kinds.md``. iris, wine, breast_cancer and diabetes are those that
come with scikit-learn; adult is UCI's census income as a .csv with a header, stocks TimeGAN's daily
prices, a .csv of six columns. ``kinds_text.py`` and ``kinds_audio.py`` measure text and sound.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

import gansmith
from benchmarks.kinds_page import keep, kept
from gansmith.data import Data, open_data
from gansmith.kinds.tables.coding import of_columns
from gansmith.kinds.tables.columns import columns_of
from gansmith.metrics.maths.gaussian_copula import GaussianCopula
from gansmith.metrics.series.correlations import correlations
from gansmith.metrics.series.discriminative_score import discriminative_score
from gansmith.metrics.series.predictive_score import predictive_score
from gansmith.metrics.table.tree_auc import detection
from gansmith.training.session.environment import processor

Found = dict[str, Any]
SMALL = ("iris", "wine", "breast_cancer", "diabetes")
CELLS = {
    **{name: ("table", {"data.held_out": 0.5}) for name in SMALL},
    "adult": ("adult", {}),
}
DRAWS = 3  # sets of samples whose AUC is averaged
ROWS = 5000  # of a side that are told apart at most


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("kind", choices=list(SECTIONS))
    options.add_argument("--minutes", type=float, default=60.0)
    options.add_argument("--adult", type=Path, help="the .csv of census income")
    options.add_argument("--stocks", type=Path, help="the .csv of daily prices")
    given = options.parse_args()
    until = time.monotonic() + 60 * given.minutes
    for name, found in SECTIONS[given.kind](kept(given.kind), given):
        keep(given.kind, name, found)
        print(name, found, flush=True)
        if time.monotonic() > until:
            sys.exit("the time is over; the same command goes on")


# --- tables -----------------------------------------------------------------------------------


def tables(known: Found, given: argparse.Namespace) -> Iterator[tuple[str, Found]]:
    """Yield what each table that is not known yet comes to."""
    work = Path(tempfile.gettempdir()) / "gansmith-kinds"
    work.mkdir(exist_ok=True)
    for name, (recipe, changes) in CELLS.items():
        path = given.adult if name == "adult" else exported(name, work)
        if name in known or path is None:
            continue
        yield name, of_table(path, recipe, changes, work / f"run-{name}")


def exported(name: str, work: Path) -> Path:
    """Return a data set of scikit-learn as a .csv."""
    try:
        from sklearn import datasets
    except ImportError:
        sys.exit("the small tables come with scikit-learn, which is not installed")
    options = {"scaled": False} if name == "diabetes" else {}
    frame = getattr(datasets, f"load_{name}")(as_frame=True, **options).frame
    frame.to_csv(work / f"{name}.csv", index=False)
    return work / f"{name}.csv"


def of_table(path: Path, recipe: str, changes: Found, run: Path) -> Found:
    """Train a recipe on a table and compare it with a copula, margins alone, and real rows."""
    shutil.rmtree(run, ignore_errors=True)
    begun = time.process_time()
    gansmith.train(recipe, data=path, run=run, set=changes, quiet=True)
    spent = time.process_time() - begun
    loaded = gansmith.load(run, which="last")
    data = open_data(path, kind="table", held_out=loaded.recipe.data.held_out, seed=0)
    train, held = (rows_of(data, side) for side in (data.train, data.held_out))
    held = held[:ROWS]
    columns = [column for column in columns_of(data.facts) if column.type != "key"]
    copula = GaussianCopula(train, columns)
    learned = [n for n, column in enumerate(columns_of(data.facts)) if column.type != "key"]
    sides: dict[str, Callable[[int], np.ndarray]] = {
        "gan": lambda seed: loaded.sample(len(held), seed).double().numpy()[:, learned],
        "copula": lambda seed: copula.draw(len(held), seed),
        "margins": lambda seed: shuffled(train, len(held), seed),
        "reals": lambda seed: np.random.default_rng(seed).permutation(train),
    }
    found: Found = {
        name: round(float(np.mean([detection(held, make(s), seed=s) for s in range(DRAWS)])), 3)
        for name, make in sides.items()
    }
    exam = json.loads((run / "metrics.jsonl").read_text().splitlines()[-1])
    shown = ("column_shapes", "pair_trends", "efficacy", "efficacy_of_reals")
    more = (*shown, "nearest_record_ratio", "copied_rows")
    return {
        **found,
        **{name: round(exam["metrics"][name], 3) for name in more if name in exam["metrics"]},
        "train": len(train),
        "judged": len(held),
        "columns": len(columns),
        "recipe": recipe,
        "kimg": loaded.kimg,
        "cpu_s": round(spent),
        "processor": processor(),
    }


# --- series -----------------------------------------------------------------------------------

WINDOW, BLOCK, EVERY = 24, 150, 5  # days; every so many blocks one is held out


def series(known: Found, given: argparse.Namespace) -> Iterator[tuple[str, Found]]:
    """Yield what stocks come to, unless that is known."""
    if "stocks" not in known and given.stocks is not None:
        work = Path(tempfile.gettempdir()) / "gansmith-kinds"
        work.mkdir(exist_ok=True)
        yield "stocks", of_prices(given.stocks, work)


def windows(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return windows [N, 24, 6] to train on, and held-out ones."""
    rows = np.loadtxt(path, delimiter=",", skiprows=1)
    blocks = [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]
    held = [number % EVERY == EVERY - 1 for number in range(len(blocks))]
    sides = []
    for wanted in (False, True):
        some = [block for block, is_so in zip(blocks, held, strict=True) if is_so == wanted]
        cut = [b[i : i + WINDOW] for b in some for i in range(len(b) - WINDOW + 1)]
        sides.append(np.stack(cut).astype(np.float32))
    return sides[0], sides[1]


def of_prices(path: Path, work: Path) -> Found:
    """Train the recipe stocks, and score its samples and the training windows."""
    train, held = windows(path)
    np.savez(work / "stocks.npz", samples=train)
    run = work / "run-stocks"
    shutil.rmtree(run, ignore_errors=True)
    begun = time.process_time()
    gansmith.train("stocks", data=work / "stocks.npz", run=run, quiet=True)
    spent = time.process_time() - begun
    loaded = gansmith.load(run, which="last")
    sides = {"gan": loaded.sample(len(held), 0), "reals": torch.from_numpy(train)}
    found: Found = {}
    for name, fake in sides.items():
        real = torch.from_numpy(held)
        score = discriminative_score(real, fake, runs=3)
        ahead = predictive_score(real, fake, runs=3)
        found[name] = {"discriminative_score": round(score, 3)}
        found[name] |= {key: round(value, 4) for key, value in ahead.items()}
        found[name] |= {key: round(value, 4) for key, value in correlations(real, fake).items()}
    found |= {"train": len(train), "judged": len(held), "kimg": loaded.kimg}
    return found | {"cpu_s": round(spent), "processor": processor()}


def rows_of(data: Data, side: Any) -> np.ndarray:
    """Return rows as stored, without keys."""
    columns = columns_of(data.facts)
    rows = of_columns(torch.from_numpy(side.take(np.arange(len(side)))), columns)
    return rows[:, [n for n, column in enumerate(columns) if column.type != "key"]]


def shuffled(rows: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return rows whose columns are drawn independently of each other."""
    draws = np.random.default_rng(seed)
    drawn = [draws.choice(rows[:, n], count) for n in range(rows.shape[1])]
    return np.stack(drawn, 1)


SECTIONS: dict[str, Callable[[Found, argparse.Namespace], Iterator[tuple[str, Found]]]] = {
    "tables": tables,
    "series": series,
}
if __name__ == "__main__":
    main()
