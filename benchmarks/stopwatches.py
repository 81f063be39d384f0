"""Processor time spent in chosen functions, for ``speed.py`` and ``doctor/cost.py``."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gansmith.games import two_player
from gansmith.runs import writer
from gansmith.training import gradient_signals, signals

SIGNALS: list[tuple[Any, str]] = [
    (two_player, "score_signals"),
    (gradient_signals, "slopes"),
    (signals.SignalSums, "add"),
    (signals.SignalSums, "read"),
    (writer.RunWriter, "signals"),
]  # where signals are computed, summed, read and written


@contextlib.contextmanager
def stopwatches(places: Mapping[str, list[tuple[Any, str]]]) -> Iterator[dict[str, float]]:
    """Count the CPU seconds spent in functions, by label, while the context is open."""
    spent = dict.fromkeys(places, 0.0)
    kept = []

    def watched(label: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            begun = time.process_time()
            try:
                return function(*args, **options)
            finally:
                spent[label] += time.process_time() - begun

        return call

    for label, functions in places.items():
        for owner, name in functions:
            kept.append((owner, name, getattr(owner, name)))
            setattr(owner, name, watched(label, getattr(owner, name)))
    try:
        yield spent
    finally:
        for owner, name, function in kept:
            setattr(owner, name, function)


@contextlib.contextmanager
def measured(spent: dict[str, float]) -> Iterator[None]:
    """Time what ``gradient_signals.measured`` does before and after the step inside it."""
    function = gradient_signals.measured

    @contextlib.contextmanager
    def timed(*given: Any) -> Iterator[None]:
        context = function(*given)
        begun = time.process_time()
        context.__enter__()
        spent["signals"] += time.process_time() - begun
        yield
        begun = time.process_time()
        context.__exit__(None, None, None)
        spent["signals"] += time.process_time() - begun

    gradient_signals.measured = timed
    try:
        yield
    finally:
        gradient_signals.measured = function
