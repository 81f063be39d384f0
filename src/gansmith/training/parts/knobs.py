"""The one table of numbers that may change while training runs."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from gansmith.errors import GansmithError, suggest
from gansmith.records import Knob, Move


class KnobTable:
    """Knobs by address; moves are applied, clamped and handed back here and nowhere else."""

    def __init__(self, knobs: Mapping[str, Knob]) -> None:
        self._knobs = dict(knobs)

    def apply(self, moves: Iterable[Move]) -> list[Move]:
        """Take moves of schedules and controllers; return those that changed something.

        They own a knob's scale: ``to`` is what it would be with the recipe's base.

        Raises:
            GansmithError: a move names no knob.
        """
        return [move for move in moves if self._set(move, "planned")]

    def treat(self, moves: Iterable[Move]) -> list[Move]:
        """Take moves of treatments or by hand; return those that changed something.

        They own a knob's base, on which schedules and controllers go on.

        Raises:
            GansmithError: a move names no knob.
        """
        return [move for move in moves if self._set(move, "base")]

    def scale(self, moves: Iterable[Move]) -> list[Move]:
        """Take moves of controllers that keep a balance; return those that changed something.

        They own a knob's factor, on top of what schedules make of it. What is returned names the
        value that the knob came to.

        Raises:
            GansmithError: a move names no knob.
        """
        changed = [move for move in moves if self._turn(self[move.knob], move.to)]
        return [replace(move, to=self[move.knob].value) for move in changed]

    def _turn(self, knob: Knob, factor: float) -> bool:
        before, knob.factor = knob.value, factor
        return knob.value != before

    def factors(self) -> dict[str, float]:
        """Return what controllers that keep a balance read: the factor of each knob."""
        return {address: knob.factor for address, knob in self._knobs.items()}

    def _set(self, move: Move, what: str) -> bool:
        knob = self[move.knob]
        before = knob.value
        setattr(knob, what, min(max(move.to, knob.low), knob.high))
        return knob.value != before

    def __getitem__(self, address: str) -> Knob:
        if address not in self._knobs:
            raise GansmithError(f"there is no knob '{address}'{suggest(address, self._knobs)}")
        return self._knobs[address]

    def __contains__(self, address: str) -> bool:
        return address in self._knobs

    def addresses(self) -> list[str]:
        """Return all addresses, sorted."""
        return sorted(self._knobs)

    def values(self) -> dict[str, float]:
        """Return every knob's value by address."""
        return {address: knob.value for address, knob in self._knobs.items()}

    def planned(self) -> dict[str, float]:
        """Return what controllers read: each value as if its base were the recipe's."""
        return {address: knob.planned for address, knob in self._knobs.items()}

    def state_dict(self) -> dict[str, dict[str, float]]:
        """Return start, base, planned value and factor of each knob, for a checkpoint."""
        names = ("start", "base", "planned", "factor")
        return {a: {n: getattr(knob, n) for n in names} for a, knob in self._knobs.items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Set the knobs as a checkpoint has them; older ones have one number each."""
        for address, kept in state.items():
            knob = self[address]
            if isinstance(kept, Mapping):
                knob.start, knob.base, knob.planned = (
                    float(kept[name]) for name in ("start", "base", "planned")
                )
                knob.factor = float(kept.get("factor", 1.0))
            else:
                knob.planned = float(kept)
