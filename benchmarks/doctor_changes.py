"""What a change of the doctor changes: its verdict on every stored record, before and after.

    python benchmarks/doctor_changes.py                      # against doctor_before.json.xz
    python benchmarks/doctor_changes.py --keep FILE.json.xz   # keep the verdicts of today's code
    python benchmarks/doctor_changes.py --against FILE.json.xz

Prints each record on which the verdict, a failure named or the trend of the outlook differ, with
what the run was made to be and whether that came about beside it, and then how many became right
and how many wrong. The truth is that of the earlier file, so that a change cannot move it.
"""

import argparse
import json
import lzma
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gansmith.doctor.diagnose import ILL, judge
from gansmith.testing.zoo import Record, read_all

HERE = Path(__file__).parent
BEFORE = HERE / "doctor_before.json.xz"  # verdicts before the way was measured from the worst exam
FOLDERS = (HERE / "zoo", HERE / "foreign" / "records")
HEALTHY = "healthy"

Known = Mapping[str, Any]  # what is kept of one record


def verdict_of(record: Record) -> dict[str, Any]:
    """What is kept of a record: its truth, and all that the doctor says of it."""
    said = judge(record.history)
    return {
        "truth": record.failure or HEALTHY,
        "also": list(record.also),
        "confirmed": record.confirmed,
        "verdict": said.verdict,
        "found": {d.failure: round(d.confidence, 3) for d in said.diagnoses},
        "outlook": said.outlook.partition(":")[0],
    }


def verdicts(folders: tuple[Path, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every record's name with what is kept of it."""
    for folder in folders:
        for record in read_all(folder):
            yield record.name, verdict_of(record)


def read_verdicts(path: Path) -> dict[str, Any]:
    """Return what ``--keep`` wrote."""
    kept: dict[str, Any] = json.loads(lzma.decompress(path.read_bytes()))
    return kept


def named(known: Known) -> set[str]:
    """The failures that are diagnosed with confidence."""
    return {name for name, sure in known["found"].items() if sure >= ILL}


def worth(known: Known, truth: Known) -> tuple[int, int]:
    """How right a verdict is, to compare: first the verdict, then how little else is named.

    The first is 2 where the truth is named or a healthy run is called so, 1 where a failure that
    belongs to it is named or the verdict is unknown, and 0 where it is wrong.
    """
    said, right = named(known), {truth["truth"], *truth["also"]}
    beside = -len(said - right)
    if truth["truth"] == HEALTHY:
        return (0 if said else 2 if known["verdict"] == HEALTHY else 1), beside
    if truth["truth"] in said:
        return 2, beside
    return int(bool(said & right) or known["verdict"] == "unknown"), beside


def difference(before: Known, after: Known) -> str:
    """In words, how two verdicts differ; empty where they do not."""
    parts = []
    if before["verdict"] != after["verdict"]:
        parts.append(f"{before['verdict']} -> {after['verdict']}")
    gone, come = named(before) - named(after), named(after) - named(before)
    parts += [f"no longer {name}" for name in sorted(gone)]
    parts += [f"now {name} {after['found'][name]:.2f}" for name in sorted(come)]
    if before["outlook"] != after["outlook"]:
        parts.append(f"outlook: {before['outlook'] or 'none'} -> {after['outlook'] or 'none'}")
    return "; ".join(parts)


def compare(before: Mapping[str, Known], after: Mapping[str, Known]) -> Iterator[str]:
    """Yield one line for each record whose verdict differs, then the sums."""
    sums: Counter[str] = Counter()
    for name in sorted(before.keys() & after.keys()):
        words = difference(before[name], after[name])
        if not words:
            continue
        truth, scored = before[name], before[name]["confirmed"]
        worths = worth(after[name], truth), worth(before[name], truth)
        sign = (
            "as right"
            if worths[0] == worths[1]
            else "better"
            if max(worths) == worths[0]
            else "worse"
        )
        sums[f"{sign}{'' if scored else ', not scored'}"] += 1
        made = truth["truth"] + ("" if scored else " (did not come about)")
        yield f"- `{name}`, {made}, {sign}: {words}"
    yield ""
    yield f"{len(before.keys() & after.keys())} records; " + ", ".join(
        f"{count} {sign}" for sign, count in sorted(sums.items())
    )


def main() -> None:
    """Keep the verdicts of today's code, or compare them with those kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="write the verdicts to this file")
    parser.add_argument(
        "--against", type=Path, default=BEFORE, help="compare with the verdicts in this file"
    )
    parser.add_argument("--folders", type=Path, nargs="*", default=FOLDERS)
    words = parser.parse_args()
    after = dict(verdicts(tuple(words.folders)))
    if words.keep:
        words.keep.write_bytes(lzma.compress(json.dumps(after, separators=(",", ":")).encode()))
    else:
        print("\n".join(compare(read_verdicts(words.against), after)))


if __name__ == "__main__":
    main()
