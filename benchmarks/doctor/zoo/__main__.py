"""``python -m benchmarks.doctor.zoo``: make the missing runs of the zoo, within a budget."""

import argparse
import time
from pathlib import Path

from benchmarks.doctor.zoo.planned_runs import ROUNDS, planned_runs
from benchmarks.doctor.zoo.store import RECORDS, names_of, pack
from benchmarks.doctor.zoo.train import make


def main() -> None:
    """Make runs that are not there yet until the budget is spent; start again at any time."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path, default=RECORDS / "zoo")
    parser.add_argument("--pack", type=Path, help="folder with clothing.npz and cifar.npz")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="runs of each scenario")
    parser.add_argument("--only", default="", help="make runs with this in their name")
    parser.add_argument("--pack-records", action="store_true", help="only archive what was made")
    parser.add_argument("--part", default="0/1", help="0/2 and 1/2 share the work of two processes")
    options = parser.parse_args()
    end = time.monotonic() + 60 * options.minutes
    number, parts = map(int, options.part.split("/"))
    if options.pack_records:
        print(pack(options.out))
        return
    made_already = names_of(options.out)
    for planned in planned_runs(options.rounds)[number::parts]:
        if planned.name in made_already or options.only not in planned.name:
            continue
        if time.monotonic() > end:
            break
        begun = time.monotonic()
        try:
            made = make(planned, options.out, options.pack)
        except Exception as error:
            print(f"{planned.name}: not made; {error}", flush=True)
            continue
        if made:
            size = made.stat().st_size
            print(f"{planned.name} {time.monotonic() - begun:.0f} s {size} bytes", flush=True)


if __name__ == "__main__":
    main()
