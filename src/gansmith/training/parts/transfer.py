"""Starting from a trained run: what fits is taken, and said; low layers may be frozen."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from gansmith.conditions.of_run import Conditionings, fed_shapes, probe
from gansmith.data import Data
from gansmith.errors import RunError
from gansmith.recipe.recipe import Recipe
from gansmith.records import Player
from gansmith.runs.reader import read_run
from gansmith.training.parts.run_parts import Parts
from gansmith.training.runtime import Runtime
from gansmith.training.session.checkpoint import load_weights
from gansmith.training.startup.choose_checkpoint import candidates, first_whole

KEPT = ("networks", "players", "game", "loss", "terms", "constraints", "optimizers", "ema")
LEAST = 0.01  # share of G's numbers below which starting from there means starting anew
NUMBERED = re.compile(r"(.*?)\.(\d+)\.(.*)")

Weights = Mapping[str, Tensor]


@dataclass(frozen=True)
class Taken:
    """What one player took from a run: names of tensors, and how many numbers are in them."""

    player: Player
    taken: tuple[str, ...]
    skipped: tuple[str, ...]
    fresh: tuple[str, ...]
    numbers: int
    of: int

    def says(self) -> str:
        """Return one sentence."""
        share = f"{self.numbers:,} of {self.of:,} numbers ({self.numbers / max(self.of, 1):.0%})"
        fresh = f"; starts anew: {_some(self.fresh)}" if self.fresh else ""
        skipped = f"; left behind: {_some(self.skipped)}" if self.skipped else ""
        return f"{self.player} takes {share} from there{fresh}{skipped}"


def start_from(run: str, parts: Parts) -> list[Taken]:
    """Fill the networks of a new run with the weights of a trained one, where name and shape agree.

    The best checkpoint is taken, or the last where the best is not known. Networks for another
    resolution have more or fewer grids: they are matched from the coarsest on, or from the finest
    where more of them fits that way.

    Raises:
        RunError: there is no such run, no checkpoint in it, or next to nothing of its G fits.
    """
    _, weights = first_whole(Path(run), candidates(Path(run)), load_weights)
    found = [_fill(player, parts, weights) for player in parts.game.players]
    made = next(taken for taken in found if taken.player == "generator")
    if made.numbers < LEAST * made.of:
        raise RunError(
            f"next to nothing of the generator in {run} fits this recipe's "
            f"{type(parts.game.players['generator']).__name__} ({made.numbers:,} of "
            f"{made.of:,} numbers); use the networks of that run: see "
            f"{Path(run) / 'recipe.toml'}"
        )
    for player, ema in parts.averages.items():
        average = _under(weights, f"ema.{player}") or _under(weights, player)
        ema.module.load_state_dict(parts.game.players[player].state_dict())
        _load(ema.module, average, player)
    return found


def recipe_from(run: str, data: str) -> dict[str, Any]:
    """Return the tree of a recipe for other data with everything that shapes the networks kept."""
    trained = read_run(run).recipe
    tree = {name: trained[name] for name in KEPT if name in trained}
    if dict(trained.get("condition", {})).get("corruption"):
        tree["condition"] = trained["condition"]  # the inputs are made from the other data alike
    shaped = [name for name in ("size", "channels") if name in trained["data"]]
    return {**tree, "data": {"source": data, **{name: trained["data"][name] for name in shaped}}}


def frozen_parameters(
    recipe: Recipe,
    data: Data,
    conditionings: Conditionings,
    discriminator: nn.Module,
    runtime: Runtime,
) -> list[nn.Parameter]:
    """Return the parameters of D that a recipe's transfer freezes."""
    if recipe.transfer is None:
        return []
    shape = fed_shapes(recipe, data.shape, conditionings)["discriminator"]
    sample = runtime.put(torch.zeros(1, *shape))
    condition = probe(conditionings, 1, sample.device)
    told = [condition] if condition else []
    return lowest(discriminator, recipe.transfer.freeze, sample, *told)


