"""Controllers propose moves of knobs while a run trains: schedules of the learning rate and others.

A controller is called once a tick. It reads the means of the tick's signals, among them
``progress`` (share of the run's length, 0 to 1) and ``kimg`` (thousands of real samples seen), and
the knobs' values; the knob table applies what it proposes. When two schedules move the same knob,
the later one in the recipe has the last word. Those that keep a balance propose factors, which
multiply whatever a schedule says.
"""

from collections.abc import Callable, Mapping, Sequence

from gansmith.records import Move

Controller = Callable[[Mapping[str, float], Mapping[str, float]], Sequence[Move]]
MARGIN = "scores/held_out/margin"  # share of pairs ranked correctly, less the rest
Signals = Mapping[str, float]
Knobs = Mapping[str, float]


def warm(signals: Signals, kimg: float) -> float:
    """Return the share of its full value that a knob has while it warms up: from 0.01 to 1."""
    return 1.0 if signals["kimg"] >= kimg else max(signals["kimg"] / kimg, 0.01)
