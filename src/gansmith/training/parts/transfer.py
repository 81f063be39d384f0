"""Starting from a trained run: what fits is taken, and said; low layers may be frozen."""

import re
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from gansmith.conditions.of_run import Conditionings, fed_shapes, probe
from gansmith.data import Data
from gansmith.errors import RunError
from gansmith.recipe.recipe import Recipe
from gansmith.runs.reader import read_run
from gansmith.training.parts.carry import carry
from gansmith.training.parts.fitting import Taken
from gansmith.training.parts.run_parts import Parts
from gansmith.training.parts.state import State
from gansmith.training.runtime import Runtime
from gansmith.training.session.checkpoint import load_weights
from gansmith.training.startup.choose_checkpoint import candidates, first_whole

KEPT = ("networks", "players", "game", "loss", "terms", "constraints", "optimizers", "ema")


def start_from(run: str, parts: Parts) -> list[Taken]:
    """Fill the networks of a new run with the weights of a trained one, where name and shape agree.

    The best checkpoint is taken, or the last where the best is not known. Networks for another
    resolution have more or fewer grids: they are matched from the coarsest on, or from the finest
    where more of them fits that way.

    Raises:
        RunError: there is no such run, no checkpoint in it, or next to nothing of its G fits.
    """
    _, weights = first_whole(Path(run), candidates(Path(run)), load_weights)
    players = [*parts.game.players, *(f"ema.{player}" for player in parts.averages)]
    wanted = {n: w for n, w in weights.items() if n.partition("/")[0] in players}
    carried = carry(State(wanted), parts)
    carried.require_generator(f"the generator in {run}", Path(run), parts)
    return [one for one in carried.networks if one.player in players]


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


def _block(name: str) -> str:
    """Return the part of a module's or parameter's name up to its first number, or its layer."""
    found = re.match(r"(.*?\.\d+)(\.|$)", name)
    if found:
        return found.group(1)
    layer = re.sub(r"\.parametrizations.*", "", name)
    return re.sub(r"\.(weight|bias)$", "", layer)
