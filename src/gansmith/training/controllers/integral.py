"""A knob that adds up a signal until the signal is zero."""

from collections.abc import Sequence

from gansmith.errors import GansmithError, suggest
from gansmith.records import Move
from gansmith.registry import controllers
from gansmith.training.controllers import Controller, Knobs, Signals


@controllers.add
def integral(start: float, knob: str, signal: str, gain: float = 0.05) -> Controller:
    """Moves a knob by a share of a signal at every tick, until the signal is zero.

    BEGAN's balance: knob = "loss.k", signal = "equilibrium/balance". The default gain is the
    paper's 0.001 a step at 50 steps a tick.

    Formula: knob <- knob + gain * signal.

    Args:
        start: the knob's value in the recipe.
        knob: its address, as `loss.k`.
        signal: name of a signal as in signals.jsonl.
        gain: how far the knob moves per unit of the signal; below 0 it moves against it.

    Raises:
        GansmithError: while training, there is no such signal.

    Reference: Berthelot et al. 2017, arXiv:1703.10717.
    """

    def propose(signals: Signals, knobs: Knobs) -> Sequence[Move]:
        if "loss/discriminator" not in signals:
            return []  # no step since the last tick
        if signal not in signals:
            raise GansmithError(f"there is no signal '{signal}'{suggest(signal, signals)}")
        to = knobs[knob] + gain * signals[signal]
        return [Move(knob, to, "integral", f"{signal} is {signals[signal]:.3g}")]

    return propose
