"""What of a run lives on: plain values by name, as a checkpoint holds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from gansmith.training.parts.run_parts import Parts


@dataclass(frozen=True)
class State:
    """The state of a run, apart from the recipe, the data and the machine that it was built for.

    Args:
        networks: weights, each ``network/parameter``: players, their average, terms that learn.
        parts: states of ``optimizers.generator``, ``controllers.ada:...``, ``knobs`` and others.
        progress: steps, samples, clock, exams so far.
    """

    networks: Mapping[str, Tensor]
    parts: Mapping[str, Any] = field(default_factory=dict)
    progress: Mapping[str, Any] = field(default_factory=dict)


def state_of(parts: Parts, progress: Mapping[str, Any]) -> State:
    """Return the state of a run as it is; weights are copied to the processor."""
    weights = {
        f"{name}/{key}": value.detach().cpu().contiguous().clone()
        for name, network in parts.networks().items()
        for key, value in network.state_dict().items()
    }
    states = {name: part.state_dict() for name, part in parts.stateful().items()}
    return State(weights, states, dict(progress))


def under(weights: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    """Return the weights of one network, without its name."""
    start = f"{name}/"
    return {k.removeprefix(start): v for k, v in weights.items() if k.startswith(start)}
