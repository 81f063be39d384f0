"""What survives kills, flipped bits, full disks and hostile input, tried case by case.

    OMP_NUM_THREADS=1 python benchmarks/reliability.py           # writes reliability.md and .json
    OMP_NUM_THREADS=1 python benchmarks/reliability.py --quick   # a few cases of each kind

Runs are killed by SIGKILL just before an operation on the disk or halfway through a write, go on,
and are compared bit for bit (weights, average, optimizers' state, samples, signals, exams, journal)
with a run that nobody killed. Everything is done in forked processes. Full and read-only disks are
small tmpfs mounts where mounting is permitted, else those rows say that they were left out.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from reliability_bench import Bench, Row, counted
from reliability_damage import flips
from reliability_disks import disk, full_disks
from reliability_kills import kills, together

import gansmith

HERE = Path(__file__).parent
COMMAND = [sys.executable, "-m", "gansmith"]


def hostile(bench: Bench) -> Iterator[Row]:
    """Archives made to harm, and damaged input to every verb."""
    try:
        import reliability_fuzz as fuzz
    except ImportError:
        print("reliability_fuzz is not there: its rows are left out")
        return
    cases, places = 30 if bench.quick else 600, [bench.scratch / n for n in ("archives", "fuzz")]
    for place in places:
        place.mkdir()
    yield counted("hostile archives", *fuzz.hostile_archives(COMMAND, places[0]))
    yield counted("fuzzed input", *fuzz.fuzz(COMMAND, places[1], cases))


def long_history(bench: Bench) -> Iterator[Row]:
    """Diagnose and report on a run of very many ticks: time and memory."""
    from long_history import long_history as open_long

    ticks = 20_000 if bench.quick else 5_000_000
    with tempfile.TemporaryDirectory() as place:  # five gigabytes of records: not in memory
        tried, failed = open_long(COMMAND, Path(place), ticks)
    yield counted(f"diagnose and report on {ticks:,} ticks", tried, failed)


def page(rows: list[Row], seconds: float) -> str:
    lines = [
        "# Reliability",
        "",
        "Made by `benchmarks/reliability.py`, which says how each case is done.",
        f"gansmith {gansmith.__version__}, torch {torch.__version__}, Python "
        f"{platform.python_version()}, {os.cpu_count()} cores, {seconds / 60:.0f} minutes.",
        "",
        "| tried | cases | failed |",
        "|---|---|---|",
        *(f"| {title} | {tried} | {len(failed)} |" for title, tried, failed in rows),
        f"| all | {sum(r[1] for r in rows)} | {sum(len(r[2]) for r in rows)} |",
    ]
    told = [f"- {title}: {failure}" for title, _, failed in rows for failure in failed]
    return "\n".join([*lines, *(["", "## What failed", "", *told] if told else [])]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a few cases of each kind")
    words = parser.parse_args()
    torch.set_num_threads(1)
    begun = time.monotonic()
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None  # kills need no real disk
    with tempfile.TemporaryDirectory(dir=memory) as name:
        os.environ["RELIABILITY_SCRATCH"] = name
        os.environ.setdefault("GANSMITH_CACHE", f"{name}/cache")
        bench = Bench(Path(name), words.quick)
        rows = [*kills(bench), together(bench), *flips(bench)]
        with disk(bench, "16k") as place:
            permitted = place is not None
        if permitted:
            rows += full_disks(bench)
        else:
            print("mounting is not permitted: full and read-only disks are left out")
        rows += [*hostile(bench), *long_history(bench)]
    spent = time.monotonic() - begun
    if not words.quick:
        found = [{"title": t, "tried": n, "failed": f} for t, n, f in rows]
        (HERE / "reliability.json").write_text(json.dumps(found, indent=1) + "\n")
        (HERE / "reliability.md").write_text(page(rows, spent))
    sys.exit(1 if any(failed for *_, failed in rows) else 0)


if __name__ == "__main__":
    main()
