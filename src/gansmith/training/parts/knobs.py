"""The one table of numbers that may change while training runs."""

from collections.abc import Iterable, Mapping

from gansmith.errors import GansmithError, suggest
from gansmith.records import Knob, Move


class KnobTable:
    """Knobs by address; moves are applied, clamped and handed back here and nowhere else."""

    def __init__(self, knobs: Mapping[str, Knob]) -> None:
        self._knobs = dict(knobs)

    def apply(self, moves: Iterable[Move]) -> list[Move]:
        """Set knobs, clamped to their ranges; return the moves that changed something.

        Raises:
            GansmithError: a move names no knob.
        """
        return [move for move in moves if self._set(move)]

    def _set(self, move: Move) -> bool:
        knob = self[move.knob]
        before, knob.value = knob.value, min(max(move.to, knob.low), knob.high)
        return knob.value != before

    def __getitem__(self, address: str) -> Knob:
        if address not in self._knobs:
            raise GansmithError(f"there is no knob '{address}'{suggest(address, self._knobs)}")
        return self._knobs[address]

    def values(self) -> dict[str, float]:
        """Return every knob's value by address."""
        return {address: knob.value for address, knob in self._knobs.items()}

    def state_dict(self) -> dict[str, float]:
        """Return the values, for a checkpoint."""
        return self.values()

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Set the values that a checkpoint holds."""
        for address, value in state.items():
            self[address].value = value
