"""``python -m gansmith.testing.zoo``: make what is missing of the zoo, within a budget."""

import argparse
import time
from pathlib import Path

from gansmith.testing.zoo.specimens import TURNS, specimens
from gansmith.testing.zoo.store import names_of, pack
from gansmith.testing.zoo.train import make


def main() -> None:
    """Make specimens that are not there yet until the budget is spent; start again at any time."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/zoo"))
    parser.add_argument("--pack", type=Path, help="folder with clothing.npz and cifar.npz")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--turns", type=int, default=TURNS, help="runs of each way")
    parser.add_argument("--only", default="", help="make specimens with this in their name")
    parser.add_argument("--pack-records", action="store_true", help="only archive what was made")
    parser.add_argument("--part", default="0/1", help="0/2 and 1/2 share the work of two processes")
    words = parser.parse_args()
    end = time.monotonic() + 60 * words.minutes
    number, parts = map(int, words.part.split("/"))
    if words.pack_records:
        print(pack(words.out))
        return
    made_already = names_of(words.out)
    for specimen in specimens(words.turns)[number::parts]:
        if specimen.name in made_already or words.only not in specimen.name:
            continue
        if time.monotonic() > end:
            break
        begun = time.monotonic()
        try:
            made = make(specimen, words.out, words.pack)
        except Exception as error:
            print(f"{specimen.name}: not made; {error}", flush=True)
            continue
        if made:
            size = made.stat().st_size
            print(f"{specimen.name} {time.monotonic() - begun:.0f} s {size} bytes", flush=True)


if __name__ == "__main__":
    main()
