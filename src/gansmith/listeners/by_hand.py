"""Does what a person asks of a run while it trains: a knob, a stop, a checkpoint."""

from gansmith.errors import GansmithError
from gansmith.listeners.announcer import Announce
from gansmith.listeners.listener import Listener, Noted, Started, Ticked
from gansmith.records import Move
from gansmith.runs.by_hand import ByHand, take


class AskedByHand(Listener):
    """Looks at every tick for what was asked; without anything asked it costs one look-up.

    Args:
        announce: tells what cannot be done.
    """

    def __init__(self, announce: Announce) -> None:
        self.announce = announce

    def started(self, event: Started) -> None:
        """Keep the ways to ask; what was asked of an earlier sitting is over."""
        self.run = event
        if take(event.path):
            says = "what was asked by hand before this start was left undone"
            self.announce(Noted(event.step, event.kimg, says))

    def ticked(self, event: Ticked) -> None:
        """Do what was asked since the last tick."""
        for wish in take(self.run.path):
            try:
                self._do(wish, event)
            except GansmithError as error:
                says = f"asked by hand, not done: {error}"
                self.announce(Noted(event.step, event.kimg, says))

    def _do(self, wish: ByHand, event: Ticked) -> None:
        if wish.does == "knob":
            self.run.move(Move(wish.knob, wish.to, "hand", wish.because))
        elif wish.does == "stop":
            self.run.stop("hand")
        else:
            self.run.keep()
            says = "a checkpoint was asked for by hand"
            self.announce(Noted(event.step, event.kimg, says))
