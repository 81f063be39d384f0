"""What samples are conditioned on: labels, other images, or images made from the samples."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gansmith.data import Data, Stream
from gansmith.data.loading.degradations import grey, low_resolution, mask
from gansmith.recipe.recipe import Recipe
from gansmith.recipe.sections import ConditionSection as Section
from gansmith.records import Condition, Draws
from gansmith.registry import games
from gansmith.sampling.draws import mix

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Drawn:
    """Real samples of a batch, with what the source has beside each of them, by name.

    ``position`` is that of the first in the stream.
    """

    real: Tensor
    beside: Mapping[str, np.ndarray]
    position: int
    draws: Draws


Conditions = Callable[[Drawn], Condition | None]


def build_conditions(recipe: Recipe, data: Data) -> Conditions:
    """Return what tells the condition of each batch, a function of seed, step and position."""
    section = recipe.condition
    if section is None:
        return lambda drawn: None
    if section.name == "labels":
        return _labels
    if section.corruption:
        return lambda drawn: Condition(images=corrupted(section, drawn.real, drawn.draws))
    assert data.inputs is not None
    matched = directions(recipe) == 1
    seed = recipe.seed if matched else mix(recipe.seed, "inputs")
    stream = Stream(data.inputs.train, seed)  # of the same length and seed: in the same order

    def read(drawn: Drawn) -> Condition:
        images, _ = stream.read(drawn.position, len(drawn.real))
        return Condition(images=images.to(drawn.real))

    return read


def _labels(drawn: Drawn) -> Condition | None:
    labels = drawn.beside.get("labels")
    if labels is None:
        return None
    return Condition(labels=torch.from_numpy(labels).to(drawn.real.device))


def corrupted(section: Section, images: Tensor, draws: Draws) -> Tensor:
    """Return images with something missing, as the recipe says."""
    if section.corruption == "grey":
        return grey(images)
    if section.corruption == "mask":
        return mask(images, draws)
    return low_resolution(images, section.times_smaller)


def directions(recipe: Recipe) -> int:
    """Return in how many directions the recipe's game translates: 0 where it does not."""
    facts = games.get(recipe.game.name).facts
    return facts.directions if facts.translates else 0


def input_shape(recipe: Recipe, shape: Shape, source: Shape | None) -> Shape | None:
    """Return the shape of the images that samples are made from; None where there are none.

    Args:
        recipe: with its condition.
        shape: of the samples.
        source: of the images of the condition's source, if it has one.
    """
    section = recipe.condition
    if section is None or section.name != "image":
        return None
    if section.corruption:
        return (1, *shape[1:]) if section.corruption == "grey" else shape
    return source


def inputs_of(recipe: Recipe, data: Data) -> Shape | None:
    """Return the shape of the images that samples of the data are made from, if any."""
    return input_shape(recipe, data.shape, data.inputs.shape if data.inputs else None)


def judged_shape(recipe: Recipe, shape: Shape, inputs: Shape | None) -> Shape:
    """Return the shape of what D judges: in the game of pairs, output and input on one another."""
    if inputs is None or directions(recipe) != 1:
        return shape
    return (shape[0] + inputs[0], *shape[1:])


def fed_shapes(recipe: Recipe, data: Data) -> dict[str, Shape]:
    """Return the shape of what goes into each player."""
    inputs = inputs_of(recipe, data)
    judged = judged_shape(recipe, data.shape, inputs)
    return {"generator": inputs or (recipe.game.latent,), "discriminator": judged}


def probe_condition(recipe: Recipe, count: int, device: Any) -> Condition | None:
    """Return a condition to try networks with: the first class, where there are classes."""
    if not recipe.labelled:
        return None
    return Condition(labels=torch.zeros(count, dtype=torch.int64, device=device))
