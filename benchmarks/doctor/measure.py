"""The doctor measured as a medical test is, on the runs of the failure zoo.

    make zoo                              # makes the runs that are missing
    python -m benchmarks.doctor.measure   # reads them, writes doctor.md and the table of
                                          # reliability in docs/failures.md

Three splits, which share no run: *development* (seeds 0 to 3), inspected while detectors were
made; *validation* (seed 14), at data sets and networks of its own, inspected as well; and *test*
(seed 15), at data sets, architectures and losses that no other run has, evaluated when nothing
changed any more. No constant of a detector, no threshold and no calibration was drawn from the test
split. ``--trust`` prints the table of ``gansmith/doctor/calibration.py``, from the other two;
``--without-test`` leaves the test split out of the report and writes nothing.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.doctor.cases import (
    HEALTHY,
    Case,
    by_architecture,
    by_data,
    diagnosed,
    examine,
    trust,
)
from benchmarks.doctor.changes import BEFORE, FOLDERS, compare, read_verdicts, verdicts
from benchmarks.doctor.page import page
from benchmarks.doctor.third_party_loops import SUITES
from benchmarks.doctor.zoo import RECORDS, SPLITS, Record, planned_runs, read_all, split_of
from gansmith.doctor.calibration import TRUST
from gansmith.doctor.diagnose import ILL, signs

HERE = Path(__file__).parent
FAILURES = HERE.parents[1] / "docs" / "failures.md"
EARLIER = HERE / "earlier_results.json"  # shares detected when each test split was evaluated
EDGES = (0.35, 0.5, 0.7, 0.85, 1.01)

Cases = Sequence[Case]
Splits = dict[str, list[Case]]


# --- tables ------------------------------------------------------------------------------------


def wilson(right: int, count: int) -> str:
    """A share with its 95 % interval."""
    if not count:
        return "–"
    z, share = 1.96, right / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * (share * (1 - share) / count + z * z / (4 * count**2)) ** 0.5
    return f"{share:.2f} ({max(middle - half, 0):.2f}–{min(middle + half, 1):.2f})"


def median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    heads = list(heads)
    return [f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows)]


def failures_of(cases: Cases) -> list[str]:
    """The failures that the cases were made to have, and ``healthy`` at the end."""
    return [*sorted({case.truth for case in cases} - {HEALTHY}), HEALTHY]


def shown(failure: str) -> str:
    return f"{failure} (no false alarm)" if failure == HEALTHY else failure


def share(cases: Cases) -> str:
    return wilson(sum(case.right for case in cases), len(cases))


def sensitivity(splits: Splits) -> list[str]:
    heads = ["failure"]
    for split in SPLITS:
        heads += [split, "detected (95 %)"]
    heads += ["test: detected after, kimg", "share of the run"]
    rows = []
    for failure in failures_of([case for cases in splits.values() for case in cases]):
        cells = [shown(failure)]
        for split in SPLITS:
            mine = [case for case in splits[split] if case.truth == failure]
            cells += [str(len(mine)), share(mine)]
        found = [case for case in splits["test"] if case.truth == failure and case.delay]
        delays = [
            (case.delay or 0.0, (case.delay or 0.0) / case.record.history.kimg) for case in found
        ]
        cells += [f"{median(d[n] for d in delays):.3g}" if delays else "–" for n in (0, 1)]
        rows.append(cells)
    return table(heads, rows)


def specificity(splits: Splits, unconfirmed: list[Record]) -> list[str]:
    """A line a split: healthy runs without false alarm, and with those that did not become so."""
    return [_specificity(split, splits[split], unconfirmed) for split in SPLITS]


def _specificity(split: str, cases: Cases, unconfirmed: list[Record]) -> str:
    healthy = [case for case in cases if case.truth == HEALTHY]
    alarms = Counter(case.top for case in healthy if not case.right)
    named = ", ".join(f"{name} {count}" for name, count in alarms.most_common())
    others = [examine(r) for r in unconfirmed if not r.failure and split_of(r.name) == split]
    quiet = sum(case.top == HEALTHY for case in [*healthy, *others])
    return (
        f"- {split}: no false alarm in {share(healthy)} of {len(healthy)} healthy runs"
        + (f" (false alarms: {named})" if named else "")
        + f"; {wilson(quiet, len(others) + len(healthy))} if the {len(others)} that were made to be"
        " healthy and did not become so count as healthy too."
    )


def confusion(cases: Cases) -> list[str]:
    def healthy_first(name: str) -> tuple[bool, str]:
        return name != HEALTHY, name

    names = sorted({c.truth for c in cases} | {c.top for c in cases}, key=healthy_first)
    counts = Counter((case.truth, case.top) for case in cases)
    return table(
        ["made to be \\ diagnosed", *names],
        [
            [truth, *(str(counts[truth, name] or "·") for name in names)]
            for truth in sorted({case.truth for case in cases}, key=healthy_first)
        ],
    )


def calibration(drawn: Cases, test: Cases) -> list[str]:
    """Diagnoses by confidence, and how many of them are right (or right beside the main one)."""
    heads = [
        "confidence",
        "diagnoses, development and validation",
        "mean confidence",
        "right (95 %)",
    ]
    heads += ["test", "mean confidence", "right (95 %)"]
    sides, rows = (diagnosed(drawn, TRUST), diagnosed(test, TRUST)), []
    for low, edge in zip((0.2, *EDGES), EDGES, strict=False):
        cells = [f"{low:.2f}–{min(edge, 1):.2f}"]
        for side in sides:
            mine = [(sure, right) for sure, right in side if low <= sure < edge]
            count = len(mine)
            mean = f"{sum(sure for sure, _ in mine) / count:.2f}" if count else "–"
            cells += [str(count), mean, wilson(sum(right for _, right in mine), count)]
        rows.append(cells)
    return table(heads, rows)


def by(cases: Cases, of: Callable[[Case], str], head: str) -> list[str]:
    rows = []
    for name in sorted({of(case) for case in cases}):
        mine = [case for case in cases if of(case) == name]
        ill = [case for case in mine if case.truth != HEALTHY]
        well = [case for case in mine if case.truth == HEALTHY]
        rows.append([name, str(len(mine)), share(ill), share(well)])
    return table([head, "runs", "failures detected", "healthy runs without false alarm"], rows)


def missed(cases: Iterable[Case]) -> list[str]:
    return [
        f"- `{case.record.name}`: {case.truth}; diagnosed: "
        + (", ".join(f"{name} {sure:.2f}" for name, sure in case.found.items()) or "nothing")
        for case in cases
        if not case.right
    ]


def third_party(suites: Splits) -> list[str]:
    """Detected, and detected or something that is correct beside it, suite by suite."""
    heads = ["failure"]
    for suite in suites:
        heads += [suite, "detected (95 %)", "or one beside it"]
    rows = []
    for failure in failures_of([case for cases in suites.values() for case in cases]):
        cells = [shown(failure)]
        for cases in suites.values():
            mine = [case for case in cases if case.truth == failure]
            fair = sum(case.fair for case in mine)
            cells += [str(len(mine)), share(mine), f"{fair / len(mine):.2f}" if mine else "–"]
        rows.append(cells)
    return table(heads, rows)


def earlier(results: dict[str, dict[str, str]]) -> list[str]:
    """Shares by failure, one column for each earlier test split."""
    names = {name for column in results.values() for name in column}
    rows = sorted(names, key=lambda name: (name == HEALTHY, name))
    columns = results.values()
    return table(
        ["failure", *results],
        [[shown(name), *(column.get(name, "–") for column in columns)] for name in rows],
    )


def changes() -> list[str]:
    """How the verdict on each stored record differs from the one before ADR 13."""
    return list(compare(read_verdicts(BEFORE), dict(verdicts(FOLDERS))))


# --- the page ----------------------------------------------------------------------------------


def report(records: list[Record], loops: list[Record]) -> tuple[str, list[str]]:
    """Return the page, and the table of reliability by itself."""
    scored = [examine(r, split_of(r.name) == "test") for r in records if r.confirmed]
    splits = {split: [c for c in scored if split_of(c.record.name) == split] for split in SPLITS}
    drawn, test = [*splits["development"], *splits["validation"]], splits["test"]
    unconfirmed = [record for record in records if not record.confirmed]
    suites = {
        suite: [examine(r) for r in loops if r.confirmed and r.name.startswith(f"{suite}--")]
        for suite in SUITES
    }
    past: dict[str, Any] = json.loads(EARLIER.read_text(encoding="utf-8"))
    tables = {
        "summary": summary(records, splits),
        "sensitivity": sensitivity(splits),
        "specificity": specificity(splits, unconfirmed),
        "by_data": by(test, by_data, "data set"),
        "by_architecture": by(test, by_architecture, "architecture"),
        "calibration": calibration(drawn, test),
        "confusion_test": confusion(test),
        "confusion_drawn": confusion(drawn),
        "loops_earlier": earlier(past["third_party_loops"]),
        "loops": third_party(suites),
        "loops_missed": missed(case for cases in suites.values() for case in cases),
        "earlier": earlier(past["zoo"]),
        "changes": changes(),
        "missed": missed(case for split in SPLITS for case in splits[split]),
        "unconfirmed": [", ".join(f"`{record.name}`" for record in unconfirmed) or "none"],
    }
    return page(tables, ILL), tables["calibration"]


def summary(records: list[Record], splits: Splits) -> list[str]:
    hours = sum(record.seconds for record in records) / 3600
    counts = ", ".join(f"{len(splits[split])} {split}" for split in SPLITS)
    return [
        f"{len(records)} runs of {len(planned_runs())} planned, made to fail in known ways or to"
        f" stay healthy, of which {sum(map(len, splits.values()))} are scored ({counts})."
        f" They took {hours:.1f} core hours."
    ]


def write_table(path: Path, reliability: list[str]) -> None:
    """Put the reliability table between its marks in the page on failures."""
    begin, end = "<!-- reliability: made by benchmarks/doctor/measure.py -->", "<!-- end -->"
    made = "\n".join([begin, "", *reliability, "", end])
    text = path.read_text(encoding="utf-8")
    marks = f"<!-- reliability: made by [^>]*-->.*?{end}"
    path.write_text(re.sub(marks, lambda _: made, text, flags=re.DOTALL), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zoo", type=Path, default=RECORDS / "zoo")
    parser.add_argument("--loops", type=Path, default=RECORDS / "third_party_loops")
    parser.add_argument("--out", type=Path, default=HERE / "doctor.md")
    parser.add_argument("--trust", action="store_true", help="print the table of trust alone")
    parser.add_argument(
        "--without-test", action="store_true", help="without the test split, unwritten"
    )
    options = parser.parse_args()
    records, loops = list(read_all(options.zoo)), list(read_all(options.loops))
    if options.without_test or options.trust:
        records = [record for record in records if split_of(record.name) != "test"]
    if options.trust:
        known = [record for record in records if record.confirmed]
        print(
            trust(
                [Case(r, {d.failure: d.confidence for d in signs(r.history)}, None) for r in known]
            )
        )
        return
    text, reliability = report(records, loops)
    if not options.without_test:
        options.out.write_text(text, encoding="utf-8")
    if options.out == HERE / "doctor.md" and not options.without_test:
        write_table(FAILURES, reliability)
    print(text)


if __name__ == "__main__":
    main()
