"""The doctor measured as a medical test is, on the runs of the failure zoo.

    make zoo                        # makes the runs that are missing
    python benchmarks/doctor.py     # reads them, writes benchmarks/doctor.md and the table of
                                    # reliability in docs/failures.md

Three sets of runs, which share no run: *known* ones (seeds 0 to 3), looked at while detectors were
made; *trial* ones (seed 14), at data sets and nets of their own, looked at as well; and
*sealed* ones (seed 15), at data sets, architectures and losses that no other run has, read when
nothing changed any more. The sealed data sets and architectures are the folds left out: no constant
of a detector, no level and no trust was drawn from them. ``--trust`` prints the table of
``gansmith/doctor/calibration.py``, from the known and the trial runs; ``--known`` leaves the
sealed runs out of the report and writes nothing.
"""

import argparse
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from doctor_cases import (
    HEALTHY,
    Case,
    by_architecture,
    by_data,
    examine,
    told,
    trust,
)
from doctor_changes import BEFORE as VERDICTS_BEFORE
from doctor_changes import FOLDERS, compare, read_verdicts, verdicts
from doctor_words import BEFORE, CHANGED, GAVE, LOOPS, LOOPS_GAVE, RULES, SETTING

from gansmith.doctor.calibration import TRUST
from gansmith.doctor.diagnose import ILL, signs
from gansmith.testing.zoo import Record, read_all, specimens

HERE = Path(__file__).parent
FAILURES = HERE.parent / "docs" / "failures.md"
EDGES = (0.35, 0.5, 0.7, 0.85, 1.01)
TRIAL, SEALED = (14,), 15  # seeds
BANKS = ("open", "former", "later", "latest", "last")  # of foreign loops
SETS = ("known", "trial", "sealed")


# --- tables ------------------------------------------------------------------------------------


def wilson(right: int, count: int) -> str:
    """A share with its 95 % interval."""
    if not count:
        return "–"
    z, share = 1.96, right / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * (share * (1 - share) / count + z * z / (4 * count**2)) ** 0.5
    return f"{share:.2f} ({max(middle - half, 0):.2f}–{min(middle + half, 1):.2f})"


