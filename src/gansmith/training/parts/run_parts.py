"""Everything that a run is made of, once the names of the recipe have become objects."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from torch import nn
from torch.optim import Optimizer

from gansmith.conditions.of_run import Conditionings, ConditionReader
from gansmith.data import Data, Stream
from gansmith.errors import wrong_return
from gansmith.facts import ControllerFacts
from gansmith.games.game import Game
from gansmith.preflight.case import Finding
from gansmith.recipe.declared import optimizer_of, players_of
from gansmith.recipe.recipe import Recipe
from gansmith.records import Constraint, Move, Player, Term
from gansmith.registry import controllers
from gansmith.training.parts.ema import Ema
from gansmith.training.parts.knobs import KnobTable
from gansmith.training.parts.setup import Setup
from gansmith.training.runtime import Runtime
from gansmith.training.signals import SignalSums

Controller = Callable[[Mapping[str, float], Mapping[str, float]], Sequence[Move]]


def learners(
    player: Player, players: Mapping[str, nn.Module], terms: Mapping[str, Term]
) -> list[nn.Module]:
    """Return what a player's optimizer trains: its network, and what its terms learn."""
    heads = [term.module for term in terms.values() if term.module and term.owner == player]
    return [players[player], *heads]


def _moves(controller: str, found: Any) -> Sequence[Move]:
    """Return what a controller proposed, if moves are what it returned."""
    if not isinstance(found, Sequence) or not all(isinstance(move, Move) for move in found):
        raise wrong_return(f"the controller '{controller}'", "a list of Move", found)
    return found


@dataclass
class Parts:
    """The objects of a run, built from its setup."""

    setup: Setup
    stream: Stream
    conditionings: Conditionings
    condition: ConditionReader
    game: Game
    optimizers: Mapping[Player, Optimizer]
    knobs: KnobTable
    controllers: Mapping[str, Controller] = field(default_factory=dict)
    constraints: Sequence[Constraint] = ()
    terms: Mapping[str, Term] = field(default_factory=dict)
    averages: Mapping[Player, Ema] = field(default_factory=dict)
    frozen: Sequence[nn.Parameter] = ()
    signals: SignalSums = field(default_factory=SignalSums)
    remarks: Sequence[Finding] = ()

    @property
    def recipe(self) -> Recipe:
        """The recipe that the parts were built from."""
        return self.setup.recipe

    @property
    def data(self) -> Data:
        """The data that the run trains on."""
        return self.setup.data

    @property
    def runtime(self) -> Runtime:
        """This process's view of the machine."""
        return self.setup.runtime

    @property
    def batch(self) -> int:
        """Samples in a batch, over all processes and pieces."""
        return self.recipe.data.batch or 1

    @property
    def pieces(self) -> int:
        """In how many pieces a batch is worked off before a step."""
        return self.recipe.runtime.accumulation

    @cached_property
    def look_every(self) -> int:
        """Steps between recordings of scores and gradients."""
        usual = self.data.kind.defaults.interval
        return self.recipe.signals.every or min(usual, self.recipe.signals.tick)

    @cached_property
    def of_controllers(self) -> dict[str, ControllerFacts]:
        """What each controller of the recipe declares of itself."""
        named = self.recipe.controllers
        return {f"{c.name}:{c.knob}": controllers.get(c.name).facts for c in named}

    @cached_property
    def reacting(self) -> frozenset[str]:
        """Controllers that react to signals; the others follow a schedule."""
        return frozenset(name for name, facts in self.of_controllers.items() if facts.reacts)

    def reads(self, what: str) -> bool:
        """Say whether a controller needs something besides signals: held_out, exam."""
        return any(what in facts.reads for facts in self.of_controllers.values())

    @property
    def generator(self) -> nn.Module:
        """The generator that users sample from: the average where there is one."""
        average = self.averages.get("generator")
        return average.module if average else self.game.players["generator"]

    def turn_to(self, player: Player) -> Optimizer:
        """Let only this player learn, and return its optimizer."""
        for other in self.optimizers:
            for module in learners(other, self.game.players, self.terms):
                module.requires_grad_(other == player)
        for parameter in self.frozen:
            parameter.requires_grad_(False)
        return self.optimizers[player]

    def clip(self, player: Player) -> None:
        """Shorten the player's gradient to the norm that the recipe allows, where it says one."""
        if optimizer_of(self.recipe, player).clip is None:
            return
        stepped = (p for group in self.optimizers[player].param_groups for p in group["params"])
        nn.utils.clip_grad_norm_(stepped, self.knobs[f"optimizers.{player}.clip"].value)

    def constrain(self, player: Player) -> None:
        """Hold a discriminator to its constraints after its step."""
        if self.constraints and players_of(self.recipe)[player] == "discriminator":
            for constraint in self.constraints:
                if constraint.after_step:
                    constraint.after_step(self.game.players[player])

    def average_weights(self, samples: int) -> None:
        """Move the averages of weights after a step that ends at ``samples`` samples seen."""
        if self.recipe.ema is None:
            return
        half_life = 1000 * self.knobs["ema.half_life_kimg"].value
        warmup = self.recipe.ema.warmup
        now = min(half_life, samples * warmup) if warmup else half_life
        for average in self.averages.values():
            average.update(self.batch, now)

    def turn_knobs(self, signals: Mapping[str, float]) -> dict[str, list[Move]]:
        """Let every controller propose moves; return those applied, by controller."""
        applied = {}
        for name, controller in self.controllers.items():
            scales = self.of_controllers[name].scales
            read = self.knobs.factors if scales else self.knobs.planned
            take = self.knobs.scale if scales else self.knobs.apply
            applied[name] = take(_moves(name, controller(signals, read())))
        for player, optimizer in self.optimizers.items():
            for group in optimizer.param_groups:
                group["lr"] = self.knobs[f"optimizers.{player}.lr"].value
        return applied

    def stateful(self) -> dict[str, Any]:
        """Return every part with a state, by name (weights apart)."""
        states: dict[str, Any] = {f"optimizers.{n}": o for n, o in self.optimizers.items()}
        kept = {n: c for n, c in self.controllers.items() if hasattr(c, "state_dict")}
        states |= {f"controllers.{name}": controller for name, controller in kept.items()}
        return states | {"knobs": self.knobs, "signals": self.signals, "runtime": self.runtime}

    def networks(self) -> dict[str, nn.Module]:
        """Return every module with weights, by name."""
        averages = {f"ema.{player}": ema.module for player, ema in self.averages.items()}
        held = {f"terms.{name}": term.module for name, term in self.terms.items() if term.module}
        return dict(self.game.players) | averages | held
