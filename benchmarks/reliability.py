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
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import torch
from killing import ended, forked, killed, operations, started
from reliability_runs import (
    DIGITS,
    RING,
    Case,
    difference,
    gone_on,
    one_sentence,
    trained,
    verb,
)

import gansmith
from gansmith.training import exams, session  # noqa: F401  (imported once, for all forks)
from gansmith.training.checkpoint import checkpoints

HERE = Path(__file__).parent
LONGER = 0.8  # kimg of a run that is lengthened
Row = tuple[str, int, list[str]]  # what was tried, how often, what failed


def tally(title: str, cases: Iterable[tuple[str, Case]]) -> Row:
    """Try cases and print how they went."""
    tried, failed, begun = 0, [], time.monotonic()
    for name, case in cases:
        tried += 1
        try:
            wrong = case()
        except Exception as error:
            wrong = f"{type(error).__name__}: {error}"
        if wrong:
            failed.append(f"{name}: {wrong}")
            print(f"    {failed[-1]}", flush=True)
    print(f"{title}: {tried} tried, {len(failed)} failed ({time.monotonic() - begun:.0f} s)")
    return title, tried, failed


class Bench:
    """A place for runs, and the runs that nobody disturbed."""

    def __init__(self, scratch: Path, quick: bool) -> None:
        self.scratch, self.quick, self.made = scratch, quick, 0
        self.whole, self.longer = scratch / "whole", scratch / "longer"
        self.digits = scratch / "digits"
        for tree, run, kimg in (
            (RING, self.whole, None),
            (RING, self.longer, LONGER),
            (DIGITS, self.digits, None),
        ):
            code, says = forked(lambda tree=tree, run=run, kimg=kimg: trained(tree, run, kimg))
            if code:
                raise RuntimeError(says)
        self.pair = scratch / "pair"
        shutil.copytree(self.whole, self.pair)
        trained_twice(self.pair)

    def place(self) -> Path:
        """Return a new path for a run."""
        self.made += 1
        return self.scratch / f"run-{self.made}"

    def some(self, items: list[Any], quick: int) -> list[Any]:
        """Return all items, or when in a hurry some that are spread over them."""
        if not self.quick or len(items) <= quick:
            return items
        return [items[(2 * n + 1) * len(items) // (2 * quick)] for n in range(quick)]


def trained_twice(run: Path) -> None:
    """Lengthen a run that keeps two checkpoints, so that it has one to fall back on."""
    shutil.rmtree(run)
    tree = RING | {"checkpoints": {"keep": 2}}
    code, says = forked(lambda: trained(tree, run))
    if code:
        raise RuntimeError(says)


# --- kills ---


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


# --- damage ---


def flips(bench: Bench) -> Iterator[Row]:
    """Flip single bits of a run's files; each is noticed, or changes nothing that counts."""
    chance = random.Random(7)
    files = [("weights.safetensors", 20), ("state.pt", 16), ("manifest.json", 8)]
    for name, count in files:
        spots = [chance.random() for _ in range(count)]
        yield tally(
            f"one bit of {name} flipped: sample, then resume",
            ((f"at {s:.3f}", lambda s=s, n=name: _flip(bench, n, s)) for s in bench.some(spots, 2)),
        )
    spots = [(n, chance.random()) for n in ("signals", "metrics", "journal") for _ in range(6)]
    yield tally(
        "one bit of a record flipped: diagnose, report, resume",
        (
            (f"{n} at {s:.3f}", lambda n=n, s=s: _record(bench, n, s))
            for n, s in bench.some(spots, 3)
        ),
    )


def _flipped(path: Path, spot: float) -> None:
    content = bytearray(path.read_bytes())
    bit = int(spot * len(content) * 8)
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def _flip(bench: Bench, name: str, spot: float) -> str:
    run, out = bench.place(), bench.scratch / "samples.csv"
    shutil.copytree(bench.pair, run)
    newest = checkpoints(run)[-1].path
    _flipped(newest / name, spot)
    out.unlink(missing_ok=True)
    code, _, err = verb("sample", run, "--which", "last", "-n", "8", "--out", out)
    harmless = name == "state.pt"  # which sampling does not need
    if code or "nan" in out.read_text() or not (harmless or "is damaged" in err):
        return f"sample: {code} {err}"
    code, _, err = verb("train", "--resume", "--run", run, "--kimg", LONGER, "--quiet")
    wrong = "" if code == 0 and "newer one is damaged" in err else f"resume: {code} {err}"
    tree = RING | {"checkpoints": {"keep": 2}}
    whole = bench.scratch / "longer-pair"
    if not whole.exists():
        forked(lambda: trained(tree, whole, LONGER))
    wrong = wrong or difference(whole, run)
    shutil.rmtree(run)
    return wrong


def _record(bench: Bench, name: str, spot: float) -> str:
    run = bench.place()
    shutil.copytree(bench.whole, run)
    _flipped(run / f"{name}.jsonl", spot)
    wrong = ""
    for words in (
        ("diagnose", run),
        ("report", run),
        ("train", "--resume", "--run", run, "--kimg", LONGER, "--quiet"),
    ):
        code, _, err = verb(*words)
        wrong = wrong or (f"{words[0]}: {code} {err}" if code or "Traceback" in err else "")
    weights = [checkpoints(r)[-1].path / "weights.safetensors" for r in (run, bench.longer)]
    same = weights[0].read_bytes() == weights[1].read_bytes()
    shutil.rmtree(run)
    return wrong or ("" if same else "other weights")


# --- disks ---


@contextmanager
def disk(bench: Bench, size: str) -> Iterator[Path | None]:
    """Mount a small disk; None where that is not permitted."""
    place = bench.place()
    place.mkdir()
    mounted = not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place],
        capture_output=True,
        check=False,
    ).returncode
    try:
        yield place if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", place], check=True)