def sensitivity(sets: dict[str, list[Case]]) -> list[str]:
    lines = [
        "| failure |"
        + "".join(f" {name} | of them named (95 %) |" for name in SETS)
        + " sealed: named after, kimg | share of the run |",
        "|---" * 9 + "|",
    ]
    every = [case for cases in sets.values() for case in cases]
    for failure in [*sorted({c.truth for c in every} - {HEALTHY}), HEALTHY]:
        cells = [f"{failure} (left in peace)" if failure == HEALTHY else failure]
        for name in SETS:
            mine = [c for c in sets[name] if c.truth == failure]
            cells += [str(len(mine)), wilson(sum(c.right for c in mine), len(mine))]
        named = [c for c in sets["sealed"] if c.truth == failure and c.delay]
        delays = [(c.delay or 0.0, (c.delay or 0.0) / c.record.history.kimg) for c in named]
        cells += [f"{middle(d[n] for d in delays):.3g}" if delays else "–" for n in (0, 1)]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def middle(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def specificity(cases: list[Case]) -> str:
    healthy = [c for c in cases if c.truth == HEALTHY]
    right = sum(c.right for c in healthy)
    wrong = Counter(c.top for c in healthy if not c.right)
    named = ", ".join(f"{name} {count}" for name, count in wrong.most_common())
    return f"{wilson(right, len(healthy))} of {len(healthy)} healthy runs" + (
        f"; falsely named: {named}" if named else ""
    )


def confusion(cases: list[Case]) -> list[str]:
    names = sorted(
        {c.truth for c in cases} | {c.top for c in cases}, key=lambda n: (n != HEALTHY, n)
    )
    table = Counter((c.truth, c.top) for c in cases)
    lines = [
        "| made to be \\ surest | " + " | ".join(names) + " |",
        "|---" * (len(names) + 1) + "|",
    ]
    for truth in sorted({c.truth for c in cases}, key=lambda n: (n != HEALTHY, n)):
        counts = [str(table[truth, name] or "·") for name in names]
        lines.append(f"| {truth} | " + " | ".join(counts) + " |")
    return lines


def calibration(drawn: list[Case], sealed: list[Case]) -> list[str]:
    """Diagnoses by confidence, and how many of them are right (or right beside the main one)."""
    lines = [
        "| confidence | diagnoses, known and trial | mean confidence | right (95 %) |"
        " sealed | mean confidence | right (95 %) |",
        "|---" * 7 + "|",
    ]
    sides = told(drawn, TRUST), told(sealed, TRUST)
    for low, edge in zip((0.2, *EDGES), EDGES, strict=False):
        cells = [f"{low:.2f}–{min(edge, 1):.2f}"]
        for side in sides:
            mine = [(sure, right) for sure, right in side if low <= sure < edge]
            count = len(mine)
            mean = f"{sum(sure for sure, _ in mine) / count:.2f}" if count else "–"
            cells += [str(count), mean, wilson(sum(right for _, right in mine), count)]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def folds(cases: list[Case], of: Callable[[Case], str]) -> list[str]:
    lines = [
        "| left out | runs | failures named | healthy runs left in peace |",
        "|---|---|---|---|",
    ]
    for name in sorted({of(c) for c in cases}):
        mine = [c for c in cases if of(c) == name]
        ill = [c for c in mine if c.truth != HEALTHY]
        well = [c for c in mine if c.truth == HEALTHY]
        shares = [wilson(sum(c.right for c in part), len(part)) for part in (ill, well)]
        lines.append(f"| {name} | {len(mine)} | {' | '.join(shares)} |")
    return lines


def misses(cases: Iterable[Case]) -> list[str]:
    return [
        f"- `{c.record.name}`: made to be {c.truth}; the doctor says "
        + (", ".join(f"{n} {v:.2f}" for n, v in c.found.items()) or "nothing")
        for c in cases
        if not c.right
    ]


def set_of(record: Record) -> str:
    seed = int(record.name.rpartition("--")[2])
    return "sealed" if seed == SEALED else "trial" if seed in TRIAL else "known"


def foreign(loops: list[Record]) -> list[str]:
    """Named, named or something that is right beside it, and the misses, bank by bank."""
    cases = {bank: [examine(r) for r in loops if bank_of(r) == bank] for bank in BANKS}
    lines = [
        "| failure |" + "".join(f" {bank} | named (95 %) | or one beside it |" for bank in BANKS),
        "|---" * (1 + 3 * len(BANKS)) + "|",
    ]
    every = [case for bank in BANKS for case in cases[bank]]
    for failure in [*sorted({c.truth for c in every} - {HEALTHY}), HEALTHY]:
        cells = [f"{failure} (left in peace)" if failure == HEALTHY else failure]
        for bank in BANKS:
            mine = [c for c in cases[bank] if c.truth == failure]
            fair = sum(c.fair for c in mine)
            cells += [str(len(mine)), wilson(sum(c.right for c in mine), len(mine))]
            cells += [f"{fair / len(mine):.2f}" if mine else "–"]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, "", *misses(every)]


def changes() -> list[str]:
    """How the verdict on each stored record differs from the one before the way was remeasured."""
    return list(compare(read_verdicts(VERDICTS_BEFORE), dict(verdicts(FOLDERS))))


def bank_of(record: Record) -> str:
    return record.name.partition("--")[0]


def report(records: list[Record], loops: list[Record]) -> tuple[str, list[str]]:
    """The page, and the table of reliability by itself."""
    scored = [examine(r, set_of(r) == "sealed") for r in records if r.confirmed]
    sets = {name: [c for c in scored if set_of(c.record) == name] for name in SETS}
    unconfirmed = [record for record in records if not record.confirmed]
    reliability = calibration([*sets["known"], *sets["trial"]], sets["sealed"])
    lines = [
        "# The doctor on the failure zoo",
        "",
        *summary(records, sets),
        "",
        "## Sensitivity and specificity",
        "",
        *sensitivity(sets),
        "",
        *(line for name in SETS for line in peace(name, sets[name], unconfirmed)),
        "## Left out: by data set",
        "",
        *folds(sets["sealed"], by_data),
        "",
        "## Left out: by architecture",
        "",
        *folds(sets["sealed"], by_architecture),
        "",
        "## Confusion",
        "",
        "Of the sealed runs.",
        "",
        *confusion(sets["sealed"]),
        "",
        "Of the known and the trial runs.",
        "",
        *confusion([*sets["known"], *sets["trial"]]),
        "",
        "## Calibration",
        "",
        "A diagnosis counts as right when it is what the run was made to be, or a failure that"
        " belongs to it. Trust in each detector was drawn from the known and the trial runs.",
        "",
        *reliability,
        "",
        "## Foreign loops",
        "",
        LOOPS,
        "",
        *table("bank, when it was read", LOOPS_GAVE),
        "",
        *foreign([record for record in loops if record.confirmed]),
        "",
        "## Changed since the seals were read",
        "",
        CHANGED,
        "",
        *changes(),
        "",
        "## Wrong",
        "",
        *misses(c for name in SETS for c in sets[name]),
        "",
        "## Not scored: what was intended did not come about",
        "",
        ", ".join(f"`{record.name}`" for record in unconfirmed) or "none",
        "",
    ]
    return "\n".join(lines), reliability


