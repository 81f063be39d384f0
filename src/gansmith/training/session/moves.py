"""Moves of knobs at a tick: those asked for by hand, and those of schedules and controllers."""

from collections.abc import Mapping

from gansmith.records import Move
from gansmith.training.parts.run_parts import Parts


class Moves:
    """Applies moves; all processes call it together, and the first one may be asked by hand.

    Args:
        parts: of the run.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts, self._asked = parts, list[Move]()

    def ask(self, move: Move) -> None:
        """Have a knob's base set before the next tick's controllers are asked.

        Raises:
            GansmithError: there is no such knob; the message suggests the nearest.
        """
        _ = self.parts.knobs[move.knob]
        self._asked.append(move)

    def __call__(self, seen: Mapping[str, float]) -> list[Move]:
        """Apply what was asked, then what controllers propose; return what a journal should name.

        Args:
            seen: signals of the tick, with ``progress`` and ``kimg``.
        """
        moved = self.parts.knobs.treat(self._agreed())
        for name, moves in self.parts.turn_knobs(seen).items():
            if name in self.parts.reacting:  # what a schedule does stands in signals.jsonl
                moved += moves
        return moved

    def _agreed(self) -> list[Move]:
        """Return what the first process was asked for, on all of them."""
        first, addresses = self.parts.runtime.first, self.parts.knobs.addresses()
        asked, self._asked = self._asked, []
        agreed = []
        for place in range(round(first(float(len(asked))))):
            move = asked[place] if place < len(asked) else Move(addresses[0], 0.0, "", "")
            knob = addresses[round(first(float(addresses.index(move.knob))))]
            agreed.append(Move(knob, first(move.to), move.by, move.because))
        return agreed