def remounted(place: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", place], check=True)


def full_disks(bench: Bench) -> Iterator[Row]:
    """Train onto disks of many sizes, make room, go on; write every kind of file onto full ones."""

    def train_on(size: int) -> str:
        with disk(bench, f"{size}k") as place:
            assert place is not None
            run = place / "run"
            code, says = forked(lambda: trained(RING, run))
            if not code:
                return difference(bench.whole, run)
            if "make room" not in says or "\n" in says:
                return f"says {says}"
            remounted(place, "size=20m")
            code, says = forked(lambda: gone_on(RING, run))
            return f"does not go on: {says}" if code else difference(bench.whole, run)

    sizes = bench.some([4, 12, 20, 28, 36, 44, 52, 60, 72, 84, 100, 120, 140, 160, 200], 3)
    yield tally(
        "disks of 4 to 200 kB while training; room made; resumed",
        ((f"{size} kB", lambda size=size: train_on(size)) for size in sizes),
    )
    yield tally("other verbs onto a full disk", _verbs(bench, full=True))
    yield tally("other verbs and a resume onto a read-only disk", _verbs(bench, full=False))


def _verbs(bench: Bench, full: bool) -> list[tuple[str, Case]]:
    run, digits = bench.whole, bench.digits
    reals = bench.scratch / "reals.npz"
    if not reals.exists():
        verb("sample", digits, "-n", "64", "--out", reals)
    forms = [("export", digits, "--format", form, "--out", "x") for form in FORMS]
    measure = ("evaluate", "--real", reals, "--fake", reals, "--metrics", "frechet_distance")
    measure = (*measure, "--features", "random_convolution", "--no-intervals")
    wanted: list[tuple[str | Path, ...]] = [
        *forms,
        ("sample", run, "--out", "x.csv"),
        ("sample", run, "--out", "x.npz"),
        ("sample", digits, "--out", "x.png"),
        ("sample", digits, "--out", "folder"),
        ("report", run, "--out", "x.html"),
        ("check", "mnist", "--page", "x.html"),
        (*measure, "--page", "x.html"),
    ]
    if not full:
        wanted.append(("train", "--resume", "--run", "run", "--kimg", str(LONGER)))
    named = [(" ".join(map(str, (w[0], *w[-2:]))), w) for w in bench.some(wanted, 4)]
    return [(name, lambda w=w: _refused(bench, w, full)) for name, w in named]


FORMS = ("onnx", "safetensors", "torchscript")


def _refused(bench: Bench, words: tuple[str | Path, ...], full: bool) -> str:
    """Call a verb that cannot write: one sentence, nothing half, and the numbers all the same."""
    with disk(bench, "16k" if full else "4m") as place:
        assert place is not None
        if full:
            with suppress(OSError), (place / "fill").open("wb", buffering=0) as file:
                while file.write(b"x" * 4096):
                    pass
        else:
            shutil.copytree(bench.whole, place / "run")
            remounted(place, "ro")
        there = {"x", "x.csv", "x.npz", "x.png", "x.html", "folder", "run"}
        words = tuple(place / w if w in there else w for w in words)
        before = set(place.rglob("*"))
        code, out, err = verb(*words, cache=None if words[0] == "train" else place)
        after = {p for p in set(place.rglob("*")) - before if not p.is_dir()}
        left = [p.name for p in after if p.suffix != ".png" and "feature" not in str(p)]
        wrong = one_sentence(err, "full" if full else "read-only", "; ")
        if code != 1 or left:
            wrong = f"code {code}, left {left}, {err.strip()[:200]}"
        if words[0] in ("evaluate", "check") and len(out) < 100:
            wrong = wrong or "what was found is lost"
        return wrong


# --- what others send ---


def hostile(bench: Bench) -> Iterator[Row]:
    """Archives made to harm, and damaged input to every verb."""
    try:
        import reliability_fuzz as fuzz
    except ImportError:
        print("reliability_fuzz is not there: its rows are left out")
        return
    command, cases = [sys.executable, "-m", "gansmith"], 30 if bench.quick else 600
    for title, found in (
        ("hostile archives", fuzz.hostile_archives(command, bench.scratch / "archives")),
        ("fuzzed input", fuzz.fuzz(command, bench.scratch / "fuzz", cases)),
    ):
        tried, failures = found
        print(f"{title}: {tried} tried, {len(failures)} failed")
        yield title, tried, [str(failure) for failure in failures]


def long_history(bench: Bench) -> Iterator[Row]:
    """Diagnose and report on millions of ticks: time and memory. (To be filled in.)"""
    yield from ()


# --- all of it ---


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
