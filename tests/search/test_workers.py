"""Workers of one study in processes of their own, one of which is killed."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gansmith.errors import GansmithError
from gansmith.runs.reader import read_run
from gansmith.search.planning import Wishes, planned
from gansmith.search.study import create, open_study
from tests.search.test_search import SMALL

pytest.importorskip("optuna", reason="a search needs Optuna")
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def worker(out: Path, number: int = 0) -> "subprocess.Popen[bytes]":
    """Start a worker whose trials count as dead after two seconds without a sign of life."""
    code = (
        "from pathlib import Path; from gansmith.search.worker import work;"
        f"work(Path({str(out)!r}), print, worker={number}, beat=1, grace=2)"
    )
    return subprocess.Popen([sys.executable, "-c", code])


def begun(out: Path, trials: int, storage: str = "", kimg: float = 16.0) -> Path:
    """Plan a study."""
    recipe = out.parent / "small.toml"
    recipe.write_text(SMALL)
    changes = {"length.kimg": kimg, "evaluation.every_kimg": 0.32}
    wishes = Wishes(str(recipe), changes=changes, trials=trials, storage=storage, pruner="none")
    create(out, planned(wishes, "study")).close()
    return out


def kill_in_a_trial(process: "subprocess.Popen[bytes]", out: Path, trials: int = 1) -> None:
    """Kill a worker without warning while so many trials train."""
    until = time.monotonic() + 120
    while len(list(out.glob("trials/*/metrics.jsonl"))) < trials and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()


def check_whole(out: Path, trials: int) -> None:
    """All ordered trials are over, each counted once, and their runs are whole."""
    with closing(open_study(out)) as study:
        counted = study.counted
    assert len(counted) == trials
    assert all(one.state.name in ("COMPLETE", "PRUNED") for one in counted)
    assert len({study.run_of(one) for one in counted}) == trials
    whole = [one for one in counted if one.state.name == "COMPLETE"]
    assert all(read_run(study.run_of(one)).state == "finished" for one in whole)


@pytest.mark.slow
def test_the_trial_of_a_worker_that_was_killed_is_done_by_another_and_counted_once(
    tmp_path: Path,
) -> None:
    out = begun(tmp_path / "study", trials=1)
    kill_in_a_trial(worker(out), out)
    assert worker(out).wait(timeout=240) == 0
    with closing(open_study(out)) as study:
        states = [one.state.name for one in study.optuna.get_trials()]
    assert states == ["FAIL", "COMPLETE"]
    check_whole(out, 1)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL server of its own, and the URL of its database."""
    if not POSTGRES:
        pytest.skip("there is no PostgreSQL here: apt install postgresql")
    pytest.importorskip("pg8000", reason="the driver pg8000 is not installed")
    root = os.geteuid() == 0
    user: Any = "postgres" if root else None  # the server refuses to run as root
    if root and not any(one.pw_name == user for one in pwd.getpwall()):
        pytest.skip("the user postgres, as which the server would run, does not exist")
    place = Path(tempfile.mkdtemp(prefix="gansmith-postgres-"))
    if root:
        shutil.chown(place, user, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(name: str, *options: str) -> None:
        command = [str(POSTGRES[-1] / name), *options]
        quiet = subprocess.DEVNULL
        subprocess.run(command, check=True, user=user, cwd=place, stdout=quiet, stderr=quiet)

    data = str(place / "data")
    run("initdb", "-D", data, "-A", "trust", "-U", "gansmith")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={place}"
    run("pg_ctl", "-D", data, "-w", "-l", str(place / "log"), "-o", options, "start")
    try:
        yield f"postgresql+pg8000://gansmith@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(place, ignore_errors=True)


@pytest.mark.slow
def test_four_workers_share_a_study_on_a_server_and_one_may_be_killed(
    server: str, tmp_path: Path
) -> None:
    out = begun(tmp_path / "study", trials=8, storage=server, kimg=6.4)
    workers = [worker(out, number) for number in range(4)]
    kill_in_a_trial(workers[0], out, trials=3)
    assert [one.wait(timeout=400) for one in workers[1:]] == [0, 0, 0]
    check_whole(out, 8)


def test_a_storage_that_cannot_be_reached_is_told_in_one_sentence_without_its_password(
    tmp_path: Path,
) -> None:
    pytest.importorskip("pg8000", reason="the driver pg8000 is not installed")
    url = "postgresql+pg8000://me:secret@127.0.0.1:9/nowhere"
    with pytest.raises(GansmithError, match="cannot be reached") as refused:
        begun(tmp_path / "study", trials=1, storage=url)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)
