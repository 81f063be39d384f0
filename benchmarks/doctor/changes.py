"""What a change of the doctor changes: its verdict on every stored record, before and after.

    python -m benchmarks.doctor.changes                        # against the verdicts before ADR 13
    python -m benchmarks.doctor.changes --keep FILE.json.xz    # keep the verdicts of today's code
    python -m benchmarks.doctor.changes --against FILE.json.xz

Prints each record whose verdict, diagnoses or outlook differ, with what the run was made to be and
whether that came about, then how many became better and how many worse, and what only one of the
two sides has. The ground truth is that of the earlier file, so that a change cannot move it.
"""

import argparse
import json
import lzma
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.doctor.zoo import RECORDS, Record, read_all
from gansmith.doctor.diagnose import ILL, judge

BEFORE = RECORDS / "verdicts_before_adr_13.json.xz"
FOLDERS = (RECORDS / "zoo", RECORDS / "third_party_loops")
SUITES = {"open": "v1", "former": "v2", "later": "v3", "latest": "v4", "last": "v5"}  # older names
HEALTHY = "healthy"

Known = Mapping[str, Any]  # what is kept of one record


def verdict_of(record: Record) -> dict[str, Any]:
    """Return what is kept of a record: the ground truth and the verdict with its diagnoses."""
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
    """Return what ``--keep`` wrote, with the names that records have today."""
    kept: dict[str, Any] = json.loads(lzma.decompress(path.read_bytes()))
    return {_name_today(name): verdict for name, verdict in kept.items()}


def _name_today(name: str) -> str:
    suite, _, loop = name.partition("--")
    return f"{SUITES[suite]}--{loop}" if suite in SUITES else name


def named(known: Known) -> set[str]:
    """Return the failures that are diagnosed with confidence."""
    return {name for name, sure in known["found"].items() if sure >= ILL}


def worth(known: Known, truth: Known) -> tuple[int, int]:
    """Return how right a verdict is, to compare: the verdict first, then the other diagnoses.

    The first is 2 where the truth is diagnosed or a healthy run is called healthy, 1 where a
    failure that belongs to it is diagnosed or the verdict is unknown, and 0 where it is wrong.
    """
    said, right = named(known), {truth["truth"], *truth["also"]}
    beside = -len(said - right)
    if truth["truth"] == HEALTHY:
        return (0 if said else 2 if known["verdict"] == HEALTHY else 1), beside
    if truth["truth"] in said:
        return 2, beside
    return int(bool(said & right) or known["verdict"] == "unknown"), beside


def difference(before: Known, after: Known) -> str:
    """Return in words how two verdicts differ; empty where they do not."""
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
    yield f"{len(before.keys() & after.keys())} records; " + (
        ", ".join(f"{count} {sign}" for sign, count in sorted(sums.items())) or "none differs"
    )
    for side, alone in (("before", before.keys() - after.keys()), ("after", after.keys() - before)):
        if alone:
            yield f"{len(alone)} records only {side}: {', '.join(sorted(alone)[:5])} ..."


def main() -> None:
    """Keep the verdicts of today's code, or compare them with those kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="write the verdicts to this file")
    parser.add_argument(
        "--against", type=Path, default=BEFORE, help="compare with the verdicts in this file"
    )
    parser.add_argument("--folders", type=Path, nargs="*", default=FOLDERS)
    options = parser.parse_args()
    after = dict(verdicts(tuple(options.folders)))
    if options.keep:
        options.keep.write_bytes(lzma.compress(json.dumps(after, separators=(",", ":")).encode()))
    else:
        print("\n".join(compare(read_verdicts(options.against), after)))


if __name__ == "__main__":
    main()
