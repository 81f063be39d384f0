"""The conditionings of a run, and what loops over them: reading batches, trying networks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from gansmith import shown
from gansmith.conditions.conditioning import Conditioning, Drawn, Prompts, Setting, Shape
from gansmith.data import Data
from gansmith.data.samples import Samples
from gansmith.facts import ConditionFacts
from gansmith.kinds.known import Facts
from gansmith.part import Part
from gansmith.recipe.declared import directions
from gansmith.recipe.recipe import Recipe
from gansmith.recipe.returns import build_part
from gansmith.records import Condition
from gansmith.registry import conditions

Conditionings = Sequence[Conditioning]
NOTHING: Facts = {}
ConditionReader = Callable[[Drawn], Condition | None]


def build_conditionings(
    recipe: Recipe,
    shape: Shape,
    classes: Sequence[str],
    inputs: Shape | None,
    facts: Facts = NOTHING,
) -> tuple[Conditioning, ...]:
    """Return what samples of a run are conditioned on, the outermost around G last.

    Args:
        recipe: of the run.
        shape: of one sample.
        classes: names of the classes of the data.
        inputs: shape of the images of a source of their own, if the data have one.
        facts: of the data.

    Raises:
        ValueError: an option of a condition is wrong.
        NotPermittedError: a condition is code outside gansmith that the user did not name.
    """
    latent, ways = recipe.game.latent, directions(recipe)
    setting = Setting(tuple(shape), latent, tuple(classes), inputs, ways, recipe.seed, facts)
    parts = recipe.conditions
    return tuple(build_part(conditions, p.name, p.options, setting=setting) for p in parts)


def conditionings_for(recipe: Recipe, data: Data) -> tuple[Conditioning, ...]:
    """Return what samples of a run on these data are conditioned on."""
    inputs = data.inputs.shape if data.inputs else None
    return build_conditionings(recipe, data.shape, data.classes, inputs, data.facts)


def trained_on(conditionings: Conditionings, data: Data) -> Samples:
    """Return the samples that training reads: some more often where a condition wants it."""
    every = (conditioning.trained_on(data) for conditioning in conditionings)
    return next((samples for samples in every if samples is not data.train), data.train)


def condition_reader(conditionings: Conditionings, data: Data) -> ConditionReader:
    """Return the conditions of each batch, a function of seed, step and position."""
    every = {conditioning.name: conditioning.reader(data) for conditioning in conditionings}
    readers = {name: reader for name, reader in every.items() if reader}

    def read(drawn: Drawn) -> Condition | None:
        found = {name: reader(drawn) for name, reader in readers.items()}
        there = {name: tensor for name, tensor in found.items() if tensor is not None}
        return Condition(**there) if there else None

    return read


def prompts_for(
    latents: Tensor, conditionings: Conditionings, asked: Mapping[str, Tensor | None]
) -> Prompts:
    """Return what a generator is called with for latents and what is asked for.

    Args:
        latents: [count, latent].
        conditionings: of the generator.
        asked: by the name of a conditioning, a row for each latent; None and absent: nothing.
    """
    prompts = Prompts(latents)
    for conditioning in conditionings:
        tensor = asked.get(conditioning.name)
        prompts = prompts if tensor is None else conditioning.ask(prompts, tensor)
    return prompts


def asked_for(
    recipe: Recipe, conditionings: Conditionings, count: int, given: Mapping[str, Any]
) -> dict[str, Tensor]:
    """Return what samples are asked to be, by the name of the conditioning, a row for each.

    Args:
        recipe: of the run.
        conditionings: of the run.
        count: of samples.
        given: by the name of a conditioning or of its flag; None and what is absent: the usual.

    Raises:
        ValueError: there is no such condition, or it can have no such value.
        RunError: samples are made from images, and none are given.
    """
    wanted = {name: value for name, value in given.items() if value is not None}
    flags = [conditions.get(part.name).facts.flag for part in recipe.conditions]
    found = {}
    for conditioning, flag in zip(conditionings, flags, strict=True):
        name = conditioning.name
        if flag in wanted and name in wanted and flag != name:
            raise ValueError(f"'{flag}' and '{name}' ask for the same; give one of them")
        value = wanted.pop(flag, None)
        found[name] = conditioning.prompt(count, wanted.pop(name, value))
    for name, value in wanted.items():
        raise _unknown(name, value, [*filter(None, flags), *found])
    return {name: tensor for name, tensor in found.items() if tensor is not None}


def _unknown(name: str, value: Any, known: Sequence[str]) -> ValueError:
    """Return the error of what a run cannot be asked for."""
    table = next((part.facts.table for part in conditions if part.facts.flag == name), "")
    given = f" {shown.path(value)}" if isinstance(value, int | str) else ""
    trained = f"this run was trained without [{table or 'condition'}]"
    if known and not table:
        trained = f"this run is conditioned on {shown.listed(dict.fromkeys(known))}"
    return ValueError(f"{name}{given} cannot be asked for: {trained}")


def parsed(
    words: Mapping[str, Sequence[str]], parts: Iterable[Part[ConditionFacts]]
) -> dict[str, Any]:
    """Return what the words of a command line ask for, by the flag of a condition.

    Args:
        words: said after each flag.
        parts: conditions that may be meant; what none of them reads is left out.

    Raises:
        UsageError: words have another form than a condition reads.
    """
    known = {part.facts.flag: part.facts.parse for part in parts}
    readers = {flag: parse for flag, parse in known.items() if parse}
    return {flag: readers[flag](said) for flag, said in words.items() if flag in readers}


def probe(conditionings: Conditionings, count: int, device: torch.device | str) -> Condition | None:
    """Return a condition to try networks with; None where they get none."""
    found = {conditioning.name: conditioning.probe(count) for conditioning in conditionings}
    there = {name: tensor for name, tensor in found.items() if tensor is not None}
    return Condition(**there).to(device) if there else None


def fed_shapes(recipe: Recipe, shape: Shape, conditionings: Conditionings) -> Mapping[str, Shape]:
    """Return the shape of what goes into G and D first."""
    shapes: Mapping[str, Shape] = {
        "generator": (recipe.game.latent,),
        "discriminator": tuple(shape),
    }
    for conditioning in conditionings:
        shapes = conditioning.fed(shapes)
    return shapes
