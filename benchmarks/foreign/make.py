"""Play the loops of a bank under a monitor and keep what it recorded.

python benchmarks/foreign/make.py --bank open|former|later|latest|last [--only TEXT] [--part 0/2]
"""

import argparse
import importlib
import tempfile
import time
from functools import partial
from pathlib import Path

import torch
from truth import Bank, Loop

import gansmith
from gansmith.runs.reader import read_run
from gansmith.testing.zoo import names_of, pack, write_record

RECORDS = Path(__file__).parent / "records"


def record(bank: Bank, source: str, loop: Loop) -> bool:
    """Play one loop and keep its record; say whether its truth came about."""
    with tempfile.TemporaryDirectory() as folder:
        run, begun = Path(folder) / "run", time.process_time()
        trace = bank.play(loop, partial(gansmith.Monitor, run=run, quiet=True))
        facts = {
            "data": loop.data,
            "architecture": loop.nets,
            "way": loop.name,
            "failure": loop.truth,
            "also": list(loop.also),
            "seconds": round(time.process_time() - begun, 1),
            "confirmed": bool(loop.check(trace)),
            "source": source,
        }
        RECORDS.mkdir(exist_ok=True)
        write_record(RECORDS / f"{source}--{loop.name}.json.xz", read_run(run), facts)
    print(f"{loop.name}: {loop.truth or 'healthy'}, {facts['confirmed']}, {facts['seconds']} s")
    return facts["confirmed"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    banks = ("open", "former", "later", "latest", "last")
    parser.add_argument("--bank", choices=banks, required=True)
    parser.add_argument("--only", default="", help="loops whose name or truth holds this text")
    parser.add_argument("--part", default="0/1", help="each n-th loop from the k-th on: k/n")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    bank: Bank = importlib.import_module(f"{asked.bank}_bank").BANK
    part, parts = map(int, asked.part.split("/"))
    made_already = names_of(RECORDS)
    for loop in bank.loops[part::parts]:
        kept = f"{asked.bank}--{loop.name}"
        if kept not in made_already and asked.only in f"{loop.truth} {loop.name}":
            record(bank, asked.bank, loop)
    if parts == 1:
        pack(RECORDS)


if __name__ == "__main__":
    main()
