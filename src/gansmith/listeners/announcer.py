"""Tells listeners what happens, one event after the other."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gansmith.errors import reason
from gansmith.listeners.listener import Event, Lasting, Listener, Noted


class Announcer:
    """Tells every listener of every event, in the order in which things happened.

    What a listener announces while it is told of something is told afterwards, so that all hear of
    an exam before they hear what the doctor says of it.

    Args:
        listeners: who is told, in this order.
    """

    def __init__(self, listeners: Sequence[Listener] = ()) -> None:
        self.listeners, self._waiting, self._busy = list(listeners), deque[Event](), False
        self._notes = set[str]()

    def __call__(self, event: Event) -> None:
        """Tell all listeners of an event.

        A listener that raises is left out from then on, which the others are told.

        Raises:
            Exception: whatever a listener raises without which the run cannot go on.
        """
        self._waiting.append(event)
        if self._busy:
            return
        self._busy = True
        try:
            while self._waiting:
                self._tell_all(self._waiting.popleft())
        finally:
            self._busy = False
            self._waiting.clear()

    def note(self, event: Event, says: str) -> None:
        """Announce a sentence for the journal, at the moment of an event, unless it was before."""
        if says and says not in self._notes:
            self._notes.add(says)
            self(Noted(event.step, event.kimg, says, {"during": "training"}))

    def kept(self) -> dict[str, Any]:
        """Return what listeners want kept in a checkpoint."""
        lasting = (one for one in self.listeners if isinstance(one, Lasting))
        return {name: value for one in lasting for name, value in one.kept().items()}

    def restored(self, state: Mapping[str, Any], changed: bool = False) -> None:
        """Have listeners go on from what a checkpoint holds; empty: from the start."""
        for listener in self.listeners:
            if isinstance(listener, Lasting):
                listener.restored(state, changed)

    def _tell_all(self, event: Event) -> None:
        for listener in tuple(self.listeners):
            try:
                getattr(listener, type(event).__name__.lower())(event)
            except Exception as error:
                if listener.essential:
                    raise
                self._leave_out(listener, event, error)

    def _leave_out(self, listener: Listener, event: Event, error: Exception) -> None:
        self.listeners = [other for other in self.listeners if other is not listener]
        name, method = type(listener).__name__, type(event).__name__.lower()
        says = f"the listener {name} failed in `{method}` and is left out, training goes on"
        self.note(event, f"{says}: {reason(error)[:300]}")


Announce = Callable[[Event], None]
Spare = Callable[..., Any]  # (what, act, *given): does what training does not need
