"""Makes samples for many who wait: one thread, requests that wait together in one batch."""

import queue
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from gansmith.deploy.latents import Chosen, samples_of
from gansmith.deploy.loaded import LoadedGenerator

WAITING = 64  # requests
TOGETHER = 256  # samples of one batch


class BusyError(Exception):
    """Too many requests wait already."""


@dataclass
class _Job:
    group: Hashable
    rows: Chosen | None
    act: Callable[[], Tensor] | None = None
    done: "Future[Tensor]" = field(default_factory=Future)


class Maker:
    """The only one who uses the generator.

    Args:
        loaded: the generator.
        waiting: requests that may wait; more are refused.
    """

    def __init__(self, loaded: LoadedGenerator, waiting: int = WAITING) -> None:
        self.loaded, self.batches, self.made = loaded, 0, 0
        self._jobs: queue.Queue[_Job | None] = queue.Queue(waiting)
        self._next: _Job | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def samples(self, chosen: Chosen) -> "Future[Tensor]":
        """Have samples made; those alike in form are made together.

        Raises:
            BusyError: too many wait.
        """
        shift = chosen.shift is not None
        group = (chosen.truncation, shift, tuple(sorted(chosen.asked)))
        return self._put(_Job(group, chosen))

    def alone(self, act: Callable[[], Tensor]) -> "Future[Tensor]":
        """Have something else done with the generator.

        Raises:
            BusyError: too many wait.
        """
        return self._put(_Job(object(), None, act))

    @property
    def waiting(self) -> int:
        """How many requests wait."""
        return self._jobs.qsize()

    def close(self) -> None:
        """Finish what waits, and end."""
        self._jobs.put(None)
        self._thread.join(30)

    def _put(self, job: _Job) -> "Future[Tensor]":
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            raise BusyError("too many requests wait; try again in a moment") from None
        return job.done

    def _work(self) -> None:
        while (jobs := self._together()) is not None:
            jobs = [job for job in jobs if job.done.set_running_or_notify_cancel()]
            try:
                self._make(jobs) if jobs else None
            except BaseException as error:
                for job in jobs:
                    if not job.done.done():
                        job.done.set_exception(error)

    def _together(self) -> list[_Job] | None:
        """Return the next job and those that wait behind it and can be made with it."""
        first = self._next or self._jobs.get()
        self._next = None
        if first is None:
            return None
        jobs, count = [first], _count(first)
        while count < TOGETHER and not self._jobs.empty():
            job = self._jobs.get_nowait()
            if job is None:
                self._jobs.put(None)
                break
            if job.group != first.group or count + _count(job) > TOGETHER:
                self._next = job
                break
            jobs.append(job)
            count += _count(job)
        return jobs

    def _make(self, jobs: list[_Job]) -> None:
        self.batches += 1
        if jobs[0].act is not None:
            jobs[0].done.set_result(jobs[0].act())
            return
        rows = [job.rows for job in jobs if job.rows is not None]
        samples: Any = samples_of(self.loaded, joined(rows))
        self.made += len(samples)
        start = 0
        for job in jobs:
            job.done.set_result(samples[start : start + _count(job)])
            start += _count(job)


def _count(job: _Job) -> int:
    return 1 if job.rows is None else len(job.rows.latents)


def joined(rows: list[Chosen]) -> Chosen:
    """Return the rows of several requests of one group as one."""
    asked = {name: torch.cat([one.asked[name] for one in rows]) for name in rows[0].asked}
    shifts = [one.shift for one in rows if one.shift is not None]
    latents = torch.cat([one.latents for one in rows])
    return Chosen(latents, asked, rows[0].truncation, torch.cat(shifts) if shifts else None)
