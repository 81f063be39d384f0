"""How often the autopilot cures a run, beside chance, a restart and doing nothing.

    python -m benchmarks.cure --work /tmp/cure            # about three hours of two cores
    python -m benchmarks.cure --work /tmp/cure --minutes 30   # go on for half an hour, then report
    python -m benchmarks.cure --page                      # write cure.md anew from cure.json

Sick recipes on data and networks that no rule was tuned on (``benchmarks/cures``), drawn once with
a fixed seed; each is trained five ways with the same number of samples, each way in a process of
its own. Results are added to cure.json one by one: what is broken off goes on where it was.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any

from benchmarks.cures.arms import ARMS, outcome, run_arm
from benchmarks.cures.page import page
from benchmarks.cures.sick import Case, healthy_cases, sick_cases
from gansmith.training.session.environment import processor

HERE = Path(__file__).parent
RESULTS, PAGE = HERE / "cure.json", HERE / "cure.md"
CONTROL = ("healthy", "autopilot")


class Results:
    """What is known so far, on the disk after each arm.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.lock = path, Lock()
        empty = {"processor": processor(), "arms": {}}
        self.held: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else empty

    def get(self, case: Case, arm: str) -> dict[str, Any] | None:
        """Return what an arm came to; None: it was not run."""
        found: dict[str, Any] | None = self.held["arms"].get(case.name, {}).get(arm)
        return found

    def put(self, case: Case, arm: str, found: dict[str, Any]) -> None:
        """Add what an arm came to."""
        with self.lock:
            about = self.held["arms"].setdefault(case.name, {"case": vars(case)})
            about[arm] = found
            aside = self.path.with_suffix(".tmp")
            aside.write_text(json.dumps(self.held, indent=1, sort_keys=True) + "\n")
            aside.replace(self.path)


def one_arm(case: Case, arm: str, work: Path, moments: list[float]) -> dict[str, Any]:
    """Train an arm in this process and return what came of it."""
    run = run_arm(case, arm, work, moments)
    found = outcome(case, run)
    used = resource.getrusage(resource.RUSAGE_SELF)
    shutil.rmtree(run)
    return found | {"cpu_seconds": round(used.ru_utime + used.ru_stime, 1)}


def apart(case: Case, arm: str, work: Path, moments: list[float]) -> dict[str, Any]:
    """Train an arm in a process of its own."""
    order = json.dumps({"case": vars(case), "arm": arm, "work": str(work), "moments": moments})
    shutil.rmtree(work / "runs" / case.name, ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.cure", "--one", order]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE.parent)
    if done.returncode:
        raise RuntimeError(f"{case.name}, {arm}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def moments_of(treated: dict[str, Any] | None) -> list[float]:
    """Return when the autopilot began its treatments, as shares of the run."""
    rows = (treated or {}).get("treatments", ())
    return [row["began"] for row in rows if row["state"] == "begun"]


def measure(case: Case, results: Results, work: Path) -> None:
    """Run what is missing of a case; the autopilot first, for its moments are those of others."""
    arms = [arm for arm in ("autopilot", *ARMS) if case.ailment or arm in CONTROL]
    for arm in dict.fromkeys(arms):
        if results.get(case, arm) is None:
            moments = moments_of(results.get(case, "autopilot"))
            results.put(case, arm, apart(case, arm, work, moments))


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("runs/cure"), help="for data and runs")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin none afterwards")
    parser.add_argument("--jobs", type=int, default=1, help="cases at a time")
    parser.add_argument("--page", action="store_true", help="only write the page anew")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        order = json.loads(given.one)
        case = Case(**order["case"])
        found = one_arm(case, order["arm"], Path(order["work"]), order["moments"])
        print(json.dumps(found))
        return
    results, until = Results(RESULTS), time.monotonic() + 60 * given.minutes
    if not given.page:
        work = given.work.resolve()
        with ThreadPoolExecutor(given.jobs) as pool:
            list(pool.map(lambda case: within(case, results, work, until), cases()))
    PAGE.write_text(page(results.held))


def within(case: Case, results: Results, work: Path, until: float) -> None:
    """Measure a case unless the time is over; one that fails is told, and left for another day."""
    if time.monotonic() < until:
        try:
            measure(case, results, work)
        except RuntimeError as error:
            print(error, file=sys.stderr, flush=True)


def cases() -> list[Case]:
    """Return all cases; a healthy one after every three sick ones."""
    sick, sound = sick_cases(), healthy_cases()
    found = list[Case]()
    for number, case in enumerate(sick):
        found.append(case)
        if number % 3 == 2 and sound:
            found.append(sound.pop(0))
    return [*found, *sound]


if __name__ == "__main__":
    main()
