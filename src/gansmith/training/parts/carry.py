"""Carries the state of a run into parts that were built anew: by name, as far as it fits.

Resuming, starting from another run, going back to a checkpoint and going on with a changed recipe
are this one operation. ``restore`` demands that all fits.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor
from torch.optim import Optimizer

from gansmith.errors import RunError
from gansmith.records import Knob
from gansmith.training.parts.fitting import LEAST, Taken, fill
from gansmith.training.parts.run_parts import Parts
from gansmith.training.parts.state import State, under


class TooLittleFitsError(RunError):
    """Next to nothing of a generator fits another recipe's."""


@dataclass(frozen=True)
class Carried:
    """What became of each part.

    Args:
        networks: what each network took.
        taken: the other parts that took over their state.
        anew: parts for which there was no state, or one that does not fit.
        left: states that no part wanted.
    """

    networks: tuple[Taken, ...]
    taken: tuple[str, ...]
    anew: tuple[str, ...]
    left: tuple[str, ...]

    def require_generator(self, what: str, run: Path, parts: Parts) -> None:
        """Refuse where next to nothing of the generator was taken.

        Args:
            what: it was to be taken from, for the sentence.
            run: its folder.
            parts: that were to take it.

        Raises:
            TooLittleFitsError: less than a hundredth of the generator fits.
        """
        found = next(one for one in self.networks if one.player == "generator")
        if found.numbers < LEAST * found.of:
            raise TooLittleFitsError(
                f"next to nothing of {what} fits this recipe's "
                f"{type(parts.game.players['generator']).__name__} ({found.numbers:,} of "
                f"{found.of:,} numbers); use the networks of that run: see {run / 'recipe.toml'}"
            )

    def says(self) -> list[str]:
        """Return a sentence on each thing that did not go on as it was."""
        changed = [one.says() for one in self.networks if one.fresh or one.skipped]
        anew = [f"made anew: {', '.join(self.anew)}"] if self.anew else []
        left = [f"left behind: {', '.join(self.left)}"] if self.left else []
        return [*changed, *anew, *left]


def restore(state: State, parts: Parts) -> None:
    """Put every part back into its state, to the bit.

    Raises:
        Exception: whatever PyTorch raises where something does not fit; parts are then spoilt.
    """
    for name, network in parts.networks().items():
        network.load_state_dict(under(state.networks, name))
    for name, part in parts.stateful().items():
        part.load_state_dict(state.parts[name])


def carry(state: State, parts: Parts) -> Carried:
    """Take over what fits by name, and make the rest anew.

    Weights are taken where name and shape agree; numbered layers are matched from either end. An
    optimizer keeps its moments where its parameters have the same shapes, and takes rates and betas
    from the recipe. A knob keeps its scale where a controller of the recipe goes on to move it, and
    a base that was set by hand where the recipe's number is what it was.

    Args:
        state: of a checkpoint, of this run or another.
        parts: built for the new recipe; they are changed.
    """
    networks = carry_networks(state.networks, parts)
    taken, anew = list[str](), list[str]()
    for name, part in parts.stateful().items():
        fits = name in state.parts and _take(name, part, state.parts[name], parts)
        (taken if fits else anew).append(name)
    for player, optimizer in parts.optimizers.items():
        for group in optimizer.param_groups:
            group["lr"] = parts.knobs[f"optimizers.{player}.lr"].value
    known = {*parts.stateful(), *parts.networks()}
    old = {*state.parts, *(name.partition("/")[0] for name in state.networks)}
    anew = [name for name in anew if state.parts]  # of another run its networks are all there is
    left = sorted(old - known)
    return Carried(networks, tuple(taken), tuple(anew), tuple(left))


def carry_networks(weights: Mapping[str, Tensor], parts: Parts) -> tuple[Taken, ...]:
    """Fill all networks; an average that was not kept begins as its player is."""
    found = []
    for name, network in parts.networks().items():
        kept = under(weights, name)
        player = name.removeprefix("ema.")
        if player != name:
            network.load_state_dict(parts.game.players[player].state_dict())
            fill(network, kept or under(weights, player), name)
        else:
            found.append(fill(network, kept, name))
    return tuple(found)


def _take(name: str, part: Any, state: Any, parts: Parts) -> bool:
    """Give a part its former state, if that fits; say whether it did."""
    if name == "knobs":
        moved = {controller.knob for controller in parts.recipe.controllers}
        for address in filter(parts.knobs.__contains__, state):
            _carry_knob(parts.knobs[address], state[address], address in moved)
        return True
    if name.startswith("optimizers."):
        return _carry_optimizer(part, state)
    with suppress(Exception):  # another controller of that name, another number format
        part.load_state_dict(state)
        return True
    return False


def _carry_knob(knob: Knob, kept: Any, moved: bool) -> None:
    """Take over a knob's scale and base; see ``carry``."""
    if not isinstance(kept, Mapping):  # of before bases and scales
        knob.planned = float(kept) if moved else knob.start
        return
    start, base, planned = (float(kept[name]) for name in ("start", "base", "planned"))
    if moved:
        rescale = knob.start / start if start and start != knob.start else 1.0
        knob.planned = planned * rescale
        knob.factor = float(kept.get("factor", 1.0))
    if start == knob.start:
        knob.base = base


def _carry_optimizer(optimizer: Optimizer, kept: Mapping[str, Any]) -> bool:
    """Take over moments where parameters have the same shapes; rates stay the recipe's own."""
    own = optimizer.state_dict()
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    names = [number for group in kept["param_groups"] for number in group["params"]]
    if len(weights) != len(names) or not _same_kind(own, kept):
        return False
    for number, weight in zip(names, weights, strict=True):
        held = [v for v in kept["state"].get(number, {}).values() if isinstance(v, Tensor)]
        if any(value.ndim and value.shape != weight.shape for value in held):
            return False
    optimizer.load_state_dict({"state": kept["state"], "param_groups": own["param_groups"]})
    return True


def _same_kind(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Say whether two optimizers have the same options, and so the same kind of state."""
    first, second = ([sorted(group) for group in state["param_groups"]] for state in (one, other))
    return first == second
