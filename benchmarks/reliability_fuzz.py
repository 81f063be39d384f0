"""Inputs that nobody would write on purpose, against the real command line.

    OMP_NUM_THREADS=1 python benchmarks/reliability_fuzz.py            # 600 cases, minutes
    OMP_NUM_THREADS=1 python benchmarks/reliability_fuzz.py 600 archives    # hostile archives only

``fuzz`` mutates recipes, ``--set``, the arguments of all verbs, the files of a run and JSON to
compare; ``hostile_archives`` makes archives, tables and folders as an attacker would. Every case
runs ``gansmith.cli.main`` in a process of its own, bounded in time and memory. It fails when there
is a traceback, a "this should not happen", a warning of Python, a hang, an exit code other than 0,
1 and 2, an unescaped control character, a line of more than 2 kB, or a file outside its folder.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import json
import random
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import reliability_hostile as hostile

SECONDS = 60.0  # a case may take; a busy machine is slow to import
MEMORY = 6 << 30  # bytes of addresses a case may take beside what the libraries map
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
LONGEST = 2_000
SMALL = (
    "length.kimg=0.4",
    "data.batch=16",
    "networks.generator.widths=[8]",
    "networks.discriminator.widths=[8]",
    "evaluation.samples=32",
    "evaluation.every_kimg=0.2",
    "evaluation.metrics=['frechet_distance']",
    "signals.tick=4",
)


class Case(NamedTuple):
    """One call of the command line; ``inside`` is the only folder that it may write to."""

    kind: str
    words: list[str]
    where: Path
    inside: Path | None = None


class Answer(NamedTuple):
    """What came of a case; the code is None where it had to be stopped."""

    code: int | None
    out: str
    err: str


def fuzz(
    gansmith: list[str], folder: Path, cases: int = 600, seed: int = 0
) -> tuple[int, list[str]]:
    """Try fuzzed inputs; return how many, and a line for each that failed.

    Args:
        gansmith: the command, to train the run whose files are damaged.
        folder: an empty folder to work in.
        cases: how many.
        seed: other seeds make other cases.
    """
    run = train_small(gansmith, folder / "run")
    kinds = [recipes, changes, arguments, run_files, comparisons, tables]
    shares = [200, 100, 165, 150, 20, 25]
    made = [
        case
        for make, share in zip(kinds, shares, strict=True)
        for case in make(folder, run, max(1, round(cases * share / sum(shares))), seed)
    ]
    return len(made), try_all(made)


def hostile_archives(gansmith: list[str], folder: Path) -> tuple[int, list[str]]:
    """Try hostile archives, links, pipes and names; return how many, and a line for each failure.

    Args:
        gansmith: the command, to train the run that translates.
        folder: an empty folder to work in.
    """
    run = folder / "translating"
    changed = [
        *("length.kimg=0.016", "data.size=8", "data.batch=8", "game.latent=4"),
        *("networks.generator.width=2", "networks.discriminator.width=2"),
        *("evaluation.samples=8", "evaluation.extractor='pixels'", "data.audit=false"),
        "evaluation.metrics=['kernel_distance']",
    ]
    _train(gansmith, "colourise", changed, run)
    made = []
    for name, make in hostile.SOURCES.items():
        place = folder / name
        place.mkdir(parents=True)
        source = make(place)
        made.append(Case(name, ["check", str(source)], place))
        words = ["translate", str(run), str(source), "--out", "out"]
        made.append(Case(name, words, place, place))
    failed = try_all(made)
    subprocess.run(["rm", "-rf", str(folder / "deep folder")])  # deeper than shutil gets
    return len(made), failed


def train_small(gansmith: list[str], run: Path) -> Path:
    """Train a run on points in a second or two."""
    return _train(gansmith, "ring", list(SMALL), run)


def _train(gansmith: list[str], recipe: str, changes: list[str], run: Path) -> Path:
    words = [word for change in changes for word in ("--set", change)]
    subprocess.run(
        [*gansmith, "train", recipe, *words, "--run", str(run), "--quiet"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return run


# --- what is tried ----------------------------------------------------------------------------


def recipes(folder: Path, run: Path, count: int, seed: int) -> Iterator[Case]:
    """Recipes with bytes, lines and values changed."""
    from gansmith.recipe.tree import shipped

    draws, texts = random.Random(f"1 {seed}"), sorted(shipped().values())
    for number in range(count):
        place = _place(folder, "recipe", number)
        text = draws.choice(texts)
        for _ in range(draws.randint(1, 3)):
            text = draws.choice((hostile.flipped, hostile.lines_changed, hostile.value_changed))(
                text, draws
            )
        (place / "x.toml").write_text(text, encoding="utf-8", errors="surrogatepass")
        verb = draws.choice((["check"], ["check"], ["cite"]))
        extra = ["--data", "ring"] if verb == ["check"] and draws.random() < 0.5 else []
        yield Case("recipe", [*verb, "x.toml", *extra], place)


def changes(folder: Path, run: Path, count: int, seed: int) -> Iterator[Case]:
    """``--set`` with paths and values of all kinds."""
    draws = random.Random(f"2 {seed}")
    for number in range(count):
        path = draws.choice(hostile.PATHS)
        if draws.random() < 0.3:
            path = hostile.flipped(path, draws)
        change = f"{path}={draws.choice(hostile.VALUES)}".replace("\0", "")
        words = ["check", "ring", "--set", change[:100_000]]
        yield Case("--set", words, _place(folder, "set", number))


def arguments(folder: Path, run: Path, count: int, seed: int) -> Iterator[Case]:
    """Words of every verb: options that are there, wrong values, and too many or too few."""
    from gansmith.cli import VERBS

    draws = random.Random(f"3 {seed}")
    for number in range(count):
        verb = sorted(VERBS)[number % len(VERBS)]
        words = [verb]
        if draws.random() < 0.8:
            words.append(draws.choice([str(run), *hostile.WORDS]))
        for _ in range(draws.randint(0, 3)):
            words.append(draws.choice(hostile.OPTIONS))
            if draws.random() < 0.8:
                words.append(draws.choice(hostile.WORDS))
        if verb in ("train", "diagnose"):  # neither trains long nor watches for ever
            words = [word for word in words if word != "--watch"]
            words += ["--kimg", "0.1"] if verb == "train" and "--kimg" not in words else []
        words = [word.replace("\0", "") for word in words]
        yield Case(verb, words, _place(folder, "words", number))


def run_files(folder: Path, run: Path, count: int, seed: int) -> Iterator[Case]:
    """Runs of which one file is damaged or hostile."""
    draws = random.Random(f"4 {seed}")
    names = ("recipe.toml", "environment.json", "signals.jsonl", "metrics.jsonl", "journal.jsonl")
    for number in range(count):
        place = _place(folder, "files", number)
        copy = shutil.copytree(run, place / "run")
        name = names[number % len(names)]
        hostile.damage(copy / name, draws)
        words = draws.choice(
            (
                ["diagnose", "run"],
                ["diagnose", "run", "--json"],
                ["report", "run"],
                ["sample", "run", "-n", "2", "--out", "x.csv"],
                ["export", "run", "--out", "x.safetensors"],
                ["compare", "run", str(run)],
                ["train", "--resume", "--run", "run", "--quiet"],
                ["cite", "run/recipe.toml"],
            )
        )
        yield Case(f"{name} {words[0]}", words, place)


def comparisons(folder: Path, run: Path, count: int, seed: int) -> Iterator[Case]:
    """JSON that ``evaluate --json`` never printed."""
    draws = random.Random(f"5 {seed}")
    good = {
        "protocol": {"sources": {"real": "a", "fake": "b"}, "extractor": "pixels", "data": "x"},
        "metrics": {"frechet_distance": 1.0},
        "floor": {"frechet_distance": 0.1},
    }
    for number in range(count):
        place = _place(folder, "compare", number)
        for name in ("a.json", "b.json"):
            (place / name).write_text(json.dumps(good))
        hostile.damage(place / "b.json", draws)
        yield Case("compare", ["compare", "a.json", "b.json"], place)


def tables(folder: Path, run: Path, count: int, seed: int) -> Iterator[Case]:
    """Tables of images with odd rows."""
    draws = random.Random(f"6 {seed}")
    for number in range(count):
        place = _place(folder, "table", number)
        hostile.pictures(place, 4)
        rows = [{"file": f"{n:03d}.png", "label": "ab"[n % 2]} for n in range(4)]
        if number % 2:
            (place / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        else:
            lines = (f"{row['file']},{row['label']}\n" for row in rows)
            (place / "t.csv").write_text("file,label\n" + "".join(lines))
        table = place / ("t.jsonl" if number % 2 else "t.csv")
        hostile.damage(table, draws)
        yield Case(table.name, ["check", table.name], place)


def _place(folder: Path, kind: str, number: int) -> Path:
    place = folder / f"{kind}-{number:03d}"
    place.mkdir(parents=True)
    return place


# --- trying and judging -----------------------------------------------------------------------


def try_all(cases: list[Case]) -> list[str]:
    """Run every case; return a line for each that failed."""
    import gansmith.api  # noqa: F401  (what every fork then has)

    failed, begun = list[str](), time.monotonic()
    for number, case in enumerate(cases, start=1):
        before = outside(case)
        answer = in_own_process(case)
        says = judged(case, answer, before)
        if says:
            failed.append(f"{case.kind}: {says}: {shlex.join(case.words)[:200]!r} in {case.where}")
            print(f"FAILED {failed[-1]}", file=sys.stderr)
        if number % 25 == 0 or number == len(cases):
            spent = time.monotonic() - begun
            print(f"{number} of {len(cases)}, {len(failed)} failed, {spent:.0f} s", file=sys.stderr)
    return failed


def in_own_process(case: Case, seconds: float = SECONDS) -> Answer:
    """Run ``main`` in a fork, with its streams in files."""
    streams = [case.where / f".{name}" for name in ("out", "err")]
    child = os.fork()
    if child == 0:
        _be_the_command(case, streams)
    code = _awaited(child, seconds)
    out, err = (path.read_text(encoding="utf-8", errors="replace") for path in streams)
    return Answer(code, out, err)


def _be_the_command(case: Case, streams: list[Path]) -> None:
    """Never returns."""
    code = 99
    try:
        os.setsid()
        os.chdir(case.where)
        for number, path in enumerate(streams, start=1):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.stdout, sys.stderr = (os.fdopen(os.dup(n), "w", encoding="utf-8") for n in (1, 2))
        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (mapped + MEMORY, mapped + MEMORY))
        from gansmith.cli import main

        main(case.words)
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 98
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _awaited(child: int, seconds: float) -> int | None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def outside(case: Case) -> set[Path]:
    """Return what lies beside the folder that a case may write to."""
    if case.inside is None:
        return set()
    above, found = case.inside.parent, set[Path]()
    for pattern in ("*", "*/*", "*/*/*"):
        found.update(case.inside.glob(pattern))
    return {*above.iterdir(), *found} | {*Path("/tmp").glob("gansmith-up*")}


def judged(case: Case, answer: Answer, before: set[Path]) -> str:
    """Say what is wrong with an answer; "" if nothing is."""
    lines = answer.err.splitlines()
    if "--json" not in case.words:
        lines += answer.out.splitlines()
    new = {path for path in outside(case) - before if not _may_be_written(case, path)}
    tests: tuple[tuple[str, Callable[[], object]], ...] = (
        ("it hangs", lambda: answer.code is None),
        ("traceback", lambda: "Traceback" in answer.err),
        ("this should not happen", lambda: "should not happen" in answer.err),
        ("warning of Python", lambda: re.search(r"\w+Warning: ", answer.err)),
        (f"exit code {answer.code}", lambda: answer.code not in (0, 1, 2)),
        ("control character", lambda: CONTROL.search(answer.out + answer.err)),
        ("long line", lambda: max(map(len, lines), default=0) > LONGEST),
        ("says nothing", lambda: answer.code in (1, 2) and not answer.err.strip()),
        (f"wrote {sorted(map(str, new))[:2]}", lambda: new),
    )
    wrong = next((name for name, holds in tests if holds()), "")
    last = answer.err.strip().splitlines()[-1:] or [""]
    return f"{wrong} ({last[0][:160]!r})" if wrong else ""


def _may_be_written(case: Case, path: Path) -> bool:
    own = (case.where / "out", case.where / ".out", case.where / ".err")
    return any(path.is_relative_to(one) for one in own)


def main() -> None:
    """Run from the command line."""
    import tempfile

    cases = int(sys.argv[1]) if sys.argv[1:] else 600
    command = [sys.executable, "-m", "gansmith"]
    with tempfile.TemporaryDirectory() as made:
        tried, failed = 0, list[str]()
        if "archives" not in sys.argv:
            tried, failed = fuzz(command, Path(made) / "fuzz", cases)
        more, others = hostile_archives(command, Path(made) / "archives")
    print(f"{tried + more} tried, {len(failed + others)} failed")
    print("\n".join(failed + others))


if __name__ == "__main__":
    main()