def lowest(discriminator: nn.Module, count: int, sample: Tensor, *more: Any) -> list[nn.Parameter]:
    """Return the parameters of D's lowest blocks: those that a sample passes first.

    A block is one entry of a list of layers, or one layer outside such lists.

    Args:
        discriminator: the network.
        count: how many blocks.
        sample: a batch of one, to see the order by.
        more: what else the network is called with.

    Raises:
        RunError: there are no more blocks than that, so that nothing would be left to learn.

    Reference: Mo et al. 2020 (FreezeD), arXiv:2002.10964.
    """
    if count == 0:
        return []
    order: dict[str, None] = {}
    hooks = [
        module.register_forward_pre_hook(lambda _, __, name=name: order.setdefault(_block(name)))
        for name, module in discriminator.named_modules()
        if _is_layer(name, module)
    ]
    training = discriminator.training
    with torch.no_grad():
        discriminator.eval()(sample, *more)
    discriminator.train(training)
    for hook in hooks:
        hook.remove()
    if count >= len(order):
        raise RunError(
            f"transfer.freeze is {count}, but the discriminator has {len(order)} blocks "
            f"({', '.join(order)}); freeze fewer, so that it can learn"
        )
    low = list(order)[:count]
    return [p for name, p in discriminator.named_parameters() if _block(name) in low]


def _is_layer(name: str, module: nn.Module) -> bool:
    """True for what holds weights and no further layers; a constraint may have wrapped them."""
    lowest_level = not any(True for _ in module.children()) or "parametrizations" in name
    return lowest_level and any(True for _ in module.parameters(recurse=False))


def _fill(player: Player, parts: Parts, weights: Weights) -> Taken:
    network = parts.game.players[player]
    return _load(network, _under(weights, player), player)


def _load(network: nn.Module, weights: Weights, player: Player) -> Taken:
    """Copy what fits into a network."""
    own = network.state_dict()
    ways = [dict(weights), _aligned(weights, own)]
    named = max(ways if player == "generator" else ways[::-1], key=lambda way: _fitting(way, own))
    fits = {n: w for n, w in named.items() if n in own and own[n].shape == w.shape}
    with torch.no_grad():
        for name, weight in fits.items():
            own[name].copy_(weight)
    return Taken(
        player=player,
        taken=tuple(fits),
        skipped=tuple(name for name in named if name not in fits),
        fresh=tuple(name for name in own if name not in fits),
        numbers=_fitting(named, own),
        of=sum(weight.numel() for weight in own.values()),
    )


def _fitting(weights: Weights, own: Weights) -> int:
    """Return how many numbers fit by name and shape."""
    fits = [w.numel() for n, w in weights.items() if n in own and own[n].shape == w.shape]
    return sum(fits)


def _aligned(weights: Weights, own: Weights) -> dict[str, Tensor]:
    """Rename numbered layers so that the last of each list meet, not the first."""
    theirs, ours = _lengths(weights), _lengths(own)
    renamed = {}
    for name, weight in weights.items():
        if found := NUMBERED.fullmatch(name):
            before, number, after = found.groups()
            moved = int(number) + ours.get(before, 0) - theirs[before]
            name = f"{before}.{moved}.{after}"
        renamed[name] = weight
    return renamed


def _lengths(weights: Weights) -> dict[str, int]:
    lengths: dict[str, int] = {}
    for found in filter(None, map(NUMBERED.fullmatch, weights)):
        before, number, _ = found.groups()
        lengths[before] = max(lengths.get(before, 0), int(number) + 1)
    return lengths


def _block(name: str) -> str:
    """Return the part of a module's or parameter's name up to its first number, or its layer."""
    found = re.match(r"(.*?\.\d+)(\.|$)", name)
    if found:
        return found.group(1)
    layer = re.sub(r"\.parametrizations.*", "", name)
    return re.sub(r"\.(weight|bias)$", "", layer)


def _under(weights: Weights, name: str) -> dict[str, Tensor]:
    start = f"{name}/"
    return {k.removeprefix(start): w for k, w in weights.items() if k.startswith(start)}


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
