"""A whole study: its queue, its runs, and what the recipes reached over their seeds."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from gansmith.errors import GansmithError
from gansmith.reporting.comparing import Measured, ranked
from gansmith.runs.disk import told
from gansmith.runs.folder import plain_name
from gansmith.runs.inside import safe_name
from gansmith.search.processes import together
from gansmith.study.plan import read_plan
from gansmith.study.queue import Queue, open_queue
from gansmith.study.worker import work

Say = Callable[[str], None]


def study(
    file: str | Path,
    out: str | Path | None = None,
    storage: str = "",
    name: str = "",
    jobs: int = 1,
    retry: bool = False,
    say: Say = print,
    worker: bool = False,
) -> dict[str, Any]:
    """Train every recipe of a file with every seed and return what the recipes reached.

    Called again, it goes on: what is done is not trained again.

    Args:
        file: TOML with ``seeds`` and ``recipes``; see docs/search.md.
        out: folder of the study; runs/study-NAME if not said.
        storage: URL of a database that several machines share; a file in the folder if empty.
        name: of the study in the storage; that of the folder if empty.
        jobs: how many runs at a time, each in a process of its own.
        retry: train those that failed again.
        say: prints a line.
        worker: whether this process is one of several, and leaves the telling to the first.

    Returns:
        As ``gansmith.compare``, with ``study`` (its folder), ``ill`` (run to what the doctor found)
        and ``failed`` (run to the reason).

    Raises:
        GansmithError: one sentence on what cannot work and what to do.
        KeyboardInterrupt: stopped; the same call goes on.
    """
    file = Path(file)
    plan = read_plan(file)
    folder = Path(out) if out else Path("runs") / f"study-{safe_name(plain_name(str(file)))}"
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with closing(open_queue(folder, plan, storage, name)) as queue:
        if worker:
            work(queue, say)
            return {}
        queue.keep()
        queue.fill(retry)
        _begin(queue, say)
        if jobs > 1:
            where = {"--out": str(folder), "--storage": storage, "--name": name}
            options = [word for pair in where.items() if pair[1] for word in pair]
            together([["study", str(file), *options, "--worker"]] * jobs)
        else:
            work(queue, say)
        return result(queue)


def _begin(queue: Queue, say: Say) -> None:
    plan, states = queue.plan, list(queue.states().values())
    say(f"study    {queue.folder}")
    counted = f"{len(plan.recipes)} recipes x {len(plan.seeds)} seeds"
    say(f"queue    {len(plan.jobs)} runs: {counted}")
    if done := states.count("done"):
        say(f"resumed  {done} are done")
    if failed := states.count("failed"):
        say(f"         {failed} failed; --retry trains them again")


def result(queue: Queue) -> dict[str, Any]:
    """Return what the recipes of a study reached, as far as it got.

    Raises:
        GansmithError: no run came to its end, or they have no metric in common.
    """
    failed = {job.run: says for job, says in queue.failures().items()}
    found = [Measured.read(measured) for measured in queue.measured().values()]
    if not found:
        first = next(iter(failed.values()), "none was trained yet")
        raise GansmithError(f"no run of the study in {queue.folder} came to its end: {first}")
    ill = {job.run: failures for job, failures in queue.ill().items()}
    told = ranked(found, anyway=True)
    return {"study": str(queue.folder), **told, "ill": ill, "failed": failed}
