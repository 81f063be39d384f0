"""What a person sees while a run trains: a live line in a terminal, plain lines elsewhere.

In a notebook one line is written over and over again, which needs no widgets.
"""

import math
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from gansmith.shown import one_line


class Display:
    """Shows progress on stderr; a silent one shows nothing.

    Args:
        silent: show nothing (workers, or ``quiet=True`` in Python).
    """

    def __init__(self, silent: bool = False) -> None:
        self.silent, self._notebook = silent, in_notebook()
        self.console = Console(
            file=sys.stdout if self._notebook else sys.stderr,
            quiet=silent,
            highlight=False,
            soft_wrap=True,
            force_terminal=False if self._notebook else None,
            force_jupyter=False,
        )
        self._over = False  # whether the last line is to be written over
        self._live = self.console.is_terminal and not silent
        self._bar = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TextColumn("{task.fields[seen]}"),
            console=self.console,
            transient=True,
        )
        self._task = self._bar.add_task("training", total=1.0, seen="")
        self._metric, self._told = "", 0

    def __enter__(self) -> "Display":
        if self._live:
            self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._live:
            self._bar.stop()

    @contextmanager
    def reading(self, what: str = "preparing") -> Iterator[Callable[[int, int], None]]:
        """Show how far the preparation of the data is, or another ``what``, and the time left."""
        if self._notebook:
            yield lambda done, total: self._write_over(f"{what} {done / max(total, 1):4.0%}")
            return
        columns = (*Progress.get_default_columns()[:3], TimeRemainingColumn())
        with Progress(
            *columns, console=self.console, transient=True, disable=not self._live
        ) as bar:
            task = bar.add_task(what, total=None, visible=False)

            def show(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total, visible=True)

            yield show

    def phase(self, name: str, left: float | None = None) -> None:
        """Show what is going on now, and how many seconds are left, where that is known."""
        if name == "training":
            seen = "" if left is None else f"{_clock(left)} left"
            self._bar.update(self._task, description=name, seen=seen)
        elif self._live:
            self._bar.update(self._task, description=name)
        else:
            self.say(name)

    def _write_over(self, text: str) -> None:
        """Write a line of a notebook over the one before."""
        if not self.silent:
            print(f"\r{text:<110}", end="", file=self.console.file, flush=True)
            self._over = True

    def say(self, text: str) -> None:
        """Print one line that stays."""
        if self._over:
            print(f"\r{'':<110}\r", end="", file=self.console.file)
            self._over = False
        self.console.print(one_line(text), markup=False)

    def tick(self, record: Mapping[str, Any], progress: float) -> None:
        """Show where training stands."""
        seen = self._seen(record, progress)
        self._bar.update(self._task, completed=min(progress, 1.0), seen=seen)
        if self._notebook:
            self._write_over(f"training {min(progress, 1.0):4.0%}  {seen}")
            return
        if not self._live and not self.silent and int(progress * 20) > self._told:
            self._told = int(progress * 20)
            print(f"{min(progress, 1.0):4.0%}  {seen}", file=sys.stderr, flush=True)

    def exam(self, metrics: Mapping[str, float], floor: Mapping[str, float], kimg: float) -> None:
        """Show the newest metric beside its noise floor."""
        if metrics:
            name = next(iter(metrics))
            against = f" (floor {floor[name]:.3g})" if name in floor else ""
            self._metric = f"{name} {metrics[name]:.4g}{against}"
            self.say(f"exam at {kimg:.1f} kimg: {self._metric}")

    def _seen(self, record: Mapping[str, Any], progress: float) -> str:
        left = record["seconds"] * (1 - progress) / progress if progress > 0 else math.nan
        parts = [
            f"{record['kimg']:.1f} kimg",
            f"{record['samples_per_second']:.0f} samples/s",
            f"{_clock(left)} left",
            *_losses(record),
        ]
        return "  ".join([*parts, self._metric])


def _losses(record: Mapping[str, Any]) -> list[str]:
    """Return the players' losses, of those that took a turn."""
    named = (("D", record.get("loss/discriminator")), ("G", record.get("loss/generator")))
    return [f"{player} {loss:.3f}" for player, loss in named if loss is not None]


def in_notebook() -> bool:
    """Say whether this process is the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


def _clock(seconds: float) -> str:
    if not math.isfinite(seconds):
        return "?"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
