"""Whether a run of millions of ticks can still be opened: diagnose and report, time and memory.

    python benchmarks/long_history.py            # 5,000,000 ticks, a file of about 5 GB
    python benchmarks/long_history.py 100000

A short run is trained; its last tick is written again and again with other steps and a little
noise, as a week of a fast run would. Each verb then runs in a process of its own.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TICKS = 5_000_000
SECONDS, MEGABYTES = 60.0, 500.0
VERBS = {"diagnose": ("diagnose", "{run}", "--json"), "report": ("report", "{run}")}


def long_history(gansmith: list[str], folder: Path, ticks: int = TICKS) -> tuple[int, list[str]]:
    """Return how many verbs were tried, and a line for each that was too slow or too large."""
    run = make_run(gansmith, folder, ticks)
    measured = {name: measure([*gansmith, *words], run) for name, words in VERBS.items()}
    for name, (seconds, megabytes) in measured.items():
        print(f"{ticks:,} ticks, {name}: {seconds:.1f} s, {megabytes:.0f} MB", flush=True)
    return len(measured), [
        f"{name} of {ticks:,} ticks took {seconds:.0f} s and {megabytes:.0f} MB"
        for name, (seconds, megabytes) in measured.items()
        if seconds > SECONDS or megabytes > MEGABYTES
    ]


def make_run(gansmith: list[str], folder: Path, ticks: int) -> Path:
    """Train a short run and lengthen its records to so many ticks."""
    run = folder / "long"
    words = [*gansmith, "train", "ring", "--kimg", "4", "--run", str(run), "--quiet"]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    path = run / "signals.jsonl"
    last = json.loads(path.read_text().splitlines()[-1])
    numbers = {name: value for name, value in last.items() if isinstance(value, float)}
    draws = random.Random(0)
    lines = [
        json.dumps({n: v * draws.uniform(0.9, 1.1) for n, v in numbers.items()})[1:]
        for _ in range(997)
    ]
    each, begun = last["kimg"] / last["step"], last["step"]
    with path.open("a", buffering=1 << 22) as file:
        for number in range(ticks):
            step = begun + 10 * (number + 1)
            rest = lines[number % 997]
            file.write(f'{{"step": {step}, "kimg": {step * each:.3f}, {_untimed(rest)}\n')
            if number % 1_000_000 == 0:
                print(f"writing tick {number:,} of {ticks:,}", file=sys.stderr, flush=True)
    return run


def _untimed(rest: str) -> str:
    return rest.split('"kimg": ', 1)[-1].split(", ", 1)[-1]


def measure(words: list[str], run: Path) -> tuple[float, float]:
    """Return seconds and the largest resident memory in MB of one command."""
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        with open(os.devnull, "w") as nothing:
            os.dup2(nothing.fileno(), 1)
        os.execvp(words[0], [word.format(run=run) for word in words])
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(words)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - begun, usage.ru_maxrss / (1024 if sys.platform == "linux" else 1e6)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ticks = int(sys.argv[1]) if len(sys.argv) > 1 else TICKS
    with tempfile.TemporaryDirectory() as folder:
        tried, failed = long_history([sys.executable, "-m", "gansmith"], Path(folder), ticks)
    print(f"tried {tried}, failed {len(failed)}", *failed, sep="\n")
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
