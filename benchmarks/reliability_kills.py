"""Runs that are killed at an operation on the disk, go on, and are compared bit for bit."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from killing import ended, forked, killed, operations, started
from reliability_bench import Bench, Row, tally
from reliability_runs import DIGITS, RING, difference, gone_on, trained


def kills(bench: Bench) -> Iterator[Row]:
    """Kill at all operations up to the second checkpoint and at every other one after it."""
    run = bench.place()
    names = operations(run, lambda: trained(RING, run))
    kept = [n for n, name in enumerate(names) if "os.rename step-" in name]
    first = list(range(kept[0]))
    after = list(range(kept[0], kept[1] + 1)) + list(range(kept[1] + 1, len(names)))[::2]
    yield tally(
        f"killed at {len(names)} operations: up to the rename of the first checkpoint",
        ((f"{n} {names[n]}", lambda n=n: _kill(bench, n)) for n in bench.some(first, 5)),
    )
    yield tally(
        "killed at the operations after it",
        ((f"{n} {names[n]}", lambda n=n: _kill(bench, n)) for n in bench.some(after, 3)),
    )
    yield tally(
        "killed again in the resume, at its first operations",
        ((f"{n}", lambda n=n: _kill_twice(bench, kept, n)) for n in bench.some([*range(24)], 2)),
    )
    names = operations(bench.place(), lambda: trained(DIGITS, bench.scratch / f"run-{bench.made}"))
    points = list(range(6, len(names), 14))
    yield tally(
        "killed: labelled images with adaptive augmentation",
        ((f"{n} {names[n]}", lambda n=n: _kill(bench, n, DIGITS)) for n in bench.some(points, 1)),
    )


def _kill(bench: Bench, number: int, tree: dict[str, Any] = RING) -> str:
    run = bench.place()
    if not killed(run, lambda: trained(tree, run), number):
        return "was not killed"
    return _resumed(run, bench.whole if tree is RING else bench.digits, tree)


def _kill_twice(bench: Bench, kept: list[int], number: int) -> str:
    run = bench.place()
    killed(run, lambda: trained(RING, run), kept[number % 2] + 2 - 3 * (number % 4 == 0))
    killed(run, lambda: gone_on(RING, run), number)
    return _resumed(run, bench.whole, RING)


def _resumed(run: Path, whole: Path, tree: dict[str, Any]) -> str:
    code, says = forked(lambda: gone_on(tree, run))
    wrong = f"does not go on: {says}" if code else difference(whole, run)
    shutil.rmtree(run)
    return wrong


def together(bench: Bench) -> Row:
    """Two processes go on with one run at once."""

    def case(number: int) -> str:
        run = bench.place()
        killed(run, lambda: trained(RING, run), 60 + number)
        both = [started(lambda: gone_on(RING, run)) for _ in range(2)]
        found = [ended(*one) for one in both]
        wrong = [says for code, says in found if code and "another process" not in says]
        if wrong or all(code for code, _ in found):
            return f"{found}"
        return difference(bench.whole, run)

    numbers = bench.some([*range(6)], 2)
    return tally("two resumes of one run at once", ((str(n), lambda n=n: case(n)) for n in numbers))
