"""Play the loops of a suite under a monitor and keep what it recorded.

python -m benchmarks.doctor.third_party_loops.make --suite v1|v2|v3|v4|v5 [--only TEXT] [--part 0/2]
"""

import argparse
import importlib
import tempfile
import time
from functools import partial
from pathlib import Path

import torch

import gansmith
from benchmarks.doctor.third_party_loops import SUITES
from benchmarks.doctor.third_party_loops.checks import Loop, Suite
from benchmarks.doctor.zoo import RECORDS, names_of, pack, write_record
from gansmith.runs.reader import read_run

PACKAGE = "benchmarks.doctor.third_party_loops"
LOOPS = RECORDS / "third_party_loops"


def record(suite: Suite, name: str, loop: Loop) -> bool:
    """Play one loop and keep its record; return whether the intended outcome came about."""
    with tempfile.TemporaryDirectory() as folder:
        run, begun = Path(folder) / "run", time.process_time()
        trace = suite.play(loop, partial(gansmith.Monitor, run=run, quiet=True))
        facts = {
            "data": loop.data,
            "architecture": loop.nets,
            "way": loop.name,
            "failure": loop.truth,
            "also": list(loop.also),
            "seconds": round(time.process_time() - begun, 1),
            "confirmed": bool(loop.check(trace)),
            "source": name,
        }
        LOOPS.mkdir(parents=True, exist_ok=True)
        write_record(LOOPS / f"{name}--{loop.name}.json.xz", read_run(run), facts)
    print(f"{loop.name}: {loop.truth or 'healthy'}, {facts['confirmed']}, {facts['seconds']} s")
    return facts["confirmed"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", choices=SUITES, required=True)
    parser.add_argument("--only", default="", help="loops whose name or truth holds this text")
    parser.add_argument("--part", default="0/1", help="each n-th loop from the k-th on: k/n")
    options = parser.parse_args()
    torch.set_num_threads(1)
    suite: Suite = importlib.import_module(f"{PACKAGE}.{options.suite}").SUITE
    part, parts = map(int, options.part.split("/"))
    made_already = names_of(LOOPS)
    for loop in suite.loops[part::parts]:
        kept = f"{options.suite}--{loop.name}"
        if kept not in made_already and options.only in f"{loop.truth} {loop.name}":
            record(suite, options.suite, loop)
    if parts == 1:
        pack(LOOPS)


if __name__ == "__main__":
    main()
