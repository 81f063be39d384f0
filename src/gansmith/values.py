"""How to read the numbers of an exam: those that metrics declare, and those made beside them."""

from collections.abc import Mapping
from dataclasses import replace

from gansmith.facts import Value
from gansmith.registry import metrics

PARTS = ("distance", "realism", "diversity", "memorisation", "artefacts", "error bar")  # in order
BESIDE = {  # asked of G itself at an exam, with other questions than the latents of the metrics
    "target_distance": Value(
        title="Distance to the target",
        meaning="mean absolute difference of outputs to their targets, pixels in [-1, 1]",
        good="low",
        about="distance",
    ),
    "cycle_distance": Value(
        title="There and back",
        meaning="mean absolute difference of inputs to themselves translated and back",
        good="low",
        about="distance",
    ),
    "back_cycle_distance": Value(
        title="Back and there",
        meaning="the same of samples of the data's kind, which go back first",
        good="low",
        about="distance",
    ),
    "back_kernel_distance": Value(
        title="Kernel distance, back",
        meaning="distance of translations back to the inputs, as sets",
        good="low",
        about="distance",
    ),
    "hidden_signal": Value(
        title="Hidden signal",
        meaning="growth of the error of there and back by noise on the translation, over the noise",
        good="low",
        about="artefacts",
    ),
    "translation_change": Value(
        title="Change of the input",
        meaning="difference of outputs and inputs over that of any target and any input",
        good="one",
        about="realism",
    ),
    "condition_consistency": Value(
        title="Classes kept",
        meaning="share of fakes that look like the class they were asked for",
        good="high",
        about="realism",
    ),
    "condition_sensitivity": Value(
        title="Moved by the class",
        meaning="change of a sample with another class, over the distance between two samples",
        good="high",
        about="diversity",
    ),
}


def known_values() -> dict[str, Value]:
    """Return how to read every number that a registered metric declares, by its name."""
    return {name: v for part in metrics for name, v in part.facts.values.items()}


def value_of(name: str, recorded: Mapping[str, Value] | None = None) -> Value:
    """Return how to read a number; one that nobody knows has no direction and its name as title.

    Args:
        name: of the number.
        recorded: what the run folder says, which needs no metric to be imported.
    """
    found = (recorded or {}).get(name) or BESIDE.get(name) or known_values().get(name) or Value()
    return found if found.title else replace(found, title=name.replace("_", " ").capitalize())


def values_of(names: Mapping[str, object]) -> dict[str, Value]:
    """Return how to read each of an exam's numbers."""
    return {name: value_of(name) for name in names}


def loss_of(name: str, value: float) -> float:
    """Return a number that is lower for better values of a metric; lower is better if unknown."""
    return value_of(name).loss(value)
