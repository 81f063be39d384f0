"""What environment.json says of a network, and whether a generator of that size can do."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

NARROW = 12  # numbers of a hidden layer; fewer leave hardly a direction to vary in
EACH = 6  # parameters for each number of an image; small nets that work have fifty and more


def describe_network(network: Any) -> dict[str, Any]:
    """Return a network's class, its parameters, and the fewest numbers a hidden layer passes on.

    ``narrowest`` is of dense layers, the last one apart; it is left out where there is none, and in
    nets with convolutions, which pass most numbers on beside their dense layers.

    Args:
        network: a ``torch.nn.Module``.
    """
    widths = [getattr(module, "out_features", None) for module in network.modules()]
    convolves = any(hasattr(module, "out_channels") for module in network.modules())
    dense = [] if convolves else [width for width in widths if isinstance(width, int)][:-1]
    return {
        "class": type(network).__name__,
        "parameters": sum(p.numel() for p in network.parameters()),
        **({"narrowest": min(dense)} if dense else {}),
    }


def too_small(size: Mapping[str, Any], shape: Sequence[int], images: bool) -> str:
    """Say why a generator of this size cannot make more than a few samples of this shape.

    Empty where it may do, or where its size is not known.

    Args:
        size: what ``describe_network`` says of it.
        shape: of a sample.
        images: whether samples are images, of which it is known how many parameters they need.
    """
    narrowest, parameters = size.get("narrowest"), size.get("parameters")
    numbers = math.prod(shape)
    reasons = []
    if isinstance(narrowest, int) and narrowest < NARROW:
        reasons.append(f"a layer of it passes on {narrowest} numbers")
    if isinstance(parameters, int) and images and parameters < EACH * numbers:
        reasons.append(f"{parameters:,} parameters make samples of {numbers:,} numbers")
    return " and ".join(reasons)