def summary(records: list[Record], sets: dict[str, list[Case]]) -> list[str]:
    seconds = sum(record.seconds for record in records)
    counts = ", ".join(f"{len(sets[name])} {name}" for name in SETS)
    return [
        f"{len(records)} runs of {len(specimens())} planned, of which"
        f" {sum(map(len, sets.values()))} are scored ({counts}); in the others what was intended"
        f" did not come about. They took {seconds / 3600:.1f} core hours to make.",
        "",
        "Made by `python benchmarks/doctor.py` out of what `make zoo PACK=...` makes. A failure"
        f" counts as named when it is diagnosed at confidence {ILL} or more, a healthy run as left"
        " in peace when nothing is.",
        "",
        SETTING,
        "",
        RULES,
        "",
        BEFORE,
        "",
        *table("failure", GAVE),
    ]


def table(first: str, columns: dict[str, dict[str, str]]) -> list[str]:
    """Shares by failure, one column each."""
    names = {name for column in columns.values() for name in column}
    rows = sorted(names, key=lambda name: (name.startswith(HEALTHY), name))
    return [
        f"| {first} |" + "".join(f" {head} |" for head in columns),
        "|---" * (1 + len(columns)) + "|",
        *(
            f"| {name} | {' | '.join(column.get(name, '–') for column in columns.values())} |"
            for name in rows
        ),
    ]


def peace(name: str, cases: list[Case], unconfirmed: list[Record]) -> list[str]:
    well = [c for c in cases if c.truth == HEALTHY]
    unwell = [examine(r) for r in unconfirmed if not r.failure and set_of(r) == name]
    peaceful = sum(c.top == HEALTHY for c in [*well, *unwell])
    return [
        f"Healthy {name} runs left in peace: {specificity(cases)}. With the {len(unwell)} that were"
        " made to be healthy and did not become so, if all of those had to be left in peace too:"
        f" {wilson(peaceful, len(unwell) + len(well))}.",
        "",
    ]


def write_table(path: Path, reliability: list[str]) -> None:
    """Put the reliability table between its marks in the page on failures."""
    begin, end = "<!-- reliability: made by benchmarks/doctor.py -->", "<!-- end -->"
    table = "\n".join([begin, "", *reliability, "", end])
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(f"{begin}.*?{end}", table, text, flags=re.DOTALL), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zoo", type=Path, default=HERE / "zoo")
    parser.add_argument("--loops", type=Path, default=HERE / "foreign" / "records")
    parser.add_argument("--out", type=Path, default=HERE / "doctor.md")
    parser.add_argument("--trust", action="store_true", help="print the table of trust alone")
    parser.add_argument("--known", action="store_true", help="without the sealed runs, unwritten")
    words = parser.parse_args()
    records, loops = list(read_all(words.zoo)), list(read_all(words.loops))
    if words.known or words.trust:
        records = [r for r in records if set_of(r) != "sealed"]
    if words.trust:
        known = [r for r in records if r.confirmed]
        print(
            trust(
                [Case(r, {d.failure: d.confidence for d in signs(r.history)}, None) for r in known]
            )
        )
        return
    text, reliability = report(records, loops)
    if not words.known:
        words.out.write_text(text, encoding="utf-8")
    if words.out == HERE / "doctor.md" and not words.known:
        write_table(FAILURES, reliability)
    print(text)


if __name__ == "__main__":
    main()
