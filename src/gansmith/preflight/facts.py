"""Facts for the rules: a sample of the data and a probe of the networks, taken once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from gansmith.conditions.of_run import Conditionings, probe
from gansmith.data import Data, to_unit
from gansmith.data.audit.unused import why_no_labels
from gansmith.errors import GansmithError, PartError, RunError, wrong_return
from gansmith.evaluation.measure import FACTS
from gansmith.imports import permitted
from gansmith.preflight.case import DataFacts, NetworkFacts
from gansmith.recipe.recipe import Recipe
from gansmith.records import Condition, Critique
from gansmith.registry import conditions
from gansmith.runs.networks import describe_network
from gansmith.runs.reader import read_run

SEEN = 256  # samples read
PROBED = 8  # inputs of a probe
PROBES = (1.0, 1e5)  # sizes of the inputs that show whether an output is bounded
Found = Tensor | Critique


def data_facts(data: Data) -> DataFacts:
    """Return what rules may know of a data set; reads a few hundred of its samples."""
    facts, count = data.facts, len(data.train)
    rows = np.unique(np.linspace(0, count - 1, min(SEEN, count)).round().astype(np.int64))
    seen = to_unit(data.train.take(rows))
    classes = facts.get("classes")
    found = int(facts.get("found", count + len(data.held_out)))
    return DataFacts(
        shape=tuple(data.shape),
        count=count,
        classes=dict(classes) if isinstance(classes, Mapping) else {},
        found=found,
        distinct=int(facts.get("split", {}).get("distinct", found)),
        skipped=len(facts.get("skipped", ())),
        sizes=_sizes(facts),
        reach=(float(seen.min()), float(seen.max())),
        grey=data.kind.pixels and _is_grey(seen),
        endless=facts.get("kind") == "toy" or "crops" in facts,
        inputs=tuple(data.inputs.shape) if data.inputs else (),
        held_out=len(data.held_out),
        levels=tuple(facts.get("levels", ())),
        no_labels=why_no_labels(facts),
        kind=data.kind,
        truth=tuple(name for name in FACTS if facts.get(name) is not None or _has(data, name)),
        beside=tuple(data.train.beside),
    )


def _sizes(facts: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    width, height = facts.get("width"), facts.get("height")
    if not width or not height or (width[0], height[0]) == (width[-1], height[-1]):
        return ()
    return (int(width[0]), int(height[0])), (int(width[-1]), int(height[-1]))


def _has(data: Data, fact: str) -> bool:
    """Say whether exams know a fact that is not among those of the data: texts trained on."""
    return fact == "trained" and data.kind.discrete


def _is_grey(seen: Tensor) -> bool:
    if seen.shape[1] != 3:
        return False
    return bool((seen.amax(1) - seen.amin(1)).max() <= 2 / 255)


def known_classes(recipe: Recipe) -> tuple[str, ...]:
    """Return the classes of the labelled run that a recipe's transfer starts from, if it does."""
    if recipe.transfer is None:
        return ()
    try:
        run = read_run(recipe.transfer.run)
    except RunError:
        return ()  # the transfer says so itself
    name = dict(run.recipe.get("condition", {})).get("name", "")
    known = bool(name) and (":" not in name or permitted(name))
    labelled = known and "labels" in conditions.get(name).facts.reads
    return tuple(run.environment["data"]["classes"]) if labelled else ()


def network_facts(
    players: Mapping[str, nn.Module],
    fed: Mapping[str, tuple[int, ...]],
    conditionings: Conditionings,
) -> dict[str, NetworkFacts]:
    """Return what rules may know of built networks, by player, from what goes into each.

    Of further players, of which only the game knows what goes in, it is less.

    Raises:
        PartError: a network fails on what it will be given, or returns what it must not.
    """
    return {
        name: _probed(name, net, tuple(fed[name]), conditionings) if name in fed else _facts(net)
        for name, net in players.items()
    }


def _facts(network: nn.Module) -> NetworkFacts:
    modules, size = list(network.modules()), describe_network(network)
    return NetworkFacts(
        parameters=size["parameters"],
        narrowest=size.get("narrowest"),
        batch_norm=any(isinstance(module, _BatchNorm) for module in modules),
        autoencodes=bool(getattr(network, "autoencodes", False)),
        tables=tuple(m.num_embeddings for m in modules if isinstance(m, nn.Embedding)),
        pack=int(getattr(network, "pack", 1)),
    )


def _probed(
    player: str, network: nn.Module, shape: tuple[int, ...], conditionings: Conditionings
) -> NetworkFacts:
    usual, huge = _probe(player, network, shape, conditionings)
    outputs = [_numbers(usual), _numbers(huge)]
    every = torch.cat(outputs)
    features = getattr(usual, "features", None)
    return replace(
        _facts(network),
        reach=(float(every.min()), float(every.max())),
        bounded=_at_its_ends(outputs[1]) or _at_one(every, outputs[1]),
        features=0 if features is None else features.shape[1],
        gives=tuple(usual.shape[1:]) if isinstance(usual, Tensor) else (),
    )


@torch.no_grad()
def _probe(
    player: str, network: nn.Module, shape: tuple[int, ...], conditionings: Conditionings
) -> list[Found]:
    """Outputs for inputs as usual and for huge ones; the network stays as it was."""
    weight = next(network.parameters(), torch.empty(0))
    draws = torch.Generator().manual_seed(0)
    noise = torch.randn(PROBED, *shape, generator=draws).to(weight.device, weight.dtype)
    modes = {module: module.training for module in network.modules()}
    condition = probe(conditionings, PROBED, noise.device)
    network.eval()
    try:
        return [_output(player, network, size * noise, condition) for size in PROBES]
    finally:
        for module, training in modes.items():
            module.training = training


def _output(player: str, network: nn.Module, inputs: Tensor, condition: Condition | None) -> Found:
    """Return what a network makes of inputs: samples, or a critique."""
    try:
        found = network(inputs, condition) if condition else network(inputs)
    except (GansmithError, MemoryError, torch.OutOfMemoryError):
        raise
    except Exception as error:
        told = f" with a Condition of {' and '.join(condition)}" if condition else ""
        given = f"{list(inputs.shape)}{told}"
        raise PartError(
            f"networks.{player}: {type(network).__name__} fails on an input of {given}: "
            f"{type(error).__name__}: {error}"
        ) from error
    if player == "generator" and not isinstance(found, Tensor):
        must = "samples, a tensor of one row for each latent"
        raise wrong_return(f"the generator {type(network).__name__}", must, found)
    made: Found = found
    return made


def _numbers(found: Found) -> Tensor:
    scores: Tensor = found.scores if isinstance(found, Critique) else found
    return scores.detach().float().flatten()


def _at_its_ends(outputs: Tensor) -> bool:
    """Whether half of the outputs are as large or as small as any, some of them at either end."""
    low, high = outputs.min(), outputs.max()
    near = 1e-3 * (high - low)
    shares = [(outputs <= low + near).double().mean(), (outputs >= high - near).double().mean()]
    return bool(high > low and min(shares) > 0.125 and sum(shares) >= 0.5)


def _at_one(outputs: Tensor, huge: Tensor) -> bool:
    """Whether no output is beyond 1 or -1 and huge inputs drive half of them there, as a tanh."""
    return bool(outputs.abs().max() <= 1 and (huge.abs() > 0.999).double().mean() >= 0.5)
